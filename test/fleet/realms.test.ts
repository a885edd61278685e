/** Environments on one wire: realms and keys keep them apart, both sides are told, and keys are changed without losing anybody. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import { Keeper, Watcher } from './lasting-client.ts';
import type { Host, Network } from './namespaces.ts';
import { surveyOn } from './page.ts';
import { Poller } from './poller.ts';

const CLUSTER = 'fleet';

/** Long enough for a crossing, if there were one. */
const OBSERVED_MS = 5_000;
const SETTLING_MS = 2_000;

const KEYS = ['a', 'b', 'c'].map((letter) => Buffer.alloc(32, letter).toString('base64'));
const [KEY, OTHER_KEY] = KEYS as [string, string];

fleetTest(
  'two realms and a wrong key on one wire hear of each other, and nothing more',
  6,
  async (t, network) => {
    const { hosts } = network;
    const sides = [
      { hosts: hosts.slice(0, 2), config: `[main]\nrealm: staging\nkey: ${KEY}\n` },
      { hosts: hosts.slice(2, 4), config: undefined },
      { hosts: hosts.slice(4), config: `[main]\nrealm: staging\nkey: ${OTHER_KEY}\n` },
    ];
    const daemons = new Map<Host, Daemon>();
    const watchers: Watcher[] = [];
    for (const side of sides) {
      for (const host of side.hosts) {
        daemons.set(host, await Daemon.start(network, host, side.config));
        keep(t, network, host);
        watchers.push(new Watcher(network, host, CLUSTER));
      }
    }
    await delay(OBSERVED_MS);
    for (const side of sides) {
      const names = side.hosts.map(({ name }) => name);
      for (const { host, seen } of watchers.filter((watcher) => side.hosts.includes(watcher.host)))
        t.deepEqual([...seen.keys()].sort(), names, `on ${host.name}`);
    }
    for (const { host, log } of daemons.values()) {
      const { realm, monitors, strangers, warnings } = await surveyOn(network, host);
      const said = log.filter(({ notice }) => notice !== undefined).map(({ msg }) => msg);
      t.log(`${host.name}, ${realm}: ${said.join('; ')}`);
      t.is(monitors.length, 2);
      t.is(strangers.length, 1);
      t.is(
        strangers[0]!.realm,
        realm === 'staging' ? 'default' : null,
        'sealed frames hide the name of their realm',
      );
      t.is(strangers[0]!.monitorCount, realm === 'staging' ? 2 : 4);
      const wrongKeys = warnings.filter(({ kind }) => kind === 'wrongKey');
      t.is(wrongKeys.length, realm === 'staging' ? 2 : 0);
      t.deepEqual(said.filter((line) => line.includes('uses another key')).length, wrongKeys.length);
    }
  },
);

fleetTest('keys that are changed host by host lose nobody', 4, async (t, network) => {
  const { hosts } = network;
  const ids = hosts.map(({ name }) => name);
  const daemons = await Promise.all(hosts.map((host) => Daemon.start(network, host, withKeys(KEY))));
  for (const host of hosts) keep(t, network, host);
  for (const host of hosts) await new Watcher(network, host, CLUSTER).lists(ids);
  const pollers = hosts.map((host) => new Poller(network, host, { cluster: CLUSTER, ids }));
  for (const keys of [[KEY, OTHER_KEY], [OTHER_KEY, KEY], [OTHER_KEY]]) {
    for (const daemon of daemons) {
      daemon.reload(withKeys(...keys));
      await delay(SETTLING_MS / 2);
    }
    await delay(SETTLING_MS);
  }
  for (const { host, log } of daemons) {
    const changes = log.filter(({ msg }) => msg.startsWith('SIGHUP: changed: [main] key'));
    t.is(changes.length, 3, host.name);
    t.deepEqual(
      log.filter(({ msg }) => /another key|is suspect|is dead/.test(msg)).map(({ msg }) => msg),
      [],
    );
  }
  for (const { host, polls, incomplete } of pollers) {
    t.log(`${host.name}: ${polls} polls, ${incomplete.length} incomplete`);
    t.true(polls > 100);
    t.deepEqual(incomplete, []);
  }
});

function withKeys(...keys: readonly string[]): string {
  return `[main]\n${keys.map((key) => `key: ${key}\n`).join('')}`;
}

/** A client of a host keeps the instance of the host's name alive. */
function keep(t: ExecutionContext, network: Network, host: Host): void {
  const kept = { cluster: CLUSTER, ids: [host.name], beatMs: 1_000, lifetimeMs: 5_000 };
  const keeper = new Keeper(network, host, [kept]);
  t.teardown(() => keeper.stop());
}
