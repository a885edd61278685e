import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { SlidingMaximum } from '../../src/time/sliding-maximum.ts';

test('nothing seen has no maximum', (t) => {
  t.is(new SlidingMaximum(10).at(0), undefined);
});

test('a value counts for the length of the window, and no longer', (t) => {
  const maximum = new SlidingMaximum(10);
  maximum.push(5, 1);
  t.is(maximum.at(15), 1);
  t.is(maximum.at(15.001), undefined);
});

test('clear forgets every value', (t) => {
  const maximum = new SlidingMaximum(10);
  maximum.push(0, 1);
  maximum.clear();
  t.is(maximum.at(0), undefined);
});

test('many falling values cost little when they leave the window', (t) => {
  const maximum = new SlidingMaximum(60_000);
  for (let at = 0; at < 1_000; at += 0.01) maximum.push(at, -at);
  const startedAt = performance.now();
  t.is(maximum.at(60_000), -0);
  t.is(maximum.at(61_001), undefined);
  t.true(performance.now() - startedAt < 500); // 5 s when each of 100,000 is kept
});

testProp(
  'it agrees with the largest of all values in the window',
  [
    fc.array(fc.record({ afterMs: fc.nat(20), value: fc.integer({ min: -5, max: 5 }) }), { minLength: 1 }),
    fc.nat(50),
  ],
  (t, steps, windowMs) => {
    const maximum = new SlidingMaximum(windowMs);
    const seen: { at: number; value: number }[] = [];
    let now = 0;
    for (const { afterMs, value } of steps) {
      now += afterMs;
      maximum.push(now, value);
      seen.push({ at: now, value });
      const values = seen.filter(({ at }) => at >= now - windowMs).map((each) => each.value);
      t.is(maximum.at(now), Math.max(...values));
    }
  },
);
