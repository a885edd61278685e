import test from 'ava';
import { of, Subject } from 'rxjs';
import type { Listing } from '../../src/inspect/listing.ts';
import type { Portrait } from '../../src/inspect/portrait.ts';
import { messagesFor, type Word } from '../../src/web/feed.ts';
import type { Wish } from '../../src/web/wish.ts';
import { InspectedHouse, instance } from '../inspect/house.ts';

const ALL = { text: '', cluster: '', state: '' } as const;

function open(house = new InspectedHouse()) {
  const wishes = new Subject<Wish>();
  const words: Word[] = [];
  const { inspected, observations } = house;
  const messages = messagesFor({ inspected, observations, wishes$: wishes, taken$: of(undefined) }).subscribe(
    (message) => words.push(JSON.parse(message)),
  );
  const wish = (wanted: Partial<Wish> = {}) => {
    wishes.next({ query: ALL, picked: null, ...wanted });
    house.clock.advanceBy(250);
  };
  /** What was told since the last call. */
  const take = () => {
    const told = words.splice(0);
    return {
      listings: told.flatMap((word): Listing[] => (word.kind === 'listing' ? [word.listing] : [])),
      portraits: told.flatMap((word): Portrait[] => (word.kind === 'portrait' ? [word.portrait] : [])),
    };
  };
  return { house, wish, take, close: () => messages.unsubscribe() };
}

const eventsOf = ({ lines }: Portrait) => lines.map(({ event, count }) => `${event} ×${count}`);
const totalsOf = (listings: readonly Listing[]) => listings.map(({ instances }) => instances.totalCount);

test('nothing is told before a wish', (t) => {
  const { house, take } = open();
  house.keepAlive('x', 2_000);
  house.clock.advanceBy(10_000);
  t.deepEqual(take(), { listings: [], portraits: [] });
});

test('the list is told, and again when something in it moved', (t) => {
  const { house, wish, take } = open();
  wish();
  t.deepEqual(totalsOf(take().listings), [0]);
  house.keepAlive('x', 2_000);
  house.clock.advanceBy(10);
  t.deepEqual(totalsOf(take().listings), [1]);
});

test('heartbeats tell no list', (t) => {
  const { house, wish, take } = open();
  house.keepAlive('x', 2_000);
  wish();
  take();
  for (let beat = 0; beat < 10; beat += 1) {
    house.keepAlive('x', 2_000);
    house.clock.advanceBy(1_000);
  }
  t.deepEqual(take().listings, []);
});

test('a crowd that comes at once is one list', (t) => {
  const { house, wish, take } = open();
  wish();
  take();
  for (let index = 0; index < 1_000; index += 1) house.keepAlive(`${index}`, 60_000);
  house.clock.advanceBy(10);
  t.deepEqual(totalsOf(take().listings), [1_000]);
});

test('who is forgotten leaves the list, though nothing is said of that', (t) => {
  const { house, wish, take } = open();
  house.keepAlive('x', 2_000);
  house.withdraw('x');
  wish();
  take();
  house.clock.advanceBy(606_000);
  t.is(totalsOf(take().listings).at(-1), 0);
});

test('the picked actor is portrayed, and again after each of its events, heartbeats too', (t) => {
  const { house, wish, take } = open();
  house.keepAlive('x', 2_000);
  wish({ picked: instance('x') });
  t.deepEqual(
    take().portraits.map(({ state }) => state),
    ['alive'],
  );
  house.keepAlive('x', 2_000);
  house.clock.advanceBy(1);
  const [portrait] = take().portraits;
  t.deepEqual(eventsOf(portrait!), ['announced ×1']);
  t.is(portrait!.due?.event, 'overdue');
});

test('a portrait brings what is new of the timeline, and the line that may have grown', (t) => {
  const { house, wish, take } = open();
  house.keepAlive('x', 2_000);
  wish({ picked: instance('x') });
  for (const event of ['withdraw', 'keepAlive', 'keepAlive', 'keepAlive'] as const) {
    if (event === 'withdraw') house.withdraw('x');
    else house.keepAlive('x', 2_000);
    house.clock.advanceBy(250);
  }
  const { portraits } = take();
  t.deepEqual(portraits.map(eventsOf), [
    [],
    ['withdrawn ×1'],
    ['withdrawn ×1', 'announced ×1'],
    ['announced ×1', 'announced ×1'],
    ['announced ×2'],
  ]);
  t.deepEqual(
    portraits.map(({ isWhole }) => isWhole),
    [true, true, false, false, false],
  );
});

test('a burst of heartbeats is one portrait', (t) => {
  const { house, wish, take } = open();
  house.keepAlive('x', 2_000);
  wish({ picked: instance('x') });
  take();
  for (let beat = 0; beat < 1_000; beat += 1) house.keepAlive('x', 2_000);
  house.clock.advanceBy(10);
  t.deepEqual(take().portraits.map(eventsOf), [['announced ×1000']]);
});

test('another pick ends the first one', (t) => {
  const { house, wish, take } = open();
  house.keepAlive('x', 60_000);
  wish({ picked: instance('x') });
  wish({ picked: instance('y') });
  take();
  house.withdraw('x');
  house.clock.advanceBy(250);
  t.deepEqual(take().portraits, []);
});

test('a page that is gone is told nothing', (t) => {
  const { house, wish, take, close } = open();
  house.keepAlive('x', 60_000);
  wish({ picked: instance('x') });
  take();
  close();
  house.withdraw('x');
  house.clock.advanceBy(60_000);
  t.deepEqual(take(), { listings: [], portraits: [] });
});
