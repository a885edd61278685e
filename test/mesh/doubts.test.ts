/** Who misses its beacons is asked, and others are asked about it, until one knows. */
import test from 'ava';
import { Air, MeshHouse } from '../support/mesh-house.ts';

/** `a`, `b` and others that know each other. */
function fleet(othersCount: number) {
  const air = new Air();
  const [a, b] = [MeshHouse.started(air, 'a'), MeshHouse.started(air, 'b')];
  const others = Array.from({ length: othersCount }, (_, at) => MeshHouse.started(air, `other-${at}`));
  air.clock.advanceBy(2_000);
  air.flights.length = 0;
  return { air, clock: air.clock, a, b, others };
}

/** From now on `a` does not hear what `b` says itself; time passes until it doubts. */
function untilDoubt({ air, clock, a }: ReturnType<typeof fleet>): void {
  air.passes = ({ from }, at) => !(from === 'b' && at === 'a');
  while (!a.peer('b')!.isInQuestion) clock.advanceBy(1);
}

test('a peer that others hear is never suspect, however long we do not', (t) => {
  const all = fleet(2);
  all.air.passes = ({ from }, at) => !(from === 'b' && at === 'a');
  all.clock.advanceBy(600_000);
  t.deepEqual(
    all.a.takeSteps().filter((step) => step.includes('b')),
    ['b unknown→alive'],
  );
});

test('who is in doubt is asked itself, in a way that tells when nobody listens there', (t) => {
  const all = fleet(3);
  all.b.crash();
  untilDoubt(all);
  all.clock.advanceBy(1);
  const asked = all.air.said('ask', 'a').filter(({ to }) => to === 'b');
  t.deepEqual(
    asked.map(({ isProbe }) => isProbe),
    [true],
  );
});

test('three are asked, then six, then up to 32, 250 ms apart', (t) => {
  const all = fleet(10);
  all.b.crash();
  untilDoubt(all);
  const { link } = all.a.peer('b')!;
  all.clock.advanceTo(link!.doubtedAt + 999);
  const asked = all.air.said('ask', 'a').filter(({ to }) => to !== 'b');
  const instants = [...new Set(asked.map(({ at }) => at))];
  t.deepEqual(
    instants.map((at) => asked.filter((ask) => ask.at === at).length),
    [3, 6, 10, 10],
  );
  t.deepEqual(
    instants.slice(1).map((at, index) => Math.round(at - instants[index]!)),
    [250, 250, 250],
  );
});

test('the first answer ends the doubt, and the asking', (t) => {
  const all = fleet(3);
  untilDoubt(all);
  all.clock.advanceBy(110);
  t.is(all.a.peer('b')!.state, 'alive');
  all.air.flights.length = 0;
  while (!all.a.peer('b')!.isInQuestion) {
    t.is(all.air.said('ask', 'a').length, 0);
    all.clock.advanceBy(10);
  }
});

test('who is asked about itself says so at once, without a beacon', (t) => {
  const { air, clock, a, b } = fleet(0);
  a.say('b', { kind: 'ask', boot: b.boot });
  clock.advanceBy(1);
  t.is(air.said('answer', 'b').filter(({ to }) => to === 'a').length, 1);
  t.is(air.said('beacon', 'b').filter(({ to }) => to === 'a').length, 0);
});

test('one that asks about ourselves again and again is answered once in 50 ms', (t) => {
  const { air, clock, a, b } = fleet(0);
  for (let at = 0; at < 200; at += 10) {
    a.say('b', { kind: 'ask', boot: b.boot }, { kind: 'ask', boot: b.boot });
    clock.advanceBy(10);
  }
  t.is(air.said('answer', 'b').filter(({ to }) => to === 'a').length, 4);
});

test('a witness has heard the peer within 1.5 periods, and says how long ago', (t) => {
  const { air, clock, a, b } = fleet(1);
  const { link } = air.houses.get('other-0')!.peer('b')!;
  air.passes = ({ from }) => from !== 'b';
  clock.advanceBy(2);
  const heardAt = link!.heardAt;
  const answersAfter = (ms: number) => {
    clock.advanceTo(heardAt + ms);
    air.flights.length = 0;
    a.say('other-0', { kind: 'ask', boot: b.boot });
    clock.advanceBy(102);
    return air.said('answer', 'other-0').filter(({ to }) => to === 'a');
  };
  const [answer] = answersAfter(749 - air.delayMs);
  t.truthy(answer);
  t.is(answer!.section.ageMs, Math.trunc(answer!.at - heardAt));
  t.deepEqual(answersAfter(752 + 102), []);
});

test('who is asked about a stranger says nothing', (t) => {
  const { air, clock, a } = fleet(1);
  a.say('other-0', { kind: 'ask', boot: 'whatever' });
  clock.advanceBy(200);
  t.is(air.said('answer').length, 0);
});

test('what one peer asks within 100 ms is answered in one frame, about each once', (t) => {
  const { air, clock, a, b, others } = fleet(2);
  const boots = [b.boot, others[1]!.boot];
  for (let count = 0; count < 50; count += 1)
    a.say('other-0', ...boots.map((boot) => ({ kind: 'ask', boot }) as const));
  clock.advanceBy(105);
  const answers = air.said('answer', 'other-0');
  t.deepEqual(answers.map(({ section }) => section.boot).sort(), boots.sort());
  t.is(new Set(answers.map(({ bytes }) => bytes)).size, 1);
});

test('an old testimony ends no doubt', (t) => {
  const all = fleet(1);
  const { air, clock, a, b } = all;
  air.passes = ({ from, sections }, at) =>
    at !== 'a' || (from !== 'b' && sections.every(({ kind }) => kind !== 'answer'));
  while (!a.peer('b')!.isInQuestion) clock.advanceBy(1);
  air.passes = ({ from }) => from === 'other-0';
  all.others[0]!.say('a', { kind: 'answer', boot: b.boot, ageMs: 851 });
  clock.advanceBy(2);
  t.true(a.peer('b')!.isInQuestion);
  all.others[0]!.say('a', { kind: 'answer', boot: b.boot, ageMs: 850 });
  clock.advanceBy(2);
  t.false(a.peer('b')!.isInQuestion);
});

test('who is asked about for long, without a verdict, is asked about less often', (t) => {
  const all = fleet(3);
  for (const house of [all.b, ...all.others]) house.crash(); // we hear nobody: no verdict falls
  all.clock.advanceBy(60_000);
  all.air.flights.length = 0;
  all.clock.advanceBy(60_000);
  const asked = all.air
    .said('ask', 'a')
    .filter(({ to, section }) => to === 'b' && section.boot === all.b.boot);
  t.is(asked.length, 30);
});
