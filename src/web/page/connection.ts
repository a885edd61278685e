/**
 * The page's side of the feed: wishes out, pictures in. When the connection is lost it is made again until it holds,
 * and the last wish is said again.
 */
import { type BehaviorSubject, Observable, repeat, type Subscription, scan } from 'rxjs';
import { type ActorName, keyOf } from '../../inspect/inspected.ts';
import type { Listing } from '../../inspect/listing.ts';
import type { Portrait } from '../../inspect/portrait.ts';
import { LINES_MAX, type Line } from '../../inspect/timeline.ts';
import type { Clock } from '../../time/clock.ts';
import type { Word } from '../feed.ts';
import type { Wish } from '../wish.ts';

/** A portrait, and when it came. */
export interface Shown extends Portrait {
  /** This page's clock, ms. */
  readonly receivedAt: number;
}

/** All that the page knows. */
export interface Knowledge {
  readonly isConnected: boolean;
  readonly listing: Listing | undefined;
  readonly portrait: Shown | undefined;
}

type Step = Word | { readonly kind: 'connected' } | { readonly kind: 'lost' };

/** A lost connection is made again after this time, ms. */
const RETRY_MS = 1_000;

const NOTHING: Knowledge = { isConnected: false, listing: undefined, portrait: undefined };

/** What the page knows, whenever that changes. Cold; never completes. */
export function knowledge(url: string, wish$: BehaviorSubject<Wish>, clock: Clock): Observable<Knowledge> {
  return connection(url, wish$).pipe(
    repeat({ delay: RETRY_MS }),
    scan((known: Knowledge, step: Step) => fold(known, step, clock.now()), NOTHING),
  );
}

function connection(url: string, wish$: BehaviorSubject<Wish>): Observable<Step> {
  return new Observable((subscriber) => {
    const socket = new WebSocket(url);
    let wishes: Subscription | undefined;
    socket.onopen = () => {
      subscriber.next({ kind: 'connected' });
      wishes = wish$.subscribe((wish) => socket.send(JSON.stringify(wish)));
    };
    socket.onmessage = ({ data }) => subscriber.next(JSON.parse(data as string));
    socket.onclose = () => {
      subscriber.next({ kind: 'lost' });
      subscriber.complete();
    };
    return () => {
      wishes?.unsubscribe();
      socket.close();
    };
  });
}

function fold(known: Knowledge, step: Step, now: number): Knowledge {
  switch (step.kind) {
    case 'connected':
      return { ...known, isConnected: true };
    case 'lost':
      return { ...known, isConnected: false };
    case 'listing':
      return { ...known, listing: step.listing };
    case 'portrait':
      return { ...known, portrait: withLines(known.portrait, { ...step.portrait, receivedAt: now }) };
  }
}

/** A portrait brings only what is new of the timeline. */
function withLines(before: Shown | undefined, next: Shown): Shown {
  if (next.isWhole || before === undefined || !isOf(before, next.name)) return next;
  const first = next.lines[0]?.number ?? Number.POSITIVE_INFINITY;
  const lines: Line[] = [...before.lines.filter(({ number }) => number < first), ...next.lines];
  return { ...next, lines: lines.slice(-LINES_MAX) };
}

/** Whether a portrait is one of this actor. */
export function isOf(portrait: Portrait, name: ActorName): boolean {
  return keyOf(portrait.name) === keyOf(name);
}
