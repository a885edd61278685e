import test from 'ava';
import type { WallClockFaults } from '../host-clock.ts';
import { Fleet, LONG, SHORT } from './fleet.ts';

const SEED = 1;

const OFF: readonly WallClockFaults[] = [
  { offsetMs: 3_600_000 },
  { offsetMs: -3_600_000 },
  { driftPpm: 500 },
  { driftPpm: -500 },
  {},
];

/** A frame more or less, to an original that may be there, changes nothing for the others. */
const STEADY = { delayMsMin: 10, delayMsMax: 10 };

/** What all monitors tell while instances come and go, one crashes and is back, and a partition heals. */
async function tracesOf(
  walls: readonly WallClockFaults[],
  stepMs: number,
): Promise<Readonly<Record<string, string[]>>> {
  const settings = {
    seed: SEED,
    hosts: 10,
    residents: [SHORT, LONG],
  };
  const fleet = await Fleet.running({ ...settings, ...STEADY, walls });
  const traces: Record<string, string[]> = {};
  const watch = (name: string) => {
    traces[name] ??= [];
    fleet.sites
      .find((site) => site.name === name)!
      .monitor!.changes$.subscribe(({ changes }) => {
        for (const { instance, from, to } of changes)
          traces[name]!.push(`${fleet.now}: ${instance.id} ${from} → ${to}, ${instance.reason}`);
      });
  };
  for (const { name } of fleet.sites) watch(name);
  const [one, other, third] = fleet.sites;
  const leaving = one!.settle('leaving', SHORT);
  fleet.pass(5_000);
  leaving.leave();
  for (const { daemon } of fleet.sites.slice(0, 4)) daemon!.clock.stepWallBy(stepMs);
  other!.settle('staying', SHORT);
  fleet.pass(5_000);
  await third!.stop('powerOff');
  fleet.pass(10_000);
  await fleet.start(third!);
  watch(third!.name);
  fleet.pass(10_000);
  fleet.part([one!, other!], fleet.except(one!, other!));
  for (const { daemon } of fleet.sites.slice(0, 4)) daemon!.clock.stepWallBy(-stepMs);
  fleet.pass(20_000);
  fleet.merge([one!, other!], fleet.except(one!, other!));
  fleet.pass(10_000);
  return traces;
}

test('wall clocks that are off, drift and step change nothing of what is told, nor when', async (t) => {
  const perfect = await tracesOf([{}], 0);
  t.true(Object.values(perfect).every((lines) => lines.length > 10));
  t.deepEqual(await tracesOf(OFF, 0), perfect, 'off and drifting');
  t.deepEqual(await tracesOf([{}], 3_600_000), perfect, 'stepped');
  t.deepEqual(await tracesOf([{}], -3_600_000), perfect, 'stepped back');
});
