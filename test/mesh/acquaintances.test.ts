/** Boots that were heard: how many a stranger can make up, who is believed, and where each is spoken to. */
import test from 'ava';
import { PeerRecord } from '../../src/membership/records.ts';
import { Rounds } from '../../src/membership/rounds.ts';
import { SenderClock } from '../../src/membership/sender-clock.ts';
import { Acquaintance, Acquaintances, endpointOf } from '../../src/mesh/acquaintances.ts';
import { linkOf } from '../support/linked.ts';

const MAX = { announcementIntervalMsMax: 10_000 };
const PORTS = { udp: 8721, multicast: 8722, tcp: 8723 };

const peerOf = (boot: string): PeerRecord =>
  Object.assign(new PeerRecord('peer', false, new SenderClock(MAX), new Rounds(MAX)), {
    link: linkOf(boot, 0),
  });

const from = (transport: string, host: string) => ({ transport, host, address: host, isOwnAddress: false });

const boots = (all: Acquaintances) => [...all].map(({ boot }) => boot);

test('of too many that have proven nothing, the ones that came first make room', (t) => {
  const all = new Acquaintances(() => 3);
  for (const boot of ['a', 'b', 'c', 'd', 'e']) all.of(boot);
  t.deepEqual(boots(all), ['c', 'd', 'e']);
});

test('whoever is a peer that lives stays, however many strangers come', (t) => {
  const all = new Acquaintances(() => 3);
  all.keep(all.of('a'), peerOf('a'));
  for (let at = 0; at < 1_000; at += 1) all.of(`stranger-${at}`);
  t.deepEqual(boots(all), ['a', 'stranger-997', 'stranger-998', 'stranger-999']);
  t.deepEqual(
    [...all.linked()].map(({ boot }) => boot),
    ['a'],
  );
});

test('whoever is no peer is forgotten when it was silent for ten minutes', (t) => {
  const all = new Acquaintances(() => 100);
  for (const boot of ['peer', 'left', 'lost', 'stranger']) all.of(boot).hearFrom(from('udp', boot), 0);
  for (const boot of ['peer', 'left', 'lost']) all.keep(all.find(boot)!, peerOf(boot));
  for (const boot of ['left', 'lost'])
    Object.assign(all.find(boot)!.peer!, { link: undefined, state: 'dead' });
  all.find('left')!.leftAt = 0;
  all.forgetPast(599_999);
  t.deepEqual(boots(all), ['peer', 'left', 'lost', 'stranger']);
  all.forgetPast(600_000);
  t.deepEqual(boots(all), ['peer']);
});

test('a peer that died is like any stranger from the next proof on', (t) => {
  const all = new Acquaintances(() => 2);
  const dead = peerOf('a');
  all.keep(all.of('a'), dead);
  dead.link = undefined;
  all.keep(all.of('b'), peerOf('b'));
  for (const boot of ['c', 'd']) all.of(boot);
  t.deepEqual(boots(all), ['b', 'c', 'd']);
});

test('nobody calls for a boot that was followed by another one, however long it has been dead', (t) => {
  const all = new Acquaintances(() => 9);
  const peer = peerOf('first');
  all.keep(all.of('first'), peer);
  Object.assign(peer, { link: undefined, state: 'dead' });
  all.keep(all.of('other'), peerOf('other'));
  t.true(all.find('first')!.isLost);
  all.keep(all.of('second'), peer);
  t.false(all.find('first')!.isLost);
});

test('the boot before is not believed while the next one lives, and is again after that', (t) => {
  const all = new Acquaintances(() => 9);
  const peer = peerOf('first');
  const [first, second] = [all.of('first'), all.of('second')];
  all.keep(first, peer);
  peer.link = linkOf('second', 0);
  all.keep(second, peer);
  t.true(first.isRetired(0));
  t.false(second.isRetired(0));
  peer.link = undefined;
  t.false(first.isRetired(0));
});

test('who said goodbye is not believed any more', (t) => {
  const acquaintance = new Acquaintance('a');
  acquaintance.leftAt = 0;
  t.true(acquaintance.isRetired(0));
});

test('who was heard by a group is answered by unicast, where he hears that', (t) => {
  t.deepEqual(endpointOf(from('multicast', 'h'), PORTS), { transport: 'udp', host: 'h', port: 8721 });
  t.deepEqual(endpointOf(from('multicast', 'h'), { ...PORTS, udp: 0 }), {
    transport: 'multicast',
    host: 'h',
    port: 8722,
  });
  t.deepEqual(endpointOf(from('tcp', 'h'), PORTS), { transport: 'tcp', host: 'h', port: 8723 });
});

/** Where it is spoken to after it was heard there, at those instants. */
const endpointAfter = (...heard: readonly (readonly [transport: string, host: string, at: number])[]) => {
  const acquaintance = new Acquaintance('a');
  acquaintance.ports = PORTS;
  for (const [transport, host, at] of heard) acquaintance.hearFrom(from(transport, host), at);
  return `${acquaintance.endpoint?.transport} ${acquaintance.endpoint?.host}`;
};

test('a better way is taken at once, a worse or another one when the present one was silent for 2 s', (t) => {
  t.is(endpointAfter(['tcp', 'h', 0], ['udp', 'h', 1]), 'udp h');
  t.is(endpointAfter(['udp', 'h', 0], ['tcp', 'h', 1_999]), 'udp h');
  t.is(endpointAfter(['udp', 'h', 0], ['tcp', 'h', 2_000]), 'tcp h');
  t.is(endpointAfter(['udp', 'h', 0], ['udp', 'i', 1_999]), 'udp h');
  t.is(endpointAfter(['udp', 'h', 0], ['udp', 'i', 2_000]), 'udp i');
});

test('a way that is heard stays', (t) => {
  t.is(endpointAfter(['udp', 'h', 0], ['udp', 'h', 1_500], ['udp', 'i', 3_499]), 'udp h');
});

test('its link follows where it is spoken to, and its ports', (t) => {
  const acquaintance = new Acquaintance('a');
  const peer = peerOf('a');
  acquaintance.peer = peer;
  acquaintance.hearFrom(from('udp', 'h'), 0);
  t.is(peer.link!.endpoint.port, 0);
  acquaintance.ports = PORTS;
  acquaintance.hearFrom(from('udp', 'h'), 1);
  t.deepEqual(peer.link!.endpoint, { transport: 'udp', host: 'h', port: 8721 });
});
