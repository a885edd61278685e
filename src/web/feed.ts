/**
 * What the inspector's page is told. The page says what it wants to see; it then gets pictures of that, each as soon as
 * something in it moved. It knows no socket: wishes come in, messages go out. Without a page nothing here runs.
 */
import {
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  filter,
  interval,
  map,
  merge,
  type Observable,
  of,
  startWith,
  switchMap,
} from 'rxjs';
import { type Inspected, keyOf } from '../inspect/inspected.ts';
import { type Listing, listingOf } from '../inspect/listing.ts';
import type { Observations } from '../inspect/observations.ts';
import { type Portrait, portraitOf } from '../inspect/portrait.ts';
import { inSlices } from '../time/in-slices.ts';
import { paced } from './paced.ts';
import type { Wish } from './wish.ts';

/** One message to the page. */
export type Word =
  | { readonly kind: 'listing'; readonly listing: Listing }
  /** Of the actor that it picked. */
  | { readonly kind: 'portrait'; readonly portrait: Portrait };

/** What one page's feed is made of. */
export interface FeedOptions {
  readonly inspected: Inspected;
  readonly observations: Observations;
  /** Hot; each says all that the page wants. */
  readonly wishes$: Observable<Wish>;
  /** Emits as soon as the page took what it was told; at once when it has. */
  readonly taken$: Observable<unknown>;
}

/** A page gets a picture this often at most, ms. */
export const PICTURE_MS = 250;

/** What leaves without a word, the forgotten, is noticed after this time, ms. */
const REFRESH_MS = 5_000;

/** Messages for the page, as JSON. Never completes. */
export function messagesFor(options: FeedOptions): Observable<string> {
  return merge(listings(options), portraits(options));
}

/** The list, whenever it reads differently. */
function listings({ inspected, wishes$, taken$ }: FeedOptions): Observable<string> {
  const { clock, transitions$ } = inspected;
  const moved$ = transitions$.pipe(
    filter((transitions) => transitions.some(({ kind }) => MOVES.includes(kind))),
  );
  return combineLatest([
    wishes$,
    merge(moved$, interval(REFRESH_MS, clock.scheduler)).pipe(startWith(undefined)),
  ]).pipe(
    paced({ clock, paceMs: PICTURE_MS, taken$ }, ([{ query }]) =>
      inSlices(() => listingOf(inspected, query), clock).pipe(
        map((listing) => messageOf({ kind: 'listing', listing })),
      ),
    ),
    distinctUntilChanged(),
  );
}

/** The actor that the page picked, after each of its events. */
function portraits({ inspected, observations, wishes$, taken$ }: FeedOptions): Observable<string> {
  const { clock } = inspected;
  return wishes$.pipe(
    map(({ picked }) => picked),
    distinctUntilChanged((a, b) => a === b || (a !== null && b !== null && keyOf(a) === keyOf(b))),
    switchMap((name) => {
      if (name === null) return EMPTY;
      const told = { lines: 0 };
      return combineLatest([
        observations.observe(name),
        interval(REFRESH_MS, clock.scheduler).pipe(startWith(undefined)),
      ]).pipe(map(([observation]) => ({ observation, told })));
    }),
    paced({ clock, paceMs: PICTURE_MS, taken$ }, ({ observation, told }) => {
      const portrait = portraitOf(observation, inspected, told.lines);
      told.lines = portrait.lines.at(-1)?.number ?? told.lines;
      return of(messageOf({ kind: 'portrait', portrait }));
    }),
  );
}

function messageOf(word: Word): string {
  return JSON.stringify(word);
}

/** Transitions that the list shows. */
const MOVES = ['instance', 'peer'];
