import test from 'ava';
import * as fc from 'fast-check';
import { LONG, SHORT } from './fleet.ts';
import { Scheduled, type Step, schedules, schedulesWithoutEnds } from './schedule.ts';

/** A silent host is dead after 2.25 s, on average; a pull takes two ways, and the next beacon is what asks for it. */
const SETTLED_MS = 2_250 + 600;

/** Another lease or a late doubt would be over by then. */
const LATER_MS = 30_000;

const RUNS = Number(process.env.RUNS ?? 30);

for (const [kind, pace, steps] of [
  ['short', SHORT, schedules],
  ['long', LONG, schedulesWithoutEnds],
] as const) {
  test(`whatever has happened, all views are the truth one detection and one pull after it is over (${kind} leases)`, async (t) => {
    const property = fc.asyncProperty(steps, fc.integer(), async (schedule, seed) => {
      const scheduled = await Scheduled.running(seed, pace);
      await settle(scheduled, schedule);
    });
    const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
    const details = await fc.check(property, { numRuns: RUNS, ...seed });
    t.log(`SEED=${details.seed}`);
    t.false(details.failed, `${fc.defaultReportMessage(details)}\n${details.errorInstance}`);
  });
}

/** @throws Error when a view is not the truth in time, or later is no more */
async function settle(scheduled: Scheduled, schedule: readonly Step[]): Promise<void> {
  await scheduled.go(schedule);
  const { fleet } = scheduled;
  fleet.until(() => scheduled.differences().length === 0, SETTLED_MS, 50);
  const differences = scheduled.differences();
  fleet.pass(LATER_MS);
  if (differences.length + scheduled.differences().length > 0)
    throw new Error([...differences, ...scheduled.differences()].join('\n'));
}
