import test from 'ava';
import * as fc from 'fast-check';
import { Scheduled, schedules } from './schedule.ts';

/** A silent host is dead after 2.25 s, on average; a pull takes two ways, and the next beacon is what asks for it. */
const SETTLED_MS = 2_250 + 600;

test('whatever has happened, all views are the truth one detection and one pull after it is over', async (t) => {
  const worst = { ms: 0 };
  const property = fc.asyncProperty(schedules, fc.integer(), async (steps, seed) => {
    const scheduled = await Scheduled.running(seed);
    await scheduled.go(steps);
    const { fleet } = scheduled;
    const tookMs = fleet.until(() => scheduled.differences().length === 0, SETTLED_MS, 50);
    worst.ms = Math.max(worst.ms, tookMs);
    if (tookMs > SETTLED_MS) throw new Error(scheduled.differences().join('\n'));
    fleet.pass(30_000);
    if (scheduled.differences().length > 0) throw new Error(`later: ${scheduled.differences().join('\n')}`);
  });
  const parameters = {
    numRuns: Number(process.env.RUNS ?? 30),
    ...(process.env.SEED && { seed: Number(process.env.SEED) }),
  };
  const details = await fc.check(property, { ...parameters, endOnFailure: false });
  t.log(`settled in ${worst.ms} ms at worst, SEED=${details.seed}`);
  t.false(details.failed, fc.defaultReportMessage(details));
});
