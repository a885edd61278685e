/**
 * Sockets that are connected to one monitor each: only by those the system tells that a host refuses, which proves that its
 * monitor is gone and the host is up. Each is kept for as long as an answer may take; who is asked again keeps it longer.
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

/** One socket, and when it is closed. */
interface Probe {
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
    const key = `${to.host} ${to.port}`;
    const known = this.#probes.get(key);
    if (known === undefined && this.#probes.size >= PROBES_MAX) return false;
    const probe = known ?? this.#open(key, to);
    this.#clock.clearTimeout(probe.end);
    probe.end = this.#clock.setTimeout(() => this.#end(key, probe), KEPT_MS);
    const { socket } = probe;
    const send = () => socket.send(frame, (error) => this.#tell(to, error));
    if (probe.isConnected) send();
    else socket.once('connect', send);
    return true;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#probes].map(([key, probe]) => this.#end(key, probe)));
    this.#refusals.complete();
  }

  #open(key: string, to: PeerAddress): Probe {
    const isV6 = familyOf(to.host) === 'IPv6';
    const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6 });
    const probe: Probe = { socket, isConnected: false, end: undefined };
    this.#probes.set(key, probe);
    socket.on('error', (error) => this.#tell(to, error));
    socket.on('connect', () => {
      probe.isConnected = true;
    });
    socket.connect(to.port, to.host);
    return probe;
  }

  #end(key: string, { socket, end }: Probe): Promise<void> {
    this.#clock.clearTimeout(end);
    this.#probes.delete(key);
    return closeSocket(socket);
  }

  /** The system tells at the next frame, or by itself. */
  #tell(to: PeerAddress, error: Error | null): void {
    if (error !== null && faultOf(error) === 'ECONNREFUSED') this.#refusals.next(to);
  }
}
