/**
 * The ways out of a transport that sends datagrams: destinations, and the sockets by which they are reached, as both
 * come and go. A way that cannot be opened, or that refuses a frame, is told of and tried again; the others go on.
 */
import type { Socket } from 'node:dgram';
import { faultOf } from './faults.ts';
import type { Fortunes } from './fortunes.ts';
import { closeSocket, openSocket, renewMulticastInterface, type SocketOptions } from './udp-sockets.ts';

/** One destination. */
export interface Way {
  /** For people; no two have the same. */
  readonly name: string;
  /** Where frames go. */
  readonly address: string;
  readonly port: number;
  /** What they leave by; ways with equal options share a socket. */
  readonly by: SocketOptions;
}

/** One that was followed; without a socket when that could not be opened. */
interface FollowedWay extends Way {
  readonly socket: Socket | undefined;
}

/** The ways of one kind. `follow` must not be called again before it has resolved. */
export class Ways {
  readonly #fortunes: Fortunes;
  readonly #sockets = new Map<string, Socket>();
  #ways: readonly FollowedWay[] = [];
  #isClosed = false;

  constructor(fortunes: Fortunes) {
    this.#fortunes = fortunes;
  }

  /** The names of all, those without a socket too. */
  get names(): readonly string[] {
    return this.#ways.map(({ name }) => name);
  }

  /**
   * Opens what is wanted, and closes what is not wanted any more.
   * @param goneFault what to tell of a way that is gone; undefined when nobody misses it
   */
  async follow(wanted: readonly Way[], goneFault?: string): Promise<void> {
    const working = new Set(this.#ways.filter(({ socket }) => socket !== undefined).map(identityOf));
    await this.#openMissing(wanted);
    if (this.#isClosed) return;
    const names = new Set(wanted.map(nameOf));
    const gone = this.#ways.filter(({ name }) => !names.has(name));
    this.#ways = wanted.map((way) => ({ ...way, socket: this.#sockets.get(keyOf(way.by)) }));
    for (const { name } of gone) {
      if (goneFault !== undefined) this.#fortunes.tell(name, goneFault);
      this.#fortunes.forget(name);
    }
    for (const way of this.#ways) {
      if (!working.has(identityOf(way)) && way.socket !== undefined) this.#fortunes.opened(way.name);
    }
    await this.#closeUnused();
  }

  /** Sends a frame to all, or to those that are wanted. */
  send(frame: Uint8Array, isWanted: (way: Way) => boolean = () => true): void {
    for (const way of this.#ways) if (isWanted(way)) this.#sendBy(way, frame);
  }

  /** Tries those that are at fault. @param probe what is said to them */
  retry(probe: (() => Uint8Array) | undefined): void {
    for (const way of this.#ways)
      if (probe !== undefined && this.#fortunes.isFaulty(way.name)) this.#sendBy(way, probe());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ways = [];
    await this.#closeUnused();
  }

  #sendBy({ socket, name, address, port }: FollowedWay, frame: Uint8Array): void {
    socket?.send(frame, port, address, (error) => {
      if (!this.#isClosed) this.#fortunes.tell(name, error === null ? undefined : faultOf(error));
    });
  }

  async #openMissing(wanted: readonly Way[]): Promise<void> {
    const faults = new Map<string, string>();
    for (const { name, by } of wanted) {
      const key = keyOf(by);
      const socket = this.#sockets.get(key);
      if (socket !== undefined) renewMulticastInterface(socket, by);
      else if (!faults.has(key)) {
        try {
          this.#sockets.set(key, await openSocket(by));
        } catch (error) {
          faults.set(key, faultOf(error));
        }
      }
      if (this.#isClosed) return this.#closeUnused();
      const fault = faults.get(key);
      if (fault !== undefined) this.#fortunes.tell(name, fault);
    }
  }

  async #closeUnused(): Promise<void> {
    const used = new Set(this.#ways.map(({ by }) => keyOf(by)));
    const unused = [...this.#sockets].filter(([key]) => !used.has(key));
    for (const [key] of unused) this.#sockets.delete(key);
    await Promise.all(unused.map(([, socket]) => closeSocket(socket)));
  }
}

function nameOf({ name }: Way): string {
  return name;
}

/** A way by another socket is another one, though it has the name of the one before. */
function identityOf({ name, by }: Way): string {
  return `${name} by ${keyOf(by)}`;
}

function keyOf({ type, address, isBroadcast, multicast }: SocketOptions): string {
  return [type, address, isBroadcast, multicast?.interfaceId, multicast?.ttl].join(' ');
}
