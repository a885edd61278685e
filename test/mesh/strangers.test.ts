/** Monitors on this network that are none of ours are told of, and cost next to nothing. */
import test from 'ava';
import { Strangers } from '../../src/mesh/strangers.ts';
import type { Notice } from '../../src/model/change.ts';
import type { Beacon } from '../../src/model/frame.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { Keyring } from '../../src/wire/keyring.ts';

function ear() {
  const clock = new VirtualClock();
  const strangers = new Strangers(clock);
  const notices: Notice[] = [];
  strangers.notices$.subscribe((notice) => notices.push(notice));
  return { clock, strangers, notices };
}

/** A frame of a realm. */
const frameOf = (realm: string, { keys = [] as string[], sections = [beaconOf(realm)] } = {}) =>
  encodeFrame({ boot: 'stranger', sequence: 1, isDirect: false }, sections, new Keyring(realm, keys));

const beaconOf = (realm: string): Beacon => ({
  kind: 'beacon',
  identity: 'b',
  realm,
  periodMs: 500,
  wallMs: 0,
  ports: { udp: 1, multicast: 0, tcp: 0 },
  set: { version: 0, count: 0, hash: '\0'.repeat(8) },
});

test('realms are listed with how many monitors they have, the largest first', (t) => {
  const { strangers } = ear();
  for (const [address, realm] of ['one', 'two', 'two'].entries())
    strangers.hear(`${address}`, frameOf(realm));
  t.deepEqual(
    strangers.all().map(({ realm, monitorsCount }) => [realm, monitorsCount]),
    [
      ['two', 2],
      ['one', 1],
    ],
  );
});

test('a realm whose frames are sealed has no name', (t) => {
  const { strangers, notices } = ear();
  strangers.hear('h', frameOf('staging', { keys: ['a key that nobody guesses'] }));
  t.is(strangers.all()[0]!.realm, undefined);
  t.is(notices.length, 1);
});

test('a frame without a beacon does not take the name from what is known', (t) => {
  const { clock, strangers } = ear();
  strangers.hear('h', frameOf('staging'));
  clock.advanceBy(10_000);
  strangers.hear('h', frameOf('staging', { sections: [] }));
  t.is(strangers.all()[0]!.realm, 'staging');
});

test('a realm is told of once in ten minutes, however many monitors it has', (t) => {
  const { clock, strangers, notices } = ear();
  const hear = () => {
    for (const address of ['h', 'i']) strangers.hear(address, frameOf('staging'));
  };
  for (hear(); clock.now() < 599_000; hear()) clock.advanceBy(1_000);
  t.deepEqual(notices, [{ kind: 'stranger', realm: 'staging', monitorsCount: 1, address: 'h' }]);
  for (; clock.now() < 610_000; hear()) clock.advanceBy(1_000);
  t.deepEqual(notices[1], { kind: 'stranger', realm: 'staging', monitorsCount: 2, address: 'h' });
});

test('one frame in 10 s of an address is looked at', (t) => {
  const { clock, strangers } = ear();
  strangers.hear('h', frameOf('one'));
  clock.advanceBy(9_999);
  strangers.hear('h', frameOf('two'));
  t.is(strangers.all()[0]!.realm, 'one');
  clock.advanceBy(1);
  strangers.hear('h', frameOf('two'));
  t.is(strangers.all()[0]!.realm, 'two');
});

test('who was not heard for a minute is forgotten', (t) => {
  const { clock, strangers } = ear();
  strangers.hear('h', frameOf('one'));
  clock.advanceBy(59_999);
  t.is(strangers.all().length, 1);
  clock.advanceBy(1);
  t.is(strangers.all().length, 0);
});

test('256 addresses are kept in mind, and as many things told, whatever is made up', (t) => {
  const { strangers, notices } = ear();
  for (let at = 0; at < 1_000; at += 1) strangers.hear(`${at}`, frameOf(`realm-${at}`));
  t.is(strangers.all().length, 256);
  t.is(notices.length, 256);
  for (let at = 0; at < 1_000; at += 1) strangers.hearWrongKey(`${at}`);
  t.is(notices.length, 256);
});

test('a wrong key is told once in ten minutes an address, with how many frames were refused', (t) => {
  const { clock, strangers, notices } = ear();
  for (let at = 0; at <= 600_000; at += 10_000) {
    strangers.hearWrongKey('h');
    clock.advanceBy(10_000);
  }
  t.deepEqual(notices, [
    { kind: 'wrongKey', address: 'h', count: 1 },
    { kind: 'wrongKey', address: 'h', count: 61 },
  ]);
});
