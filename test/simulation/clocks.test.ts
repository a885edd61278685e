import test from 'ava';
import { type Errors, runSkewed, type SkewedOptions } from './skewed.ts';
import { World } from './world.ts';

const HOUR_MS = 3_600_000;
const SEED = 1;

type Fault = Omit<SkewedOptions, 'seed' | 'kind'>;

const BEHIND: Fault = { settings: { wall: { offsetMs: -30_000 } } };
const AHEAD: Fault = { settings: { wall: { offsetMs: 30_000 } } };
const SLOW: Fault = { settings: { wall: { driftPpm: -500 } }, minutes: 120 };
const FAST: Fault = { settings: { wall: { driftPpm: 500 } }, minutes: 180 };
const STEPPED_FORWARD: Fault = { stepMs: HOUR_MS };
const STEPPED_BACK: Fault = { stepMs: -HOUR_MS };
const OTHER_INTERVAL: Fault = { settings: { announcementIntervalMsMax: 60_000 } };

for (const kind of ['ours', 'original'] as const) {
  hurtsNobody(kind, 'is 30 s behind', BEHIND);
  hurtsNobody(kind, 'is 30 s ahead', AHEAD);
  hurtsNobody(kind, 'runs 500 ppm slow', SLOW);
  hurtsNobody(kind, 'steps forward by an hour', STEPPED_FORWARD);
}
hurtsNobody('original', 'runs 500 ppm fast', FAST);
hurtsNobody('ours', 'steps back by an hour', STEPPED_BACK);

/** Ours see everybody and no dead, and are told once; the same clock does harm to an original that watches. */
function hurtsNobody(kind: SkewedOptions['kind'], what: string, fault: Fault): void {
  const whose = kind === 'ours' ? 'one of ours' : 'an original';
  test(`a clock of ${whose} that ${what} hides nobody from ours and keeps no dead`, async (t) => {
    const { ours, original, toldOf } = await runSkewed({ seed: SEED, kind, ...fault });
    const usual = await runSkewed({ seed: SEED, kind, minutes: fault.minutes ?? 5 });
    t.true(ours.polls > 2_000);
    t.deepEqual(wrong(ours), { missing: [], lingering: [], left: [] });
    t.deepEqual(toldOf, ['skewed']);
    t.deepEqual(usual.toldOf, []);
    t.true(isWorse(original, usual.original), 'the fault is none');
  });
}

for (const kind of ['ours', 'original'] as const) {
  const whose = kind === 'ours' ? 'one of ours' : 'an original';
  test(`announcement-interval-max 60 s at ${whose} hides nobody and keeps no dead`, async (t) => {
    const { ours } = await runSkewed({ seed: SEED, kind, ...OTHER_INTERVAL });
    t.true(ours.polls > 2_000);
    t.deepEqual(wrong(ours), { missing: [], lingering: [], left: [] });
  });
}

// It waits until its wall clock shows the time of its next round: nobody can tell it from a host that has died.
test('an original that is mute since its clock was set back is given up, and listed again at its first word', async (t) => {
  const world = new World(1);
  const [watcher, mute] = [world.host('watcher'), world.original('mute')];
  await world.start(watcher, mute);
  world.beat(mute, 'x', { beatMs: 1_000, lifetimeMs: 2_500 });
  world.clock.advanceBy(90_000);
  mute.clock.stepWallBy(-HOUR_MS);
  world.clock.advanceBy(7_000);
  t.true(watcher.poll().has('x'), 'it may be a lost round');
  world.clock.advanceBy(HOUR_MS - 10_000);
  t.false(watcher.poll().has('x'));
  world.clock.advanceBy(4_000);
  t.true(watcher.poll().has('x'));
});

function wrong({ missing, lingering, left }: Errors): Omit<Errors, 'polls'> {
  return { missing: missing.slice(0, 5), lingering: lingering.slice(0, 5), left };
}

/** Originals miss living instances even when all clocks are right. */
function isWorse(errors: Errors, usual: Errors): boolean {
  const { missing, lingering, left } = errors;
  return (
    missing.length > 2 * usual.missing.length ||
    lingering.length > usual.lingering.length ||
    left.length > usual.left.length
  );
}
