import test from 'ava';
import { defer, map, NEVER, type Observable, of, Subject, take } from 'rxjs';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { paced } from '../../src/web/paced.ts';

function pace({ taken$ = of(undefined) as Observable<unknown>, costMs = 0 } = {}) {
  const clock = new VirtualClock();
  const values = new Subject<number>();
  const drawn: [at: number, value: number][] = [];
  values
    .pipe(
      paced({ clock, paceMs: 250, taken$ }, (value) => {
        drawn.push([clock.now(), value]);
        if (costMs > 0) clock.advanceBy(costMs);
        return of(value);
      }),
    )
    .subscribe();
  return { clock, values, drawn };
}

test('when it was quiet a picture is drawn at once', (t) => {
  const { clock, values, drawn } = pace();
  values.next(1);
  clock.advanceBy(0);
  clock.advanceBy(250);
  values.next(2);
  clock.advanceBy(0);
  t.deepEqual(drawn, [
    [0, 1],
    [250, 2],
  ]);
});

test('what moves quickly is drawn at its pace, and only the newest', (t) => {
  const { clock, values, drawn } = pace();
  for (let value = 0; value <= 60; value += 1) {
    values.next(value);
    clock.advanceBy(10);
  }
  clock.advanceBy(1_000);
  t.deepEqual(drawn.at(0), [0, 0]);
  t.deepEqual(
    drawn.map(([at]) => at),
    [0, 250, 500, 750],
  );
  t.deepEqual(drawn.at(-1), [750, 60]);
});

test('nothing is drawn before the last picture was taken, and then the newest', (t) => {
  const taken = new Subject<void>();
  let isTaken = true;
  const { clock, values, drawn } = pace({
    taken$: defer(() => (isTaken ? of(undefined) : taken.pipe(take(1)))),
  });
  values.next(1);
  clock.advanceBy(0);
  isTaken = false;
  for (let value = 2; value < 100; value += 1) values.next(value);
  clock.advanceBy(10_000);
  t.is(drawn.length, 1);
  taken.next();
  t.deepEqual(drawn.slice(1), [[10_000, 99]]);
});

test('a picture that is costly is drawn more rarely, so that it takes a tenth of the time at most', (t) => {
  const { clock, values, drawn } = pace({ costMs: 100 });
  values.next(1);
  clock.advanceBy(0);
  values.next(2);
  clock.advanceBy(10_000);
  t.deepEqual(drawn, [
    [0, 1],
    [1_000, 2],
  ]);
});

test('a page that never takes anything costs nothing', (t) => {
  const { clock, values, drawn } = pace({ taken$: NEVER });
  values.next(1);
  clock.advanceBy(10_000);
  t.deepEqual(drawn, []);
});

test('while a picture is drawn no other one is begun, and the next one is of the newest', (t) => {
  const clock = new VirtualClock();
  const values = new Subject<number>();
  const pictures = new Subject<void>();
  const begun: number[] = [];
  const drawn: number[] = [];
  values
    .pipe(
      paced({ clock, paceMs: 250, taken$: of(undefined) }, (value) => {
        begun.push(value);
        return pictures.pipe(
          take(1),
          map(() => value),
        );
      }),
    )
    .subscribe((value) => drawn.push(value));
  for (let value = 1; value <= 10; value += 1) {
    values.next(value);
    clock.advanceBy(1_000);
  }
  t.deepEqual([begun, drawn], [[1], []]);
  pictures.next();
  clock.advanceBy(100_000); // nine times as long as that took
  t.deepEqual([begun, drawn], [[1, 10], [1]]);
});
