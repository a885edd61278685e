/** Work in slices, on a clock on which each step takes time. */
import test from 'ava';
import { Backlog, SLICE_MS } from '../../src/time/backlog.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { BusyClock } from './busy-clock.ts';

/** So many steps take as long as a slice. */
const SLICE = 4;

/** Steps that take a while, written down as they are done. */
const steps = function* (name: string, count: number, clock: BusyClock, done: string[]): Generator<void> {
  for (let step = 1; step <= count; step += 1) {
    clock.spend(SLICE_MS / SLICE);
    done.push(`${name}${step}`);
    if (step < count) yield;
  }
};

const setUp = () => {
  const clock = new BusyClock();
  const backlog = new Backlog(clock);
  const done: string[] = [];
  backlog.turns$.subscribe(() => {
    done.push('turn');
    backlog.work();
  });
  const add = (name: string, count: number) => backlog.add(steps(name, count, clock, done));
  return { clock, backlog, done, add };
};

test('what is short is done at once, in order', (t) => {
  const { backlog, done, add } = setUp();
  add('a', 2);
  add('b', 1);
  backlog.work();
  t.deepEqual(done, ['a1', 'a2', 'b1']);
});

test('after a slice the rest waits for the next turn', (t) => {
  const { clock, backlog, done, add } = setUp();
  for (const name of ['a', 'b', 'c', 'd', 'e']) add(name, SLICE / 2);
  backlog.work();
  t.deepEqual(done, ['a1', 'a2', 'b1', 'b2']);
  clock.setTimeout(() => done.push('another timer'), 0);
  clock.advanceBy(0);
  t.deepEqual(done.slice(4), ['turn', 'c1', 'c2', 'd1', 'd2', 'another timer', 'turn', 'e1', 'e2']);
});

test('one piece of work that is too long goes on in the next turn', (t) => {
  const { clock, backlog, done, add } = setUp();
  add('a', 100);
  add('b', 1);
  backlog.work();
  const inFirst = done.length;
  t.true(inFirst < 20, String(inFirst));
  clock.advanceBy(0);
  t.deepEqual(done.filter((step) => step !== 'turn').length, 101);
  t.is(done.at(-1), 'b1');
});

test('what comes while work waits is not done before it', (t) => {
  const { clock, backlog, done, add } = setUp();
  add('a', SLICE);
  add('b', 1);
  backlog.work();
  add('c', 1);
  backlog.work();
  t.false(done.includes('b1'));
  clock.advanceBy(0);
  t.deepEqual(done.slice(SLICE), ['turn', 'b1', 'c1']);
});

test('work that follows without a pause shares the slice', (t) => {
  const { clock, backlog, done, add } = setUp();
  for (let piece = 0; piece < 10; piece += 1) {
    add('a', 1);
    backlog.work();
  }
  t.is(done.length, SLICE);
  clock.advanceBy(0);
  t.is(done.filter((step) => step === 'a1').length, 10);
});

test('work that follows after a pause has a slice of its own', (t) => {
  const { clock, backlog, done, add } = setUp();
  for (let piece = 0; piece < 10; piece += 1) {
    add('a', 1);
    backlog.work();
    clock.spend(1);
  }
  t.is(done.length, 10);
});

test('on a clock that stands still all is done in one turn', (t) => {
  const { backlog, done } = setUp();
  backlog.add(
    (function* () {
      for (let step = 0; step < 100_000; step += 1) yield;
      done.push('end');
    })(),
  );
  backlog.work();
  t.deepEqual(done, ['end']);
});

test('a closed backlog does nothing more', (t) => {
  const { clock, backlog, done, add } = setUp();
  add('a', SLICE);
  add('b', 1);
  backlog.work();
  backlog.close();
  clock.advanceBy(1_000);
  t.is(done.at(-1), `a${SLICE}`);
});

test('the order holds when work is added while other work waits', (t) => {
  const { clock, backlog, done, add } = setUp();
  for (const name of ['a', 'b', 'c']) {
    add(name, SLICE - 1);
    add(`${name}'`, 1);
    backlog.work();
  }
  clock.advanceBy(0);
  const order = done.filter((each) => each.endsWith('1'));
  t.deepEqual(order, ['a1', "a'1", 'b1', "b'1", 'c1', "c'1"]);
});

test('what waits costs the same, however much of it there is', (t) => {
  const backlog = new Backlog(new VirtualClock());
  let doneCount = 0;
  const once = {
    next: () => {
      doneCount += 1;
      return { done: true as const, value: undefined };
    },
  };
  for (let count = 0; count < 200_000; count += 1) backlog.add(once);
  const startedAt = performance.now();
  backlog.work();
  t.is(doneCount, 200_000);
  t.true(performance.now() - startedAt < 2_000); // half a minute, when all that waits is moved each time
});
