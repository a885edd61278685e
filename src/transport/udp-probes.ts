/**
 * Sockets that are connected to one monitor each: only by those the system tells that a host refuses. Each is kept for as long
 * as an answer may take, and longer when it is asked again; one that fails is closed at once.
 */
import { createSocket, type Socket } from 'node:dgram';
import { type Observable, Subject } from 'rxjs';
import type { PeerAddress } from '../model/addresses.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';
import { faultOf } from './faults.ts';
import { familyOf } from './interfaces.ts';
import { closeSocket } from './udp-sockets.ts';

/** A host that has not refused by then does not, ms. */
const KEPT_MS = 1_500;

/** So many are open at a time. */
export const PROBES_MAX = 256;

/** One socket, whom it asks, and when it is closed. */
interface Probe {
  readonly to: PeerAddress;
  readonly socket: Socket;
  isConnected: boolean;
  end: TimerHandle;
}

/** The probes of a transport, as long as that is open. */
export class UdpProbes {
  /** Where a host refused. Hot; never errors; completes on close. */
  readonly refusals$: Observable<PeerAddress>;
  readonly #refusals = new Subject<PeerAddress>();
  readonly #clock: Clock;
  readonly #probes = new Map<string, Probe>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.refusals$ = this.#refusals.asObservable();
  }

  /** Sends a frame, and listens for a refusal. @returns false when nothing was sent, for too many are asked */
  send(frame: Uint8Array, to: PeerAddress): boolean {
    const known = this.#probes.get(keyOf(to));
    if (known === undefined && this.#probes.size >= PROBES_MAX) return false;
    const probe = known ?? this.#open(to);
    const { socket, end } = probe;
    this.#clock.clearTimeout(end);
    probe.end = this.#clock.setTimeout(() => this.#end(probe), KEPT_MS);
    const send = () => socket.send(frame, (error) => error !== null && this.#fail(probe, error));
    if (probe.isConnected) send();
    else socket.once('connect', send);
    return true;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#probes.values()].map((probe) => this.#end(probe)));
    this.#refusals.complete();
  }

  #open(to: PeerAddress): Probe {
    const isV6 = familyOf(to.host) === 'IPv6';
    const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6 });
    const probe: Probe = { to, socket, isConnected: false, end: undefined };
    this.#probes.set(keyOf(to), probe);
    socket.on('error', (error) => this.#fail(probe, error));
    socket.on('connect', () => {
      probe.isConnected = true;
    });
    socket.connect(to.port, to.host);
    return probe;
  }

  /** The system tells at the next frame, or by itself. The next probe begins anew: by then there may be another way. */
  #fail(probe: Probe, error: Error): void {
    if (this.#probes.get(keyOf(probe.to)) !== probe) return; // its end was told
    void this.#end(probe);
    if (faultOf(error) === 'ECONNREFUSED') this.#refusals.next(probe.to);
  }

  #end({ to, socket, end }: Probe): Promise<void> {
    this.#clock.clearTimeout(end);
    this.#probes.delete(keyOf(to));
    return closeSocket(socket);
  }
}

function keyOf({ host, port }: PeerAddress): string {
  return `${host} ${port}`;
}
