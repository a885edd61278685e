import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Deadlines, PAUSE_MS, SLOT_MS, type Timed } from '../../src/time/deadlines.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { StallingClock } from './stalling-clock.ts';

interface Entry extends Timed {
  readonly name: string;
}

const entry = (name = 'a'): Entry => ({ name, slot: -1 });

const wheelOn = (clock: VirtualClock | StallingClock) => {
  const wheel = new Deadlines<Entry>(clock);
  const log: string[] = [];
  wheel.lapses$.subscribe(({ entries, now }) => log.push(...entries.map(({ name }) => `${name}@${now}`)));
  wheel.pauses$.subscribe((lateMs) => log.push(`late by ${lateMs}`));
  return { wheel, log };
};

const startedWheel = () => {
  const clock = new VirtualClock();
  const { wheel, log } = wheelOn(clock);
  wheel.start();
  return { clock, wheel, log };
};

test('a deadline on a slot lapses then, not a millisecond before', (t) => {
  const { clock, wheel, log } = startedWheel();
  wheel.schedule(entry(), 100);
  clock.advanceTo(99);
  t.deepEqual(log, []);
  clock.advanceTo(100);
  t.deepEqual(log, ['a@100']);
});

test('a deadline between slots lapses at the next one, not a millisecond before', (t) => {
  const { clock, wheel, log } = startedWheel();
  wheel.schedule(entry(), 100.5);
  clock.advanceTo(100 + SLOT_MS - 1);
  t.deepEqual(log, []);
  clock.advanceTo(100 + SLOT_MS);
  t.deepEqual(log, [`a@${100 + SLOT_MS}`]);
});

testProp(
  'no deadline lapses early or more than a slot late, and each once',
  [fc.array(fc.double({ min: 1, max: 5_000, noNaN: true }), { minLength: 1 })],
  (t, instants) => {
    const { clock, wheel, log } = startedWheel();
    instants.forEach((at, index) => {
      wheel.schedule(entry(`${index}`), at);
    });
    clock.advanceTo(10_000);
    t.is(log.length, instants.length);
    for (const line of log) {
      const [index, now] = line.split('@').map(Number);
      const lateMs = now! - instants[index!]!;
      t.true(lateMs >= 0 && lateMs < SLOT_MS, `${lateMs} late`);
    }
  },
);

test('deadlines lapse in the order of their slots', (t) => {
  const { clock, wheel, log } = startedWheel();
  wheel.schedule(entry('b'), 200);
  wheel.schedule(entry('a'), 100);
  wheel.schedule(entry('c'), 300);
  clock.advanceTo(300);
  t.deepEqual(log, ['a@100', 'b@200', 'c@300']);
});

test('a later deadline leaves the entry where it is: the owner puts it back when it comes due', (t) => {
  const { clock, wheel, log } = startedWheel();
  const lazy = entry();
  wheel.schedule(lazy, 100);
  wheel.schedule(lazy, 500);
  clock.advanceTo(100);
  t.deepEqual(log, ['a@100']);
  wheel.schedule(lazy, 500);
  clock.advanceTo(500);
  t.deepEqual(log, ['a@100', 'a@500']);
});

test('an earlier deadline moves the entry, which lapses once', (t) => {
  const { clock, wheel, log } = startedWheel();
  const moved = entry();
  wheel.schedule(moved, 500);
  wheel.schedule(moved, 100);
  clock.advanceTo(1_000);
  t.deepEqual(log, ['a@100']);
});

test('an entry that was moved earlier and then back lapses once', (t) => {
  const { clock, wheel, log } = startedWheel();
  const moved = entry();
  wheel.schedule(moved, 500);
  wheel.schedule(moved, 100);
  clock.advanceTo(100);
  wheel.schedule(moved, 500);
  clock.advanceTo(1_000);
  t.deepEqual(log, ['a@100', 'a@500']);
});

test('a cancelled entry does not lapse', (t) => {
  const { clock, wheel, log } = startedWheel();
  const cancelled = entry();
  wheel.schedule(cancelled, 100);
  wheel.cancel(cancelled);
  clock.advanceTo(1_000);
  t.deepEqual(log, []);
});

test('a cancelled entry may be scheduled anew', (t) => {
  const { clock, wheel, log } = startedWheel();
  const cancelled = entry();
  wheel.schedule(cancelled, 100);
  wheel.cancel(cancelled);
  wheel.schedule(cancelled, 200);
  clock.advanceTo(1_000);
  t.deepEqual(log, ['a@200']);
});

test('an entry that is put back for a past instant while it lapses comes at once', (t) => {
  const { clock, wheel, log } = startedWheel();
  const first = entry();
  const next = entry('next');
  wheel.lapses$.subscribe(({ entries }) => entries.includes(first) && wheel.schedule(next, 10));
  wheel.schedule(first, 100);
  clock.advanceTo(100);
  t.deepEqual(log, ['a@100', 'next@100']);
});

test('nothing is armed before start, and what was scheduled waits for it', (t) => {
  const clock = new StallingClock();
  const { wheel, log } = wheelOn(clock);
  wheel.schedule(entry(), 50);
  t.is(clock.armedCount, 0);
  wheel.start();
  t.is(clock.armedCount, 1);
  clock.pass(50);
  t.deepEqual(log, ['a@50']);
});

test('one timer is armed, however many deadlines there are', (t) => {
  const clock = new StallingClock();
  const { wheel } = wheelOn(clock);
  wheel.start();
  for (let at = 1_000; at > 0; at -= 10) wheel.schedule(entry(), at);
  t.is(clock.armedCount, 1);
});

test('close leaves no timer and ends both streams', (t) => {
  const clock = new StallingClock();
  const { wheel, log } = wheelOn(clock);
  wheel.lapses$.subscribe({ complete: () => log.push('no more lapses') });
  wheel.pauses$.subscribe({ complete: () => log.push('no more pauses') });
  wheel.start();
  wheel.schedule(entry(), 100);
  wheel.close();
  wheel.schedule(entry(), 50);
  t.is(clock.armedCount, 0);
  t.deepEqual(log, ['no more lapses', 'no more pauses']);
});

test('a tick that is late by 500 ms is no pause', (t) => {
  const clock = new StallingClock();
  const { wheel, log } = wheelOn(clock);
  wheel.start();
  wheel.schedule(entry(), 100);
  clock.pass(100 + PAUSE_MS);
  t.deepEqual(log, ['a@600']);
});

test('a tick that is later than 500 ms is a pause, and told before what lapses in it', (t) => {
  const clock = new StallingClock();
  const { wheel, log } = wheelOn(clock);
  wheel.start();
  wheel.schedule(entry(), 100);
  clock.pass(101 + PAUSE_MS);
  t.deepEqual(log, ['late by 501', 'a@601']);
});

test('a wheel without deadlines notices a pause too', (t) => {
  const clock = new StallingClock();
  const { wheel, log } = wheelOn(clock);
  wheel.start();
  clock.pass(PAUSE_MS + 10_000);
  t.deepEqual(log, ['late by 10000']);
});

test('a deadline that is scheduled after a pause does not hide it', (t) => {
  const clock = new StallingClock();
  const { wheel, log } = wheelOn(clock);
  wheel.start();
  clock.stall(10_000);
  wheel.schedule(entry(), 10_100);
  clock.pass(0);
  t.deepEqual(log, ['late by 9500']);
});

test('virtual time that is advanced far is no pause', (t) => {
  const { clock, log } = startedWheel();
  clock.advanceBy(3_600_000);
  t.deepEqual(log, []);
});

test('a wheel that is started long after the first deadline tells no pause', (t) => {
  const clock = new StallingClock();
  const { wheel, log } = wheelOn(clock);
  wheel.schedule(entry(), 100);
  clock.stall(3_000);
  wheel.start();
  clock.pass(0);
  t.deepEqual(log, ['a@3000']);
});

test('what is cancelled, or moved to an earlier slot and gone from there, is let go before its slot comes', async (t) => {
  const { clock, wheel } = startedWheel();
  const cancelled = new WeakRef(scheduledAt(wheel, 600_000));
  wheel.cancel(cancelled.deref()!);
  const moved = new WeakRef(scheduledAt(wheel, 600_000));
  wheel.schedule(moved.deref()!, 100);
  clock.advanceTo(100);
  await delay(0); // a weak reference holds on until its job is done
  collectGarbage();
  t.deepEqual([cancelled.deref(), moved.deref()], [undefined, undefined]);
});

function scheduledAt(wheel: Deadlines<Entry>, at: number): Entry {
  const made = entry();
  wheel.schedule(made, at);
  return made;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
