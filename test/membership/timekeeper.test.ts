/** What comes due, when there is so much to do that it is judged late. */
import test from 'ava';
import { Actors } from '../../src/membership/actors.ts';
import { Counters } from '../../src/membership/counters.ts';
import { Isolation } from '../../src/membership/isolation.ts';
import type { TimedRecord } from '../../src/membership/records.ts';
import { Store } from '../../src/membership/store.ts';
import { Timekeeper } from '../../src/membership/timekeeper.ts';
import { circumstancesAtStart } from '../../src/membership/verdicts.ts';
import { Deadlines } from '../../src/time/deadlines.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { TUNING } from '../support/builders.ts';
import { linkOf } from '../support/linked.ts';

/** A peer that speaks protocol 2, last heard at 0, and what judges it. */
function bench() {
  const store = new Store('own', TUNING, new Counters());
  const deadlines = new Deadlines<TimedRecord>(new VirtualClock());
  const circumstances = circumstancesAtStart(TUNING);
  const actors = new Actors({ store, deadlines, circumstances, tuning: TUNING });
  const timekeeper = new Timekeeper(actors, new Isolation(store, actors), deadlines);
  const peer = store.peer('peer')!;
  peer.link = linkOf('boot', 0);
  for (const _ of actors.movePeer(peer, 'announced', 0));
  const stateAfter = (now: number) => {
    for (const _ of timekeeper.judge([peer], now));
    return peer.state;
  };
  return { peer, stateAfter };
}

test('a peer that is judged in time is in doubt since it was silent', (t) => {
  const { peer, stateAfter } = bench();
  t.is(stateAfter(1_249), 'alive');
  t.is(stateAfter(1_250), 'doubted');
  t.is(peer.link!.doubtedAt, 1_250);
});

test('one that is judged late is asked for no less than one that is not', (t) => {
  const { stateAfter } = bench();
  t.is(stateAfter(5_000), 'doubted');
  t.is(stateAfter(5_249), 'doubted');
  t.is(stateAfter(5_250), 'suspect');
  t.is(stateAfter(5_949), 'suspect');
  t.is(stateAfter(5_950), 'dead');
});

test('a sign of life that was heard before the verdict forbids it', (t) => {
  const { peer, stateAfter } = bench();
  stateAfter(1_250);
  stateAfter(1_550);
  peer.link!.evidenceAt = 2_200;
  t.is(stateAfter(2_250), 'suspect');
  t.is(stateAfter(3_449), 'suspect');
  t.is(stateAfter(3_450), 'dead');
});
