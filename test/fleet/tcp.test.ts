/** Hosts that reach each other by TCP alone: what may befall either of them, and what is told when it is over. */
import { setTimeout as delay } from 'node:timers/promises';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host, Network } from './namespaces.ts';
import { allListed, interfaceDown, keepAlive, offTheWire, outlive, watchAll } from './outage.ts';
import { ask } from './text-client.ts';
import { until } from './until.ts';

const RECOVERY_MS = 3_000;

const OUTAGES = [
  { title: 'down for 5 s', outage: interfaceDown, outageMs: 5_000 },
  { title: 'off the wire for 5 s', outage: offTheWire, outageMs: 5_000 },
  // TCP by itself would try again 12.6 s after the first loss, and not between 6.2 s and that
  { title: 'off the wire for 7 s', outage: offTheWire, outageMs: 7_000 },
];

for (const family of ['ipv4', 'ipv6'] as const) {
  for (const { title, outage, outageMs } of OUTAGES) {
    fleetTest(
      `TCP by ${family}: 3 s after a host was ${title}, both sides list all`,
      2,
      async (t, network) => {
        const daemons = await startBoth(network, family);
        await outlive(outage, t, network, { outageMs });
        for (const { host, warnings } of daemons) {
          t.log(host.name, warnings.map(({ msg }) => msg).join('; '));
          t.true(warnings.length <= 2); // a turn each, however many attempts failed
        }
      },
      { isBeside: true },
    );
  }
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  fleetTest(
    `TCP: 3 s after a monitor that ended by ${signal} is back, both sides list all`,
    2,
    async (t, network) => {
      const [one, two] = network.hosts as [Host, Host];
      const [daemon] = await startBoth(network, 'ipv4');
      for (const host of [one, two]) await keepAlive(network, host, { cluster: 'a', lifetimeMs: 60_000 });
      const before = watchAll(network, 'a');
      await allListed(before);
      for (const watcher of before) watcher.stop();
      await daemon.terminate(signal);
      await delay(2_000);
      await Daemon.start(network, one, tcpOnly(two.ipv4));
      const backAt = performance.now();
      for (const host of [one, two]) await keepAlive(network, host, { cluster: 'b', lifetimeMs: 60_000 });
      const whole = allListed(watchAll(network, 'b')); // what it had before, the other one would list in any case
      await keepAlive(network, one, { cluster: 'a', lifetimeMs: 60_000 });
      const tookMs = Math.max(await whole, await allListed(watchAll(network, 'a'))) - backAt;
      t.log(`complete ${tookMs | 0} ms after it listens`);
      t.true(tookMs <= RECOVERY_MS);
    },
    { isBeside: true },
  );
}

fleetTest(
  'TCP: a monitor that was stopped for 10 s lists the newest at once, and never goes back',
  2,
  async (t, network) => {
    const [one, two] = network.hosts as [Host, Host];
    const [, stopped] = await startBoth(network, 'ipv4');
    const say = (version: number) => ask(network, one, `keepalive a:x:60000:${version}`);
    const listed = async () => Number(/^x:(\d+)$/m.exec(await ask(network, two, 'poll a'))?.[1] ?? -1);
    await say(0);
    await until(async () => ((await listed()) === 0 ? true : undefined), { what: 'the first version' });
    stopped.signal('SIGSTOP');
    const stoppedAt = performance.now();
    let version = 0;
    while (performance.now() - stoppedAt < 10_000) {
      version += 1;
      await say(version);
      await delay(50);
    }
    const waitingBytes = await unreadOn(network, two);
    stopped.signal('SIGCONT');
    const continuedAt = performance.now();
    const seen: number[] = [];
    while (seen.at(-1) !== version && performance.now() - continuedAt < 10_000) seen.push(await listed());
    const tookMs = performance.now() - continuedAt;
    t.log(`${version} versions, ${waitingBytes} bytes waited, ${tookMs | 0} ms; seen: ${seen.join(' ')}`);
    t.true(tookMs <= RECOVERY_MS);
    t.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
  },
);

async function startBoth(network: Network, family: 'ipv4' | 'ipv6'): Promise<readonly [Daemon, Daemon]> {
  const [one, two] = network.hosts as [Host, Host];
  return Promise.all([
    Daemon.start(network, one, tcpOnly(two[family])),
    Daemon.start(network, two, tcpOnly(one[family])),
  ]);
}

function tcpOnly(peer: string): string {
  return `[udp]\nport: 0\n[udp-multicast]\nport: 0\n[tcp]\npeer: ${peer}\n`;
}

/** Bytes that came to a host by TCP and were not read yet. */
async function unreadOn(network: Network, host: Host): Promise<number> {
  const table = await network.run(host, ['cat', '/proc/net/tcp']);
  const rows = [...table.matchAll(/ 01 [\dA-F]{8}:([\dA-F]{8}) /g)];
  return rows.reduce((sum, [, queue]) => sum + Number.parseInt(queue!, 16), 0);
}
