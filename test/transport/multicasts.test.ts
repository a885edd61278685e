/** Which groups are heard and spoken to, by which interfaces. */
import type { RemoteInfo } from 'node:dgram';
import test from 'ava';
import type { InterfaceAddress } from '../../src/transport/interfaces.ts';
import { LINK_LOCAL_GROUP, linkLocalGroups, Neighbours } from '../../src/transport/link-local.ts';
import { type Multicast, multicastsOn } from '../../src/transport/multicasts.ts';

const RANGE = { port: 8722, ttl: 3 };

const address = (interfaceName: string, text: string): InterfaceAddress => ({
  interfaceName,
  address: text,
  family: text.includes(':') ? 'IPv6' : 'IPv4',
  isInternal: interfaceName === 'lo',
});

const ADDRESSES = [
  address('lo', '127.0.0.1'),
  address('lo', '::1'),
  address('eth0', '10.0.0.1'),
  address('eth0', '10.0.0.2'),
  address('eth0', 'fe80::1'),
  address('eth1', 'fe80::2'),
  address('eth1', '2001:db8::2'),
];

const linesOf = (multicasts: readonly Multicast[]) =>
  multicasts.map(({ membership, way }) => {
    const { interfaceId, ttl } = way.by.multicast!;
    return `hears ${membership.group} by ${membership.interfaceId}, sends to ${way.address} by ${interfaceId}, ttl ${ttl}`;
  });

test('* is every interface but loopback that has an address of the family, each once', (t) => {
  t.deepEqual(linesOf(multicastsOn(ADDRESSES, [{ group: '239.1.2.3' }], RANGE)), [
    'hears 239.1.2.3 by 10.0.0.1, sends to 239.1.2.3 by 10.0.0.1, ttl 3',
  ]);
  t.deepEqual(linesOf(multicastsOn(ADDRESSES, [{ group: 'ff02::87' }], RANGE)), [
    'hears ff02::87 by ::%eth0, sends to ff02::87%eth0 by ::%eth0, ttl 3',
    'hears ff02::87 by ::%eth1, sends to ff02::87%eth1 by ::%eth1, ttl 3',
  ]);
});

test('a named interface is that one, loopback too, and none when it has no address of the family', (t) => {
  const by = (interfaceName: string, group: string) =>
    multicastsOn(ADDRESSES, [{ interfaceName, group }], RANGE).length;
  t.is(by('eth1', 'ff02::87'), 1);
  t.is(by('lo', '239.1.2.3'), 1);
  t.is(by('eth1', '239.1.2.3'), 0);
  t.is(by('eth2', '239.1.2.3'), 0);
});

test('a group that is named twice is spoken to once', (t) => {
  const forms = [{ group: '239.1.2.3' }, { group: '239.1.2.3', interfaceName: 'eth0' }];
  t.is(multicastsOn(ADDRESSES, forms, RANGE).length, 1);
});

test('our link-local group is heard by all interfaces with IPv6, and spoken to by a host without IPv4', (t) => {
  const { heard, spokenTo } = linkLocalGroups(ADDRESSES, 8721);
  t.deepEqual(spokenTo, []);
  const withoutIpv4 = ADDRESSES.filter(({ family }) => family === 'IPv6');
  t.deepEqual(
    heard.map(({ membership }) => membership.interfaceId),
    ['::%eth0', '::%eth1'],
  );
  t.deepEqual(
    linkLocalGroups(withoutIpv4, 8721).spokenTo.map(
      (way) => `${way.address} port ${way.port}, ttl ${way.by.multicast?.ttl}`,
    ),
    ['eth0', 'eth1'].map((name) => `${LINK_LOCAL_GROUP}%${name} port 8721, ttl 1`),
  );
});

test('who is heard from a link-local address is answered for a minute, by a host that has IPv4', (t) => {
  const neighbours = new Neighbours();
  const sources = ['fe80::7%eth0', '2001:db8::7', '10.0.0.7', 'fe80::1%eth0'];
  for (const source of sources) neighbours.hear(sourceAt(source), 8721, 0);
  t.deepEqual(neighbours.addresses(ADDRESSES, 60_000), ['fe80::7%eth0']);
  const withoutIpv4 = ADDRESSES.filter(({ family }) => family === 'IPv6');
  t.deepEqual(neighbours.addresses(withoutIpv4, 60_000), []);
  t.deepEqual(neighbours.addresses(ADDRESSES, 60_001), []);
});

test('an answer, which comes from the port of monitors, is not answered', (t) => {
  const neighbours = new Neighbours();
  neighbours.hear({ ...sourceAt('fe80::7%eth0'), port: 8721 }, 8721, 0);
  t.deepEqual(neighbours.addresses(ADDRESSES, 0), []);
});

test('of a thousand link-local addresses 256 are answered', (t) => {
  const neighbours = new Neighbours();
  for (let n = 0; n < 1_000; n += 1) neighbours.hear(sourceAt(`fe80::${n.toString(16)}:7%eth0`), 8721, 0);
  t.is(neighbours.addresses(ADDRESSES, 0).length, 256);
});

function sourceAt(source: string): RemoteInfo {
  return { address: source, family: 'IPv6', port: 40_000, size: 1 };
}
