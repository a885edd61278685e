import test from 'ava';
import type { Hearing } from '../../src/membership/hearings.ts';
import { leaseOf } from '../../src/membership/leases.ts';
import { ClusterRecord, InstanceRecord, PeerRecord, Scope } from '../../src/membership/records.ts';
import { Rounds } from '../../src/membership/rounds.ts';
import { SenderClock } from '../../src/membership/sender-clock.ts';
import type { LifecycleState, Reason } from '../../src/model/instance.ts';

const INTERVAL_MS = 10_000;
const NOW = 100_000;
const WALL_OFFSET_MS = 1_800_000_000_000;
const TIMEOUT_MS = 600_000;

/** The sender's clock shows our wall time; its datagram is fresh. */
const hearingOf = (fields: Partial<Hearing> = {}): Hearing => {
  const peer = new PeerRecord(
    'peer',
    false,
    new SenderClock({ announcementIntervalMsMax: INTERVAL_MS }),
    new Rounds({ announcementIntervalMsMax: INTERVAL_MS }),
  );
  const endOfLifeSeconds = (WALL_OFFSET_MS + NOW + 2 * INTERVAL_MS) / 1_000;
  peer.clock.observe(endOfLifeSeconds, NOW);
  return {
    peer,
    cluster: 'c',
    now: NOW,
    wallOffsetMs: WALL_OFFSET_MS,
    offsetMs: WALL_OFFSET_MS,
    endOfLifeSeconds,
    previousSeconds: endOfLifeSeconds,
    isStraggler: false,
    instanceTimeoutMsMax: TIMEOUT_MS,
    ...fields,
  };
};

/** An end of life so many ms from now, on the sender's clock. */
const left = (ms: number) => WALL_OFFSET_MS + NOW + ms;

const recordIn = (
  state: LifecycleState,
  {
    sinceAt = NOW - 60_000,
    reason = 'announced' as Reason,
    ...fields
  }: Partial<Pick<InstanceRecord, 'sinceAt' | 'reason' | 'heardAt' | 'endOfLifeMs'>> = {},
) => {
  const { peer } = hearingOf();
  const record = new InstanceRecord(new Scope(peer, new ClusterRecord('c')), 'x');
  record.step({ state, reason, sinceAt });
  return Object.assign(record, { endOfLifeMs: left(2_000) }, fields);
};

test('an end of life to come is a lease until then, on our clock', (t) => {
  t.is(leaseOf('x', left(1), undefined, hearingOf()), NOW + 1);
  t.is(leaseOf('x', left(5_000), recordIn('alive'), hearingOf()), NOW + 5_000);
});

test('no lease is longer than instance-timeout-max', (t) => {
  t.is(leaseOf('x', left(TIMEOUT_MS), undefined, hearingOf()), NOW + TIMEOUT_MS);
  t.is(leaseOf('x', left(TIMEOUT_MS + 1), undefined, hearingOf()), NOW + TIMEOUT_MS);
  t.is(leaseOf('x', 2 ** 64, undefined, hearingOf()), NOW + TIMEOUT_MS);
});

test('an unknown instance that is past is ignored', (t) => {
  t.is(leaseOf('x', left(0), undefined, hearingOf()), 'ignored');
  t.is(leaseOf('x', 1, undefined, hearingOf()), 'ignored');
});

test('a listed instance is withdrawn by an end of life a second in the past that is before the known one', (t) => {
  t.is(leaseOf('x', left(-999), recordIn('alive'), hearingOf()), 'mentioned');
  t.is(leaseOf('x', left(-1_000), recordIn('alive'), hearingOf()), 'withdrawn');
  t.is(leaseOf('x', 1, recordIn('suspect'), hearingOf()), 'withdrawn');
});

test('a listed instance whose known end of life has passed is mentioned', (t) => {
  const record = recordIn('suspect', { endOfLifeMs: left(-3_000) });
  t.is(leaseOf('x', left(-3_000), record, hearingOf()), 'mentioned');
});

test('a withdrawal of what is not listed is ignored', (t) => {
  t.is(leaseOf('x', 1, recordIn('dead'), hearingOf()), 'ignored');
});

test('a straggler keeps what is listed and revives nothing', (t) => {
  const hearing = hearingOf({ isStraggler: true });
  t.is(leaseOf('x', left(60_000), recordIn('alive'), hearing), 'mentioned');
  t.is(leaseOf('x', 1, recordIn('alive'), hearing), 'mentioned');
  t.is(leaseOf('x', left(60_000), recordIn('dead'), hearing), 'ignored');
  t.is(leaseOf('x', left(60_000), undefined, hearing), 'ignored');
});

test('an older datagram does not take a lease back', (t) => {
  const older = hearingOf({ previousSeconds: hearingOf().endOfLifeSeconds + 1 });
  t.is(leaseOf('x', left(1_999), recordIn('alive'), older), 'mentioned');
  t.is(leaseOf('x', left(1_999), recordIn('alive'), hearingOf()), NOW + 1_999);
});

test('a datagram that was overtaken by a removal revives nothing within 250 ms', (t) => {
  const died = (msAgo: number) => recordIn('dead', { sinceAt: NOW - msAgo, reason: 'withdrawn' });
  t.is(leaseOf('x', left(2_000), died(249), hearingOf()), 'ignored');
  t.is(leaseOf('x', left(2_000), died(250), hearingOf()), NOW + 2_000);
});

test('whom only our own verdict ended is revived by any word, at once', (t) => {
  for (const reason of ['hostLost', 'lapsed'] as const) {
    t.is(leaseOf('x', left(2_000), recordIn('dead', { sinceAt: NOW, reason }), hearingOf()), NOW + 2_000);
  }
});

test('a later end of life revives at once', (t) => {
  t.is(leaseOf('x', left(2_001), recordIn('dead', { sinceAt: NOW }), hearingOf()), NOW + 2_001);
});

test('a renewal that would be a second past is evidence against the reckoning; less than that is none', (t) => {
  const disproves = (leftMs: number) => {
    const hearing = hearingOf();
    hearing.peer.clock.disprove(hearing.endOfLifeSeconds - 5, NOW - 5_000);
    const lease = leaseOf('x', left(leftMs), recordIn('suspect', { endOfLifeMs: left(-5_000) }), hearing);
    return [lease, hearing.peer.clock.isDisproved];
  };
  t.deepEqual(disproves(-999), ['mentioned', false]);
  t.deepEqual(disproves(-1_000), [NOW + 1.5 * INTERVAL_MS, true]);
});

test('the first such renewal is no proof, and keeps the instance from being absent', (t) => {
  const hearing = hearingOf();
  t.is(leaseOf('x', left(-2_000), recordIn('suspect', { endOfLifeMs: left(-5_000) }), hearing), 'mentioned');
  t.false(hearing.peer.clock.isDisproved);
});

test('an unknown instance that is past, and then past at a later time, is evidence too', (t) => {
  const hearing = hearingOf();
  hearing.peer.clock.disprove(hearing.endOfLifeSeconds - 5, NOW - 5_000);
  t.is(leaseOf('x', left(-50_000), undefined, hearing), 'ignored');
  t.is(leaseOf('x', left(-50_000), undefined, hearing), 'ignored');
  t.is(leaseOf('x', left(-45_000), undefined, hearing), NOW + 1.5 * INTERVAL_MS);
  t.true(hearing.peer.clock.isDisproved);
});

const disproved = () => {
  const hearing = hearingOf();
  hearing.peer.clock.disprove(1, NOW);
  hearing.peer.clock.disprove(2, NOW);
  return hearing;
};

test('once the reckoning is wrong, one and a half usual rounds are the lease', (t) => {
  t.is(leaseOf('x', left(-90_000), undefined, disproved()), NOW + 1.5 * INTERVAL_MS);
  t.is(leaseOf('x', left(90_000), undefined, disproved()), NOW + 1.5 * INTERVAL_MS);
});

test('a removal is one whatever is thought of the clock', (t) => {
  t.is(leaseOf('x', 1, recordIn('alive'), disproved()), 'withdrawn');
});

test('a clock that is off by more than a day is not corrected for', (t) => {
  const peer = new PeerRecord(
    'peer',
    false,
    new SenderClock({ announcementIntervalMsMax: INTERVAL_MS }),
    new Rounds({ announcementIntervalMsMax: INTERVAL_MS }),
  );
  const endOfLifeSeconds = (WALL_OFFSET_MS + NOW + 2 * 86_400_000) / 1_000;
  peer.clock.observe(endOfLifeSeconds, NOW);
  const hearing = hearingOf({ peer, endOfLifeSeconds, offsetMs: peer.clock.offsetMs(NOW) });
  t.is(leaseOf('x', left(5_000), undefined, hearing), NOW + 5_000);
});
