import test from 'ava';
import type { PeerState } from '../../src/lifecycle/peer-machine.ts';
import { ClusterRecord, InstanceRecord, PeerRecord, Scope } from '../../src/membership/records.ts';
import { Rounds } from '../../src/membership/rounds.ts';
import { SenderClock } from '../../src/membership/sender-clock.ts';
import * as verdicts from '../../src/membership/verdicts.ts';
import type { LifecycleState } from '../../src/model/instance.ts';
import { REMEMBERED_MS, ROUND_MS } from '../../src/model/limits.ts';
import { linkOf } from '../support/linked.ts';

const MAX_MS = 10_000;
const NEVER_PAUSED = verdicts.circumstancesAtStart({ announcementIntervalMsMax: MAX_MS });
const resumedAt = (at: number) => ({ ...NEVER_PAUSED, pausedAt: at - 200_000, resumedAt: at });

/** A peer that was last heard at `heardAt`, after a minute of rounds `usualMs` apart. */
const peerIn = (state: LifecycleState, { usualMs = 4_000, heardAt = 100_000, isLocal = false } = {}) => {
  const peer = new PeerRecord(
    'peer',
    isLocal,
    new SenderClock({ announcementIntervalMsMax: MAX_MS }),
    new Rounds({ announcementIntervalMsMax: MAX_MS }),
  );
  for (let at = heardAt - 100 * usualMs; at <= heardAt; at += usualMs) peer.rounds.observe(at);
  return Object.assign(peer, { state, heardAt, sinceAt: heardAt });
};

const instanceIn = (state: LifecycleState, peer: PeerRecord, fields: Partial<InstanceRecord> = {}) => {
  const record = new InstanceRecord(new Scope(peer, new ClusterRecord('c')), 'x');
  record.step({ state, reason: 'announced', sinceAt: 100_000 });
  return Object.assign(record, { heardAt: 100_000 }, fields);
};

const local = (state: LifecycleState, { deadlineAt = 110_000, lifetimeMs = 10_000, beatMs = 1_000 } = {}) => {
  const record = instanceIn(state, peerIn('unknown', { isLocal: true }), { deadlineAt });
  Object.assign(record, { lifetimeMs });
  record.local.beatMs = beatMs;
  return record;
};

test('a local instance is overdue after two of its usual beats', (t) => {
  t.is(verdicts.overdueAt(local('alive', { beatMs: 1_000 })), 102_000);
});

test('it is overdue at 3/4 of its lifetime at the latest', (t) => {
  t.is(verdicts.overdueAt(local('alive', { beatMs: 3_749 })), 107_498);
  t.is(verdicts.overdueAt(local('alive', { beatMs: 3_751 })), 107_500);
});

test('it is never overdue before 1.25 of its mean beat', (t) => {
  t.is(verdicts.overdueAt(local('alive', { beatMs: 6_000 })), 107_500);
  t.is(verdicts.overdueAt(local('alive', { beatMs: 6_004 })), 107_505);
});

test('a local instance that is alive is due when it is overdue, or at its deadline when that is nearer', (t) => {
  t.is(verdicts.instanceDueAt(local('alive'), NEVER_PAUSED), 102_000);
  t.is(verdicts.instanceDueAt(local('alive', { beatMs: 9_000 }), NEVER_PAUSED), 110_000);
});

test('a local instance that is suspect is due at its deadline', (t) => {
  t.is(verdicts.instanceDueAt(local('suspect'), NEVER_PAUSED), 110_000);
});

test('what comes due to a local instance is doubt before its deadline and death from it on', (t) => {
  t.is(verdicts.instanceDueEvent(local('alive'), 109_999), 'overdue');
  t.is(verdicts.instanceDueEvent(local('alive'), 110_000), 'lapsed');
  t.is(verdicts.instanceDueEvent(local('suspect'), 110_000), 'lapsed');
});

test('a remote instance is due at its deadline, and only doubted then', (t) => {
  const record = instanceIn('alive', peerIn('alive'), { deadlineAt: 103_000 });
  t.is(verdicts.instanceDueAt(record, NEVER_PAUSED), 103_000);
  t.is(verdicts.instanceDueEvent(record, 200_000), 'overdue');
});

test('a remote instance in doubt is given up 2.5 usual rounds after its deadline', (t) => {
  const record = instanceIn('suspect', peerIn('alive', { usualMs: 6_000 }), { deadlineAt: 103_000 });
  t.is(verdicts.instanceDueAt(record, NEVER_PAUSED), 118_000);
});

test('but not before announcement-interval-max and a round after the last datagram', (t) => {
  const record = instanceIn('suspect', peerIn('alive', { usualMs: 1_000 }), { deadlineAt: 103_000 });
  t.is(verdicts.instanceDueAt(record, NEVER_PAUSED), 100_000 + MAX_MS + ROUND_MS);
});

test('a dead instance is forgotten 10 minutes after its death, an unknown one is never due', (t) => {
  const peer = peerIn('alive');
  t.is(verdicts.instanceDueAt(instanceIn('dead', peer), NEVER_PAUSED), 100_000 + REMEMBERED_MS);
  t.is(verdicts.instanceDueEvent(instanceIn('dead', peer), 800_000), 'forgotten');
  t.is(verdicts.instanceDueAt(instanceIn('unknown', peer), NEVER_PAUSED), Number.POSITIVE_INFINITY);
});

test('a peer is suspect after 1.5 usual rounds of silence', (t) => {
  t.is(verdicts.peerDueAt(peerIn('alive', { usualMs: 8_000 }), NEVER_PAUSED), 112_000);
  t.is(verdicts.peerDueEvent(peerIn('alive')), 'overdue');
});

test('a peer is dead after 3.5 usual rounds of silence', (t) => {
  t.is(verdicts.peerDueAt(peerIn('suspect', { usualMs: 8_000 }), NEVER_PAUSED), 128_000);
  t.is(verdicts.peerDueEvent(peerIn('suspect')), 'lapsed');
});

test('a peer is neither suspect before announcement-interval-max and a round, nor dead before twice that', (t) => {
  const dueAt = (state: 'alive' | 'suspect') =>
    verdicts.peerDueAt(peerIn(state, { usualMs: 2_000 }), NEVER_PAUSED);
  t.is(dueAt('alive'), 100_000 + MAX_MS + ROUND_MS);
  t.is(dueAt('suspect'), 100_000 + 2 * MAX_MS + ROUND_MS);
});

test('a verdict that was due before a pause of ours does not wait for it', (t) => {
  const record = instanceIn('alive', peerIn('alive'), { deadlineAt: 103_000 });
  t.is(verdicts.instanceDueAt(record, resumedAt(303_000)), 309_000);
  t.is(verdicts.instanceDueAt(record, resumedAt(303_001)), 103_000);
});

test('a dead peer is forgotten after 10 minutes; an unknown one and our own are never due', (t) => {
  t.is(verdicts.peerDueAt(peerIn('dead'), NEVER_PAUSED), 100_000 + REMEMBERED_MS);
  t.is(verdicts.peerDueEvent(peerIn('dead')), 'forgotten');
  t.is(verdicts.peerDueAt(peerIn('unknown'), NEVER_PAUSED), Number.POSITIVE_INFINITY);
  t.is(verdicts.peerDueAt(peerIn('alive', { isLocal: true }), NEVER_PAUSED), Number.POSITIVE_INFINITY);
});

test('after a pause of ours no verdict on a peer or its instances falls for 1.5 usual rounds', (t) => {
  const record = instanceIn('alive', peerIn('alive'), { deadlineAt: 103_000 });
  t.is(verdicts.instanceDueAt(record, resumedAt(300_000)), 306_000);
  t.is(verdicts.peerDueAt(peerIn('alive'), resumedAt(300_000)), 306_000);
  t.is(verdicts.peerDueAt(peerIn('suspect'), resumedAt(300_000)), 306_000);
});

test('after a pause of ours a local instance has its lifetime again, 10 s at most', (t) => {
  t.is(verdicts.instanceDueAt(local('alive', { lifetimeMs: 9_999 }), resumedAt(300_000)), 309_999);
  t.is(verdicts.instanceDueAt(local('alive', { lifetimeMs: 10_000 }), resumedAt(300_000)), 310_000);
  const longLived = local('suspect', { lifetimeMs: 600_000, deadlineAt: 250_000 });
  t.is(verdicts.instanceDueAt(longLived, resumedAt(300_000)), 310_000);
});

test('a second pause leaves what the first one gave', (t) => {
  const record = instanceIn('alive', peerIn('alive'), { deadlineAt: 103_000 });
  const first = verdicts.afterAnotherPause(NEVER_PAUSED, 5_000, 105_000);
  t.is(verdicts.instanceDueAt(record, first), 111_000);
  const second = verdicts.afterAnotherPause(first, 1_000, 108_000);
  t.is(verdicts.instanceDueAt(record, second), 114_000);
  const later = verdicts.afterAnotherPause(first, 1_000, 105_000 + 2 * MAX_MS + 1_000);
  t.is(later.pausedAt, 105_000 + 2 * MAX_MS);
});

test('a process that stutters for more than a minute spares nobody for ever', (t) => {
  const record = local('suspect', { deadlineAt: 103_000, lifetimeMs: 2_500 });
  let circumstances = NEVER_PAUSED;
  let now = 103_500;
  const dueIn = () => verdicts.instanceDueAt(record, circumstances) - now;
  for (; now < 160_000; now += 2_000) {
    circumstances = verdicts.afterAnotherPause(circumstances, 1_100, now);
    t.is(dueIn(), 2_500);
  }
  for (; now < 170_000; now += 2_000) circumstances = verdicts.afterAnotherPause(circumstances, 1_100, now);
  t.true(dueIn() < 0);
});

test('a pause of ours does not prolong the memory of the dead', (t) => {
  const dead = instanceIn('dead', peerIn('dead'));
  t.is(verdicts.instanceDueAt(dead, resumedAt(690_000)), 700_000);
  t.is(verdicts.peerDueAt(peerIn('dead'), resumedAt(690_000)), 700_000);
});

test('the mean beat moves by an eighth of the difference', (t) => {
  t.is(verdicts.nextBeatMs(800, 1_600, 5_000), 900);
  t.is(verdicts.nextBeatMs(800, 0, 5_000), 700);
});

test('it begins with the first gap, at half the lifetime or more', (t) => {
  t.is(verdicts.nextBeatMs(0, 10, 5_000), 2_500);
  t.is(verdicts.nextBeatMs(0, 2_501, 5_000), 2_501);
});

test('after a pause an instance whose monitor is gone waits for its return, however slow the rounds before', (t) => {
  const peer = peerIn('dead', { usualMs: 20_000 });
  const orphan = instanceIn('suspect', peer, { standing: 'orphaned', deadlineAt: 101_000 });
  t.is(verdicts.instanceDueAt(orphan, resumedAt(100_500)), 103_000);
  t.is(verdicts.instanceDueAt(orphan, NEVER_PAUSED), 101_000);
});

/** A peer that speaks protocol 2 with a period of 500 ms, and was last heard at 100,000. */
const linkedIn = (state: PeerState, { doubtedAt = 101_250 } = {}) => {
  const peer = Object.assign(peerIn('alive'), { state, link: linkOf('boot', 100_000) });
  peer.link.doubtedAt = doubtedAt;
  return peer;
};

test('a peer that speaks protocol 2 is in doubt after 2.5 periods, suspect 300 ms and dead 1 s after that', (t) => {
  t.is(verdicts.peerDueAt(linkedIn('alive'), NEVER_PAUSED), 101_250);
  t.is(verdicts.peerDueEvent(linkedIn('alive')), 'silent');
  t.is(verdicts.peerDueAt(linkedIn('doubted'), NEVER_PAUSED), 101_550);
  t.is(verdicts.peerDueEvent(linkedIn('doubted')), 'overdue');
  t.is(verdicts.peerDueAt(linkedIn('suspect'), NEVER_PAUSED), 102_250);
  t.is(verdicts.peerDueEvent(linkedIn('suspect')), 'lapsed');
});

test('whatever was decided before, no verdict on it falls within a silence of a sign of life', (t) => {
  for (const state of ['doubted', 'suspect'] as const) {
    const peer = linkedIn(state);
    peer.link!.evidenceAt = 102_000;
    t.is(verdicts.peerDueAt(peer, NEVER_PAUSED), 103_250);
  }
});

test('after a pause of ours no verdict on it falls for its silence', (t) => {
  for (const state of ['alive', 'doubted', 'suspect'] as const)
    t.is(verdicts.peerDueAt(linkedIn(state), resumedAt(300_000)), 301_250);
});

test('an instance that its monitor holds is never due', (t) => {
  for (const state of ['alive', 'suspect'] as const) {
    const record = instanceIn(state, linkedIn('alive'), { standing: 'held', deadlineAt: 103_000 });
    t.is(verdicts.instanceDueAt(record, NEVER_PAUSED), Number.POSITIVE_INFINITY);
  }
});

test('one that nobody speaks for is dead at its deadline, without rounds and without a floor', (t) => {
  const record = instanceIn('suspect', peerIn('dead'), { standing: 'orphaned', deadlineAt: 100_500 });
  t.is(verdicts.instanceDueAt(record, NEVER_PAUSED), 100_500);
  t.is(verdicts.instanceDueEvent(record, 100_500), 'lapsed');
});

test('it has its lifetime for that, 30 s at most; what was left of its lease when it was only announced', (t) => {
  const leaseMs = (fields: Partial<InstanceRecord>) => {
    const record = instanceIn('alive', peerIn('alive'), { version: 7, ...fields });
    verdicts.orphan(record, 200_000);
    t.like(record, { standing: 'orphaned', version: 0 });
    return record.deadlineAt - 200_000;
  };
  t.is(leaseMs({ standing: 'held', lifetimeMs: 29_999 }), 29_999);
  t.is(leaseMs({ standing: 'held', lifetimeMs: 30_001 }), 30_000);
  t.is(leaseMs({ standing: 'leased', deadlineAt: 201_000 }), 1_000);
  t.is(leaseMs({ standing: 'leased', deadlineAt: 199_000 }), 0);
});

test('and no more, however often that is said', (t) => {
  const record = instanceIn('alive', peerIn('alive'), { standing: 'held', lifetimeMs: 5_000 });
  verdicts.orphan(record, 200_000);
  verdicts.orphan(record, 203_000);
  t.is(record.deadlineAt, 205_000);
});
