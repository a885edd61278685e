import test from 'ava';
import { Subject, share } from 'rxjs';
import { inTurn } from '../../src/monitor/in-turn.ts';

test('what a subscriber says while it is told something comes after that, for everyone', (t) => {
  const said = new Subject<number>();
  const told$ = said.pipe(
    inTurn((value) => value),
    share(),
  );
  const seen: string[] = [];
  told$.subscribe((value) => {
    if (value === 1) for (const answer of [2, 3]) said.next(answer);
    seen.push(`first ${value}`);
  });
  told$.subscribe((value) => seen.push(`second ${value}`));
  said.next(1);
  said.next(4);
  t.deepEqual(
    seen,
    [1, 2, 3, 4].flatMap((value) => [`first ${value}`, `second ${value}`]),
  );
});

test('it ends when its source ends', (t) => {
  const said = new Subject<number>();
  let isOver = false;
  said.pipe(inTurn((value) => value)).subscribe({ complete: () => (isOver = true) });
  said.complete();
  t.true(isOver);
});
