/**
 * Every way by which monitors reach each other, and what may befall it: 3 s after the network is whole again, both sides
 * list all, also when nobody has anything to say. More on TCP: tcp.test.ts.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Daemon, LEVEL } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host, Network } from './namespaces.ts';
import { allListed, interfaceDown, keepAlive, type Outage, outlive, watchAll } from './outage.ts';

interface Way {
  readonly title: string;
  /** A host's vagus.ini; none: zero configuration. */
  readonly config?: (own: Host, other: Host) => string;
  readonly prepare?: (network: Network, hosts: readonly [Host, Host]) => Promise<void>;
  /** Default: its interface is down. */
  readonly outage?: Outage;
  /** Default true. */
  readonly isQuiet?: boolean;
}

/** Long enough that a round is due meanwhile, and the next one late. */
const OUTAGE_MS = 7_500;

const unplugged: Outage = {
  begin: (network, host) => network.unplug(host),
  end: (network, host) => network.plugIn(host),
};

/** Too quick for a look at the interfaces each second. */
const replaced: Outage = {
  begin: async () => {},
  end: async (network, host) => {
    await network.unplug(host);
    await network.plugIn(host);
  },
};

/** What it sends is refused by its own firewall. */
const refused: Outage = {
  begin: async (network, host) => {
    await network.run(host, ['nft', 'add table inet outage']);
    await network.run(host, ['nft', 'add chain inet outage out { type filter hook output priority 0; }']);
    await network.run(host, ['nft', 'add rule inet outage out udp dport 8721 drop']);
  },
  end: async (network, host) => {
    await network.run(host, ['nft', 'delete table inet outage']);
  },
};

const withoutDefaultRoute: Outage = {
  begin: (network, host) => network.ip(host, 'route delete default'),
  end: async () => {}, // it stays away: a network of one wire needs none
};

/** A host that reaches the other by its default route alone loses that, and gets it back. */
const routeLost: Outage = {
  begin: (network, host) => network.ip(host, 'route delete default'),
  end: (network, host) => network.ip(host, 'route add default dev eth0'),
};

const byDefaultRoute = async (network: Network, host: Host, { ipv4 }: Host) => {
  await network.ip(host, `route delete ${ipv4.replace(/\d+$/, '0')}/24`);
  await network.ip(host, 'route add default dev eth0');
};

/** Its address is taken away, and it gets another one. */
const readdressed: Outage = {
  begin: (network, host) => network.ip(host, `address delete ${host.ipv4}/24 dev eth0`),
  end: (network, host) =>
    network.ip(host, `address add ${host.ipv4.replace(/\d+$/, '77')}/24 broadcast + dev eth0`),
};

const broadcast = (form: string) => ({ config: () => `[udp]\nbroadcast: ${form}\n` });
const multicast = (form: string) => ({ config: () => `[udp-multicast]\nmulticast: ${form}\n` });
const allAddress = ({ ipv4 }: Host) => ipv4.replace(/\d+$/, '255');

const WAYS: readonly Way[] = [
  { title: 'unicast by IPv4', config: (_, { ipv4 }) => `[udp]\npeer: ${ipv4}\n` },
  { title: 'unicast by IPv6', config: (_, { ipv6 }) => `[udp]\npeer: ${ipv6}\n` },
  { title: 'broadcast: *', ...broadcast('*') },
  { title: 'broadcast: interface', ...broadcast('eth0') },
  { title: 'broadcast: address', config: (own) => `[udp]\nbroadcast: ${allAddress(own)}\n` },
  { title: 'broadcast: interface:address', config: (own) => `[udp]\nbroadcast: eth0:${allAddress(own)}\n` },
  { title: 'multicast by IPv4 on an interface', ...multicast('eth0:239.192.87.21') },
  { title: 'multicast by IPv4 on all', ...multicast('*:239.192.87.21') },
  { title: 'multicast by IPv6 on an interface', ...multicast('eth0:ff05::87:21') },
  { title: 'multicast by IPv6 to a link-local group', ...multicast('*:ff02::87:21') },
  { title: 'zero configuration, interface deleted and made again', outage: unplugged },
  {
    title: 'multicast by IPv4, interface deleted and made again',
    ...multicast('*:239.192.87.21'),
    outage: unplugged,
  },
  {
    title: 'multicast by IPv6, interface deleted and made again',
    ...multicast('*:ff02::87:21'),
    outage: unplugged,
  },
  { title: 'zero configuration, interface replaced in between', outage: replaced, isQuiet: false },
  {
    title: 'multicast by IPv4, interface replaced in between',
    ...multicast('*:239.192.87.21'),
    outage: replaced,
    isQuiet: false,
  },
  {
    title: 'multicast by IPv6, interface replaced in between',
    ...multicast('*:ff02::87:21'),
    outage: replaced,
    isQuiet: false,
  },
  { title: 'zero configuration, what it sends is refused', outage: refused },
  {
    title: 'unicast, what it sends is refused',
    config: (_, { ipv4 }) => `[udp]\npeer: ${ipv4}\n`,
    outage: refused,
  },
  {
    title: 'unicast by a default route that is gone for a while',
    config: (_, { ipv4 }) => `[udp]\npeer: ${ipv4}\n`,
    prepare: (network, [one, two]) => byDefaultRoute(network, one, two),
    outage: routeLost,
  },
  { title: 'zero configuration, another address', outage: readdressed },
  { title: 'broadcast: interface, another address', ...broadcast('eth0'), outage: readdressed },
  { title: 'multicast by IPv4, another address', ...multicast('eth0:239.192.87.21'), outage: readdressed },
  {
    title: 'broadcast: address, another address',
    config: (own) => `[udp]\nbroadcast: ${allAddress(own)}\n`,
    outage: readdressed,
  },
  {
    title: 'zero configuration, default route gone',
    prepare: (network, [one, two]) => network.ip(one, `route add default via ${two.ipv4}`),
    outage: withoutDefaultRoute,
  },
  {
    title: 'zero configuration without IPv6',
    prepare: (network, hosts) => each(hosts, (host) => network.turnOffIpv6(host)),
  },
  {
    title: 'zero configuration without IPv4',
    prepare: (network, hosts) => each(hosts, (host) => network.turnOffIpv4(host)),
  },
  {
    title: 'zero configuration, one of the two without IPv4',
    prepare: (network, [one]) => network.turnOffIpv4(one),
  },
];

for (const { title, config, prepare, outage = interfaceDown, isQuiet = true } of WAYS) {
  fleetTest(
    `${title}: both sides list all within 3 s`,
    2,
    async (t, network) => {
      const [one, two] = network.hosts as [Host, Host];
      await prepare?.(network, [one, two]);
      const daemons = await Promise.all([
        Daemon.start(network, one, config?.(one, two)),
        Daemon.start(network, two, config?.(two, one)),
      ]);
      await outlive(outage, t, network, { outageMs: OUTAGE_MS, isQuiet });
      checkLogs(t, daemons);
    },
    { isBeside: true },
  );
}

/** Those that an interface may be added to while they run. */
const LATE: readonly Way[] = [
  { title: 'zero configuration' },
  ...WAYS.filter(({ title, outage }) => outage === undefined && !/without/.test(title)),
  { title: 'TCP', config: (_, { ipv4 }) => `[udp]\nport: 0\n[tcp]\npeer: ${ipv4}\n` },
];

for (const { title, config } of LATE) {
  fleetTest(
    `${title}: both sides list all within 3 s after a host got its interface`,
    2,
    async (t, network) => {
      const [one, two] = network.hosts as [Host, Host];
      await network.unplug(one);
      const daemons = await Promise.all([
        Daemon.start(network, one, config?.(one, two)),
        Daemon.start(network, two, config?.(two, one)),
      ]);
      const watchers = watchAll(network, 'a');
      for (const host of [one, two]) await keepAlive(network, host, { cluster: 'a', lifetimeMs: 60_000 });
      await delay(3_000);
      await network.plugIn(one);
      const pluggedAt = performance.now();
      const tookMs = (await allListed(watchers)) - pluggedAt;
      t.log(`after ${tookMs | 0} ms`);
      t.true(tookMs <= 3_000);
      checkLogs(t, daemons);
    },
    { isBeside: true },
  );
}

/** A turn is told once, and nothing is so bad as to be an error. */
function checkLogs(t: ExecutionContext, daemons: readonly Daemon[]): void {
  for (const { warnings } of daemons) {
    const lines = warnings.map(({ msg }) => msg);
    t.deepEqual(
      warnings.filter(({ level }) => level > LEVEL.warn),
      [],
    );
    t.is(new Set(lines).size, lines.length, lines.join('; '));
  }
}

async function each(hosts: readonly Host[], work: (host: Host) => Promise<void>): Promise<void> {
  for (const host of hosts) await work(host);
}
