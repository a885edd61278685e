import test from 'ava';
import { Rounds } from '../../src/membership/rounds.ts';
import { OBSERVED_MS, ROUND_MS } from '../../src/model/limits.ts';

const INTERVAL_MS = 10_000;

const roundsAt = (...instants: number[]) => {
  const rounds = new Rounds({ announcementIntervalMsMax: INTERVAL_MS });
  for (const at of instants) rounds.observe(at);
  return rounds;
};

const each = (everyMs: number, untilAt: number) =>
  Array.from({ length: Math.floor(untilAt / everyMs) + 1 }, (_, index) => index * everyMs);

test('before anything is learned the usual round is announcement-interval-max', (t) => {
  t.is(roundsAt().usualMs(), INTERVAL_MS);
  t.is(roundsAt(0).usualMs(), INTERVAL_MS);
  t.is(roundsAt(0, 1_000, 2_000).usualMs(), INTERVAL_MS);
});

test('a pace is learned once it was heard for a minute, not before', (t) => {
  t.is(roundsAt(...each(5_000, OBSERVED_MS - 5_000)).usualMs(), INTERVAL_MS);
  t.is(roundsAt(...each(5_000, OBSERVED_MS)).usualMs(), 5_000);
});

test('the longest gap of the last minute is the usual round', (t) => {
  t.is(roundsAt(...each(2_000, 70_000), 77_000, 79_000).usualMs(), 7_000);
});

test('a gap longer than announcement-interval-max counts at once', (t) => {
  t.is(roundsAt(0, 60_000).usualMs(), 60_000);
});

test('a long gap is forgotten a minute later', (t) => {
  const rounds = roundsAt(...each(2_000, 70_000), 80_000);
  for (let at = 82_000; at <= 140_000; at += 2_000) rounds.observe(at);
  t.is(rounds.usualMs(), 10_000);
  rounds.observe(142_000);
  t.is(rounds.usualMs(), 2_000);
});

test('silence does not change what is usual', (t) => {
  const rounds = roundsAt(...each(2_000, 70_000));
  t.is(rounds.usualMs(), 2_000);
});

test('datagrams less than 250 ms after the first belong to its round', (t) => {
  const pairs = (gapMs: number) => each(5_000, 70_000).flatMap((at) => [at, at + gapMs]);
  t.is(roundsAt(...pairs(ROUND_MS - 1)).usualMs(), 5_000);
  t.is(roundsAt(...pairs(ROUND_MS)).usualMs(), 5_000 - ROUND_MS);
});

test('a silence of up to two minutes is a pace, a longer one says that the sender was gone', (t) => {
  t.is(roundsAt(...each(2_000, 70_000), 70_000 + 120_000).usualMs(), 120_000);
  t.is(roundsAt(...each(2_000, 70_000), 70_000 + 120_001).usualMs(), INTERVAL_MS);
});
