/** An instance that lives in this process: kept alive by a timer, for as long as the event loop turns. */
import type { Intent } from '../client/commands.ts';
import { UsageError } from '../model/errors.ts';
import { type Bytes, bytesOf, isInfo, isName } from '../model/names.ts';
import type { Tuning } from '../model/tuning.ts';
import type { Clock, TimerHandle } from '../time/clock.ts';

/** What to register. */
export interface InstanceOptions {
  /** 1 to 255 bytes of UTF-8, no colon, no line feed. */
  readonly cluster: string;
  /** 1 to 255 bytes of UTF-8, no colon, no line feed. */
  readonly id: string;
  /** Time that it stays alive without news. Within instance-timeout-min and -max (500..600,000 ms), default 2,500. */
  readonly lifetimeMs?: number;
  /** What others should know of it: 0 to 255 bytes of UTF-8, no line feed; default empty. */
  readonly info?: string;
  /** Time between keepalives, ms, default a third of the lifetime. `false`: you call `keepAlive` yourself. */
  readonly keepaliveMs?: number | false;
}

/** What a registration needs of its monitor. */
export interface RegistrationContext {
  readonly clock: Clock;
  readonly tuning: Tuning;
  carryOut(intent: Intent): void;
  /** Called when the instance has left. */
  release(): void;
}

/** A registered instance. */
export class Registration {
  readonly cluster: string;
  readonly id: string;
  readonly lifetimeMs: number;
  readonly #context: RegistrationContext;
  readonly #keepaliveMs: number | false;
  #info: Bytes;
  #timer: TimerHandle;
  #isWithdrawn = false;

  /** @throws UsageError when a name, the info or a time is out of its range */
  constructor(options: InstanceOptions, context: RegistrationContext) {
    this.cluster = options.cluster;
    this.id = options.id;
    this.lifetimeMs = options.lifetimeMs ?? 2_500;
    this.#info = bytesOf(options.info ?? '');
    this.#context = context;
    checkName('cluster', this.cluster);
    checkName('id', this.id);
    checkInfo(this.#info);
    const { instanceTimeoutMsMin, instanceTimeoutMsMax } = context.tuning;
    checkRange('lifetimeMs', this.lifetimeMs, instanceTimeoutMsMin, instanceTimeoutMsMax);
    this.#keepaliveMs = options.keepaliveMs ?? this.lifetimeMs / 3;
    if (this.#keepaliveMs !== false) checkRange('keepaliveMs', this.#keepaliveMs, 1, this.lifetimeMs);
  }

  /** Says that the instance is alive now. Done by itself unless `keepaliveMs` is false. */
  keepAlive(): void {
    if (this.#isWithdrawn) throw new UsageError(`instance ${this.cluster}:${this.id} was withdrawn`);
    const { lifetimeMs } = this;
    const keepalive = { cluster: bytesOf(this.cluster), id: bytesOf(this.id), lifetimeMs, info: this.#info };
    this.#context.carryOut({ kind: 'keepAlive', keepalive });
    if (this.#keepaliveMs === false || this.#isWithdrawn) return; // a subscriber may have closed us meanwhile
    this.#context.clock.clearTimeout(this.#timer);
    this.#timer = this.#context.clock.setTimeout(() => this.keepAlive(), this.#keepaliveMs);
  }

  /** Changes the info; the peers learn it at once. @throws UsageError when it is too long or holds a line feed */
  update(info: string): void {
    const bytes = bytesOf(info);
    checkInfo(bytes);
    this.#info = bytes;
    this.keepAlive();
  }

  /** Leaves, and tells the peers at once. A second call does nothing. */
  withdraw(): void {
    if (this.#isWithdrawn) return;
    this.#isWithdrawn = true;
    this.#context.clock.clearTimeout(this.#timer);
    this.#context.release();
    this.#context.carryOut({ kind: 'withdraw', cluster: bytesOf(this.cluster), id: bytesOf(this.id) });
  }
}

function checkName(what: string, text: string): void {
  if (isName(bytesOf(text))) return;
  throw new UsageError(
    `${what} = ${JSON.stringify(text)}: expected 1 to 255 bytes without colon and line feed`,
  );
}

function checkInfo(bytes: Bytes): void {
  if (isInfo(bytes)) return;
  throw new UsageError(`info of ${bytes.length} bytes: expected at most 255 bytes without line feed`);
}

function checkRange(what: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  throw new UsageError(`${what} = ${value}: expected ${min} to ${max} ms`);
}
