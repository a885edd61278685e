/** To whom type 1 is spoken: to those who need it, and often enough that an original that listens speaks. */
import test from 'ava';
import { GREETING_CLUSTER } from '../../src/model/announcement.ts';
import type { Tuning } from '../../src/model/tuning.ts';
import { Originals } from '../../src/monitor/originals.ts';
import type { Telling } from '../../src/monitor/telling.ts';
import { House, INTERVAL_MS, Sender, TUNING } from '../support/builders.ts';
import { linkUp } from '../support/linked.ts';

function household(tuning: Partial<Tuning> = {}, realm = 'default') {
  const house = new House();
  const originals = new Originals({
    realm,
    store: house.store,
    tuning: { ...TUNING, ...tuning },
    clock: house.clock,
    counters: house.counters,
  });
  return { house, clock: house.clock, originals };
}

const telling = (fields: Partial<Telling> = {}): Telling => ({
  cluster: 'c',
  living: [],
  gone: [],
  isPart: false,
  roundAt: undefined,
  ...fields,
});

const HOST = { host: '10.0.0.1', port: 8721 };

test('among ours news is said to nobody at all', (t) => {
  const { house, originals } = household();
  const link = linkUp(house, 'peer');
  link.endpoint = { transport: 'udp', ...HOST };
  const audience = originals.audienceOf(telling())!;
  t.false(audience.isShared);
  t.false(audience.isFor(HOST));
});

test('who has not proven to speak protocol 2 is told all, by unicast', (t) => {
  const { house, originals } = household();
  const link = linkUp(house, 'peer');
  link.endpoint = { transport: 'udp', ...HOST };
  const audience = originals.audienceOf(telling())!;
  t.true(audience.isFor({ ...HOST, host: '10.0.0.2' }));
  t.true(audience.isFor({ ...HOST, port: 8722 }));
});

test('one round each announcement-interval-max is said to all, and each greeting', (t) => {
  const { clock, originals } = household();
  const isShared = (fields: Partial<Telling>) => originals.audienceOf(telling(fields))!.isShared;
  const shared: number[] = [];
  for (; clock.now() < 60_000; clock.advanceBy(1_000)) {
    if (isShared({ roundAt: clock.now() })) shared.push(clock.now() / 1_000);
    t.is(isShared({ roundAt: clock.now(), cluster: 'd' }), shared.includes(clock.now() / 1_000));
    t.false(isShared({}));
  }
  t.deepEqual(shared, [0, 9, 18, 27, 36, 45, 54]);
  t.true(isShared({ cluster: GREETING_CLUSTER }));
});

test('a round that is 0.85 of the interval later is, one that is less is not', (t) => {
  const { originals } = household();
  const isShared = (roundAt: number) => originals.audienceOf(telling({ roundAt }))!.isShared;
  t.true(isShared(0));
  t.false(isShared(0.85 * INTERVAL_MS - 1));
  t.true(isShared(0.85 * INTERVAL_MS));
});

test('beyond four peers for each second of the interval a round is said as much less often', (t) => {
  const { house, originals } = household();
  const isShared = (roundAt: number) => originals.audienceOf(telling({ roundAt }))!.isShared;
  for (let n = 0; n < 80; n += 1) linkUp(house, `peer-${n}`);
  const known = house.store.peers.size;
  const intervalMs = 0.85 * 250 * known;
  t.true(isShared(0));
  t.false(isShared(intervalMs - 1));
  t.true(isShared(intervalMs));
});

test('while an original is heard all is said to all, and for a minute after its last word', (t) => {
  const { house, clock, originals } = household();
  const isShared = () => originals.audienceOf(telling())!.isShared;
  new Sender(house).announce({ x: 5_000 });
  t.true(isShared());
  clock.advanceBy(59_999);
  t.true(isShared());
  clock.advanceBy(101);
  t.false(isShared());
});

test('one of ours that announced before it proved that it speaks protocol 2 is no original', (t) => {
  const { house, clock, originals } = household();
  new Sender(house).announce({});
  linkUp(house, 'peer');
  clock.advanceBy(100);
  t.false(originals.audienceOf(telling())!.isShared);
});

test('who is told to speak it always speaks it to everyone, and who is told never to, to nobody', (t) => {
  const always = household({ compatibility: 'on' });
  linkUp(always.house, 'peer').endpoint = { transport: 'udp', ...HOST };
  const audience = always.originals.audienceOf(telling())!;
  t.true(audience.isShared && audience.isFor(HOST));
  t.is(household({ compatibility: 'off' }).originals.audienceOf(telling()), undefined);
});

test('in another realm, or with a key, it is neither spoken nor heard', (t) => {
  for (const { originals } of [
    household({ keys: ['a key that nobody guesses'] }),
    household({}, 'staging'),
  ]) {
    t.false(originals.isSpoken);
    t.is(originals.audienceOf(telling({ cluster: GREETING_CLUSTER })), undefined);
  }
  t.true(household().originals.isSpoken);
});
