/**
 * One client's connection: bytes in, bytes out, in order, whatever the pieces they come in. It answers as many lines
 * as it may at once and with one write; it stops while the monitor gathers its first view, and while the client does
 * not read. It knows a `Line` to write to, not a socket, so that it can be tested without one.
 */
import type { Observable, Subscription } from 'rxjs';
import type { Change } from '../model/change.ts';
import { type Bytes, copyOf } from '../model/names.ts';
import {
  asksForMembers,
  type Intent,
  intentOf,
  type LifetimeBounds,
  type Members,
  replyTo,
  watchLine,
} from './commands.ts';
import { type Command, parseCommand } from './grammar.ts';

/** A longer line ends the connection. */
export const LINE_BYTES_MAX = 65_536;

/** Replies are handed to the socket in pieces of about this size. */
const PIECE_BYTES = 65_536;

/** Why a client was cut. What it said last was no command, was too long, or it did not read what it watches. */
export type Cut = 'lines.malformed' | 'lines.tooLong' | 'connections.unread';

/** The monitor as a session sees it. */
export interface Household {
  /** May change. */
  readonly tuning: LifetimeBounds;
  readonly members: Members;
  /** False until the first complete view. */
  isComplete(): boolean;
  /** Carries out what a client wants; done when it returns. */
  carryOut(intent: Intent): void;
  /** The changes of a cluster, those together that were published together. */
  changesOf(cluster: Bytes): Observable<readonly Change[]>;
  /** Counts a client that was cut. */
  count(cut: Cut): void;
}

/** The other end of the connection. */
export interface Line {
  /** @returns false when the client is behind: nothing more is to be written until `session.resume()` */
  write(bytes: Bytes): boolean;
  /** Sends what was written, then closes; gives up when the client does not read. */
  end(): void;
  /** Closes at once. */
  cut(): void;
}

/** A cluster that a client watches. */
interface Watch {
  readonly changes: Subscription;
  /** What it has yet to be told: of each id the newest. */
  readonly untold: Map<Bytes, Change>;
}

/** The conversation with one client. */
export class Session {
  readonly #household: Household;
  readonly #line: Line;
  #input = '';
  #at = 0;
  #isBehind = false;
  #hasEnded = false;
  #isOver = false;
  #watch: Watch | undefined;

  constructor(household: Household, line: Line) {
    this.#household = household;
    this.#line = line;
  }

  /** True while it cannot go on: input should not be read. */
  get isStuck(): boolean {
    return this.#isBehind || this.#input.length - this.#at > LINE_BYTES_MAX;
  }

  /** Takes bytes from the client. */
  receive(bytes: Bytes): void {
    if (this.#isOver || this.#watch !== undefined) return;
    this.#input += bytes;
    this.resume();
  }

  /** The client will send nothing more: its last line counts without a line feed. */
  finish(): void {
    this.#hasEnded = true;
    if (this.#watch !== undefined) {
      this.close();
      this.#line.end();
    }
    this.resume();
  }

  /** Goes on after the first view became complete, or after the client has read. */
  resume(isDrained = false): void {
    if (this.#isOver) return;
    if (isDrained) this.#isBehind = false;
    if (this.#watch !== undefined && !this.#isBehind) this.#tellUntold(this.#watch);
    let reply = '';
    while (!this.#isOver && !this.#isBehind && this.#watch === undefined) {
      const answer = this.#answerNext();
      if (answer === undefined) break;
      reply += answer;
      if (reply.length >= PIECE_BYTES) {
        this.#isBehind = !this.#line.write(reply);
        reply = '';
      }
    }
    if (reply !== '') this.#isBehind = !this.#line.write(reply);
    if (this.#isOver) this.#line.end();
  }

  /** The client does not read: nobody waits for it any longer. */
  giveUp(): void {
    if (!this.#isOver) this.#household.count('connections.unread');
    this.close();
    this.#line.cut();
  }

  /** The connection is gone. */
  close(): void {
    this.#isOver = true;
    this.#watch?.changes.unsubscribe();
  }

  /** The reply to the next line; undefined when there is none, or it has to wait. */
  #answerNext(): Bytes | undefined {
    const end = this.#input.indexOf('\n', this.#at);
    if (end < 0) return this.#answerRest();
    if (end - this.#at > LINE_BYTES_MAX) return this.#hangUp('lines.tooLong');
    return this.#answer(this.#input.slice(this.#at, end), end + 1);
  }

  /** What stands after the last line feed: kept, or at the end of the input a line of its own. */
  #answerRest(): Bytes | undefined {
    if (this.#at > 0) this.#input = copyOf(this.#input.slice(this.#at));
    this.#at = 0;
    if (this.#input.length > LINE_BYTES_MAX) return this.#hangUp('lines.tooLong');
    if (!this.#hasEnded) return undefined;
    return this.#input === '' ? this.#hangUp() : this.#answer(this.#input, this.#input.length);
  }

  #answer(text: Bytes, next: number): Bytes | undefined {
    const command = parseCommand(text);
    if (command === undefined) return this.#hangUp('lines.malformed');
    if (command.name === 'quit') return this.#hangUp();
    if (asksForMembers(command) && !this.#household.isComplete()) return undefined;
    this.#at = next;
    return this.#execute(command);
  }

  #execute(command: Command): Bytes {
    const intent = intentOf(command, this.#household.tuning);
    if (intent !== undefined) this.#household.carryOut(intent);
    if (command.name === 'watch') this.#startWatch(command.cluster);
    return replyTo(command, this.#household.members);
  }

  /** From here on the connection carries changes only. To a watcher that does not read, they are told when he does. */
  #startWatch(cluster: Bytes): void {
    this.#input = '';
    const untold = new Map<Bytes, Change>();
    const changes = this.#household.changesOf(copyOf(cluster)).subscribe((batch) => {
      this.#tellChanges(batch, untold);
    });
    this.#watch = { untold, changes };
  }

  #tellUntold({ untold }: Watch): void {
    const changes = [...untold.values()];
    untold.clear();
    this.#tellChanges(changes, untold);
  }

  /** Writes a line for each; from where the client is behind, they wait for him. */
  #tellChanges(changes: Iterable<Change>, untold: Map<Bytes, Change>): void {
    let lines = '';
    for (const change of changes) {
      if (this.#isBehind) untold.set(change.instance.rawId, change);
      else lines += `${watchLine(change.instance)}\n`;
      if (lines.length < PIECE_BYTES) continue;
      this.#isBehind = !this.#line.write(lines);
      lines = '';
    }
    if (lines !== '') this.#isBehind = !this.#line.write(lines);
  }

  /** No more is taken; what was answered is still sent. */
  #hangUp(cut?: Cut): undefined {
    if (cut !== undefined) this.#household.count(cut);
    this.#isOver = true;
    this.#input = '';
  }
}
