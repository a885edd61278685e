/** Keys that change while hosts are off, keys that are wrong, and two realms on one network. */
import test from 'ava';
import type { Notice } from '../../../src/model/change.ts';
import type { Site } from '../site.ts';
import { CLUSTER, World } from '../world.ts';
import { Fleet, SHORT } from './fleet.ts';
import { pollAll, residentsOf } from './restarts.ts';

const SEED = 1;

/** HOSTS=50 is the fleet that the manual promises it for. */
const HOSTS = Number(process.env.HOSTS ?? 20);
const AWAY = HOSTS / 10;
const [OLD, NEW] = ['an-old-key-of-printable-characters', 'a-newer-key-of-printable-characters'];

/** What the file says in each step of a change, as the manual has it. */
const STEPS = [[OLD, NEW], [NEW, OLD], [NEW]];

/** A lifetime that is not over while a host is off. */
const LONG = { beatMs: 5_000, lifetimeMs: 600_000 };

/** Instances are known everywhere within this time of their first beat. */
const KNOWN_MS = 1_000;

test('keys that are changed host by host, a tenth of them off meanwhile, lose nobody', async (t) => {
  const residents = [SHORT, LONG];
  const fleet = await Fleet.running({ seed: SEED, hosts: HOSTS, residents, settings: { keys: [OLD] } });
  const { world } = fleet;
  const away = Array.from({ length: AWAY }, (_, n) => fleet.sites[10 * n + 3]!);
  for (const site of away) await site.stop('powerOff');
  const polls = pollAll(fleet, () =>
    residentsOf(fleet).filter(({ heardAt }) => fleet.now - heardAt >= KNOWN_MS),
  );
  for (const keys of STEPS) {
    for (const site of fleet.sites) {
      site.reload({ keys });
      fleet.pass(600 * world.random());
    }
    fleet.pass(1_000);
    const back = away.pop(); // its file is the present one
    if (back !== undefined) await fleet.start(back);
  }
  for (const site of away) await fleet.start(site);
  fleet.pass(1.2 * LONG.beatMs + KNOWN_MS);
  t.true(polls.polls > 4 * HOSTS ** 2);
  t.is(polls.missingCount, 0, `SEED=${SEED}: ${polls.missing.join('; ')}`);
  t.deepEqual(new Set(fleet.sites.map(sizeOf)), new Set([2 * HOSTS]), 'those that were off are back');
  t.deepEqual(fleet.ledger.notices, []);
});

test('a host that takes the new key at once is refused, named once by each, and back with the right one', async (t) => {
  const fleet = await Fleet.running({ seed: SEED, hosts: 5, settings: { keys: [OLD] } });
  const [hasty, ...others] = fleet.sites as [Site, ...Site[]];
  const told = fleet.sites.map((site) => noticesOf(site));
  hasty.reload({ keys: [NEW] });
  fleet.pass(120_000);
  t.deepEqual(fleet.sites.map(sizeOf), [2, 8, 8, 8, 8]);
  const wrongKeys = told.map((notices) => notices.filter(({ kind }) => kind === 'wrongKey'));
  const named = wrongKeys.map((notices) => notices.map((notice) => 'address' in notice && notice.address));
  t.deepEqual([...named[0]!].sort(), others.map(({ name }) => name).sort());
  for (const names of named.slice(1)) t.deepEqual(names, [hasty.name]);
  for (const { monitor } of others)
    t.true(monitor!.counts['frames.unknownKey']! >= 200, 'each frame is counted');
  hasty.reload({ keys: [OLD] });
  fleet.pass(2_000);
  t.deepEqual(new Set(fleet.sites.map(sizeOf)), new Set([10]));
});

test('two realms on one network list nobody of each other, and each is told of the other once', async (t) => {
  const world = new World(SEED);
  const hosts = ['staging', 'staging', 'production', 'production', 'production'].map((realm, n) => ({
    realm,
    host: world.host(`host-${n}`, { realm }),
  }));
  const told = hosts.map(({ host }) => noticesOf(host));
  for (const { host } of hosts) {
    await world.start(host);
    world.beat(host, host.name, SHORT);
  }
  world.clock.advanceBy(120_000);
  for (const [at, { realm, host }] of hosts.entries()) {
    const own = hosts.filter((other) => other.realm === realm);
    t.deepEqual(
      [...host.poll()].sort(),
      own.map((other) => other.host.name),
    );
    const stranger = hosts.find((other) => other.realm !== realm)!;
    const [, strangers] = host.ask('realms').split('\n');
    t.regex(strangers!, new RegExp(`^${hosts.length - own.length}:\\d+:${stranger.realm}$`));
    t.deepEqual(
      told[at]!.map((notice) => [notice.kind, 'realm' in notice && notice.realm]),
      [['stranger', stranger.realm]],
    );
  }
});

function sizeOf({ monitor }: Site): number {
  return monitor!.view(CLUSTER).size;
}

/** What a monitor tells from now on. */
function noticesOf({ monitor }: Pick<Site, 'monitor'>): readonly Notice[] {
  const notices: Notice[] = [];
  monitor!.notices$.subscribe((notice) => notices.push(notice));
  return notices;
}
