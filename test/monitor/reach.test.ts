/** Whom a monitor speaks to, as its settings and hints change. */
import test from 'ava';
import { Counters } from '../../src/membership/counters.ts';
import type { Hint } from '../../src/model/addresses.ts';
import { type Destinations, Reach } from '../../src/monitor/reach.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';

const clock = new VirtualClock();

const DESTINATIONS: Destinations = {
  udpPeers: [{ host: 'web-1', port: 1 }],
  udpBroadcasts: [{}],
  multicastGroups: [{ group: '239.1.2.3' }],
  tcpPeers: [],
};

const hint = (n: number, transport: Hint['transport'] = 'udp'): Hint => ({
  transport,
  host: `10.0.0.${n}`,
  port: 8721,
});

test('the settings are told on subscribe, and what was hinted follows them', (t) => {
  const reach = makeReach(DESTINATIONS, { hintsMax: 10 });
  const told = toldBy(reach);
  reach.hint(hint(7));
  reach.hint(hint(8, 'tcp'));
  clock.advanceBy(100);
  t.deepEqual(told, [
    'broadcasts [{}]',
    'groups [{"group":"239.1.2.3"}]',
    'udp [{"host":"web-1","port":1}]',
    'tcp []',
    'udp [{"host":"web-1","port":1},{"host":"10.0.0.7","port":8721}]',
    'tcp [{"host":"10.0.0.8","port":8721}]',
  ]);
});

test('settings that were read again and are the same are no change', (t) => {
  const reach = makeReach(DESTINATIONS, { hintsMax: 10 });
  const told = toldBy(reach).splice(0);
  reach.change(structuredClone(DESTINATIONS));
  t.is(told.length, 4);
  reach.change({ ...DESTINATIONS, udpBroadcasts: [] });
  t.deepEqual(
    toldBy(reach).filter((line) => line.startsWith('broadcasts')),
    ['broadcasts []'],
  );
});

test('a reload keeps what was hinted', (t) => {
  const reach = makeReach(DESTINATIONS, { hintsMax: 10 });
  reach.hint(hint(7));
  reach.change({ ...DESTINATIONS, udpPeers: [] });
  t.is(toldBy(reach)[2], 'udp [{"host":"10.0.0.7","port":8721}]');
});

test('one hint too many replaces the one that was given longest ago', (t) => {
  const reach = makeReach({ ...DESTINATIONS, udpPeers: [] }, { hintsMax: 2 });
  for (const n of [1, 2, 1, 3]) reach.hint(hint(n));
  t.is(toldBy(reach)[2], 'udp [{"host":"10.0.0.1","port":8721},{"host":"10.0.0.3","port":8721}]');
});

test('a hint that is given again changes nothing, and many at once are followed together', (t) => {
  const reach = makeReach({ ...DESTINATIONS, udpPeers: [] }, { hintsMax: 300 });
  const told = toldBy(reach);
  told.splice(0);
  for (let round = 0; round < 3; round += 1) for (let n = 0; n < 256; n += 1) reach.hint(hint(n));
  clock.advanceBy(1_000);
  t.is(told.length, 1);
  for (const n of [3, 1, 2]) reach.hint(hint(n));
  clock.advanceBy(1_000);
  t.is(told.length, 1);
});

test('fewer hints by a reload drop those that were given longest ago', (t) => {
  const tuning = { hintsMax: 3 };
  const reach = makeReach({ ...DESTINATIONS, udpPeers: [] }, tuning);
  for (const n of [1, 2, 3]) reach.hint(hint(n));
  tuning.hintsMax = 1;
  reach.change({ ...DESTINATIONS, udpPeers: [] });
  t.is(toldBy(reach)[2], 'udp [{"host":"10.0.0.3","port":8721}]');
});

test('who asked by TCP is answered until the next list of those who did', (t) => {
  const reach = makeReach(DESTINATIONS, { hintsMax: 10 });
  const told: string[] = [];
  reach.tcpAnswered$.subscribe((peers) => told.push(peers.map(({ host }) => host).join(' ')));
  reach.answer([hint(1, 'tcp'), hint(2, 'udp'), hint(3, 'tcp')]);
  reach.answer([hint(1, 'tcp'), hint(3, 'tcp')]);
  reach.answer([hint(3, 'tcp')]);
  reach.answer([]);
  t.deepEqual(told, ['', '10.0.0.1 10.0.0.3', '10.0.0.3', '']);
});

test('no more are answered than may be hinted, and each of the others is counted once', (t) => {
  const counters = new Counters();
  const reach = makeReach(DESTINATIONS, { hintsMax: 2 }, counters);
  const told: number[] = [];
  reach.tcpAnswered$.subscribe((peers) => told.push(peers.length));
  for (let round = 0; round < 3; round += 1) reach.answer([1, 2, 3, 4].map((n) => hint(n, 'tcp')));
  t.deepEqual(told, [0, 2]);
  t.is(counters.get('refused.answers'), 2);
});

function makeReach(
  destinations: Destinations,
  tuning: { hintsMax: number },
  counters = new Counters(),
): Reach {
  return new Reach(destinations, { tuning, counters, clock });
}

function toldBy(reach: Reach): string[] {
  const told: string[] = [];
  const tell = (name: string) => (value: unknown) => told.push(`${name} ${JSON.stringify(value)}`);
  reach.broadcasts$.subscribe(tell('broadcasts'));
  reach.groups$.subscribe(tell('groups'));
  reach.udpPeers$.subscribe(tell('udp'));
  reach.tcpPeers$.subscribe(tell('tcp'));
  return told;
}
