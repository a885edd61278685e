/**
 * A connection to one peer, which is only written to. Its chart says what may happen next; here are the socket and the times. It
 * keeps nothing that was said while it was not connected: when it opens, the fortunes say so, and the monitor tells everything as
 * it is by then. It knows nothing of other connections.
 */
import { connect, isIPv6, type Socket } from 'node:net';
import { filter, firstValueFrom, map, skip } from 'rxjs';
import { createActor } from 'xstate';
import {
  type ConnectionEvent,
  type ConnectionState,
  connectionMachine,
} from '../lifecycle/connection-machine.ts';
import { snapshots, tell } from '../lifecycle/seam.ts';
import type { PeerAddress } from '../model/addresses.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { BackOff } from './back-off.ts';
import { faultOf } from './faults.ts';
import type { Fortunes } from './fortunes.ts';
import { type Unacknowledged, unacknowledgedOf } from './unacknowledged.ts';

/** An attempt that is not accepted within this time is given up, ms. */
export const ATTEMPT_MS = 1_000;

/** A connection that has held for so long was a good one: the next attempt may come soon, ms. */
export const HELD_MS = 1_000;

/** A connection of which so long nothing was acknowledged, though something was sent, is replaced, ms. */
export const STALL_MS = 1_500;

/** So much may wait to be sent; then what is said is dropped until all of it has left. */
export const UNSENT_BYTES_MAX = 8 * 1024 * 1024;

/** What a connection is made with. */
export interface TcpConnectionOptions {
  /** An IP address, with its interface where it needs one, and a port. */
  readonly peer: PeerAddress;
  readonly clock: Clock;
  readonly random: Random;
  /** Told when it opens, has caught up, or fails: once for each turn, however many attempts fail. */
  readonly fortunes: Fortunes;
  /** Called when nobody listens there: at each attempt. */
  readonly onRefusal?: () => void;
  /** Begins an attempt; default: that of the system. */
  readonly connect?: (peer: PeerAddress) => Socket;
}

/** One peer's connection: one socket after the other, until `close`. */
export class TcpConnection {
  /** Resolves when the first attempt has ended, well or not. */
  readonly tried: Promise<unknown>;
  readonly #options: TcpConnectionOptions;
  readonly #destination: string;
  readonly #actor = createActor(connectionMachine).start();
  readonly #backOff: BackOff;
  #socket: Socket | undefined;
  #timer: TimerHandle;
  #isFaulty = false;
  /** True when the last connection did not hold: a peer that accepts and hangs up is no news each time that it accepts. */
  #isUnsteady = false;
  #connectedAt = Number.POSITIVE_INFINITY;
  /** What the peer is known to have of this socket, and since when nothing has been added. */
  #acknowledgedBytes = 0;
  #progressAt = 0;

  constructor(options: TcpConnectionOptions) {
    this.#options = options;
    this.#destination = `TCP peer ${endpointOf(options.peer)}`;
    this.#backOff = new BackOff(options.random);
    const states$ = snapshots(this.#actor).pipe(
      map(({ value }) => value),
      skip(1),
    );
    states$.subscribe((state) => this.#enter(state));
    this.tried = firstValueFrom(states$.pipe(filter((state) => state !== 'connecting')));
  }

  /** Makes the first attempt. Called once. */
  open(): void {
    this.#tell('due');
  }

  /** Sends a frame, or drops it. */
  send(frame: Uint8Array): void {
    const socket = this.#socket;
    if (this.#state !== 'connected' || socket === undefined) return;
    if (!this.isOwing) this.#progressAt = this.#options.clock.now();
    socket.write(frame);
    if (socket.writableLength <= UNSENT_BYTES_MAX) return;
    this.#tellFault('ENOBUFS');
    this.#tell('filled');
  }

  get peer(): PeerAddress {
    return this.#options.peer;
  }

  /** Whether something was sent that the peer is not known to have. */
  get isOwing(): boolean {
    return (this.#socket?.bytesWritten ?? 0) > this.#acknowledgedBytes;
  }

  /** Replaces a connection of a peer that acknowledges nothing. @param reading begins no sooner than this call */
  async check(reading: Promise<Unacknowledged>): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    const takenBytes = socket.bytesWritten - socket.writableLength;
    const queues = await reading;
    if (socket !== this.#socket) return;
    const now = this.#options.clock.now();
    const acknowledgedBytes = takenBytes - unacknowledgedOf(socket, queues);
    if (acknowledgedBytes > this.#acknowledgedBytes) {
      this.#acknowledgedBytes = acknowledgedBytes;
      this.#progressAt = now;
    } else if (this.isOwing && now - this.#progressAt >= STALL_MS) this.#end('stalled', 'ETIMEDOUT');
  }

  /** Takes which addresses of this host have gone: a connection from one of them is none any more. */
  losesAddresses(gone: ReadonlySet<string>): void {
    const [address = ''] = this.#socket?.localAddress?.split('%') ?? [];
    if (gone.has(address)) this.#end('lost', 'ENETDOWN');
  }

  close(): void {
    this.#tell('dismissed');
  }

  get #state(): ConnectionState {
    return this.#actor.getSnapshot().value;
  }

  #tell(type: ConnectionEvent['type']): void {
    tell(this.#actor, { type });
  }

  #enter(state: ConnectionState): void {
    const { clock, fortunes } = this.#options;
    clock.clearTimeout(this.#timer);
    if (state === 'waiting') {
      this.#abandon();
      this.#timer = clock.setTimeout(() => this.#tell('due'), this.#backOff.next());
    } else if (state === 'connecting') {
      this.#abandon();
      this.#attempt();
      this.#timer = clock.setTimeout(() => this.#end('failed', 'ETIMEDOUT'), ATTEMPT_MS);
    } else if (state === 'connected') {
      this.#connectedAt = Math.min(this.#connectedAt, clock.now());
      if (this.#isUnsteady) this.#timer = clock.setTimeout(() => this.#tellOpened(), HELD_MS);
      else this.#tellOpened();
    } else if (state === 'closed') {
      this.#socket?.destroy();
      this.#socket = undefined;
      fortunes.forget(this.#destination);
    }
  }

  #attempt(): void {
    const { peer, connect: begin = connectTo } = this.#options;
    const socket = begin(peer);
    this.#socket = socket;
    this.#connectedAt = Number.POSITIVE_INFINITY;
    this.#acknowledgedBytes = 0;
    const isPresent = () => this.#socket === socket;
    const fail = (fault: string) => {
      if (isPresent()) this.#end(this.#state === 'connecting' ? 'failed' : 'lost', fault);
    };
    socket.on('connect', () => isPresent() && this.#tell('connected'));
    socket.on('drain', () => isPresent() && this.#tell('drained'));
    socket.on('error', (error) => fail(faultOf(error)));
    socket.on('end', () => fail('ECONNRESET'));
    socket.on('close', () => fail('ECONNRESET'));
    socket.resume(); // a peer has nothing to say here, but its end is heard only by who reads
  }

  #end(type: 'failed' | 'stalled' | 'lost', fault: string): void {
    const heldMs = this.#options.clock.now() - this.#connectedAt;
    if (heldMs >= HELD_MS) this.#backOff.reset();
    if (type !== 'failed') this.#isUnsteady = heldMs < HELD_MS;
    this.#tellFault(fault);
    this.#tell(type);
    if (fault === 'ECONNREFUSED') this.#options.onRefusal?.();
  }

  #tellOpened(): void {
    this.#isUnsteady = false;
    this.#isFaulty = false;
    this.#options.fortunes.opened(this.#destination);
  }

  /** Attempts may fail in many ways one after the other; the first one is told. */
  #tellFault(fault: string): void {
    if (!this.#isFaulty) this.#options.fortunes.tell(this.#destination, fault);
    this.#isFaulty = true;
  }

  /** With a reset, or the kernel would go on trying to deliver what is old by the time that it succeeds. */
  #abandon(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket?.connecting === true) socket.destroy();
    else socket?.resetAndDestroy();
  }
}

/** An address and a port, as people write them. */
export function endpointOf({ host, port }: PeerAddress): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function connectTo({ host, port }: PeerAddress): Socket {
  const socket = connect({ host, port, noDelay: true });
  // Many frames in one write would count as unsent until the last byte of the last one has left.
  return Object.assign(socket, { _writev: undefined });
}
