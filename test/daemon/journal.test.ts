import test from 'ava';
import { pino } from 'pino';
import { NEVER, Subject } from 'rxjs';
import { keepJournal } from '../../src/daemon/journal.ts';
import type { Notice } from '../../src/model/change.ts';
import { textOfNotice } from '../../src/model/notice-text.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import type { Registration } from '../../src/monitor/registration.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';

async function logged(level: 'info' | 'debug' = 'info') {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, seededRandom(1));
  const make = (identity: string) =>
    createMonitor({ identity, clock, random: seededRandom(2), transports: [network.attach(identity)] });
  const lines: { level: number; msg: string }[] = [];
  const logger = pino({ level }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const monitor = make('here');
  keepJournal(monitor, logger, clock);
  await monitor.start();
  const messages = () => lines.splice(0).map(({ msg }) => msg);
  return { clock, network, make, monitor, messages, lines };
}

test('a peer that comes and goes is a line each, doubt only at debug', async (t) => {
  for (const level of ['info', 'debug'] as const) {
    const { clock, network, make, messages } = await logged(level);
    await make('there').start();
    clock.advanceBy(100);
    t.deepEqual(messages(), ['peer there (there) is alive: announced']);
    network.cut('there', 'here');
    clock.advanceBy(60_000);
    const doubt = level === 'debug' ? ['peer there (there) is suspect: overdue'] : [];
    t.deepEqual(messages(), [...doubt, 'peer there (there) is dead: lapsed']);
  }
});

test('an instance that comes, changes and goes is a line each', async (t) => {
  const { clock, monitor, messages } = await logged();
  const me = await monitor.register({ cluster: 'c', id: '1', lifetimeMs: 60_000, info: 'x' });
  clock.advanceBy(100);
  me.update('y');
  clock.advanceBy(100);
  me.withdraw();
  clock.advanceBy(100);
  t.deepEqual(messages(), [
    'instance c:1 (x) on here is alive: announced',
    'instance c:1 (y) on here is alive: changed',
    'instance c:1 (y) on here is dead: withdrawn',
  ]);
});

test('ten changes at once are ten lines, eleven are one with the count, after the first that is told at once', async (t) => {
  for (const count of [10, 11]) {
    const { clock, monitor, messages } = await logged();
    const registrations: Registration[] = [];
    registrations.push(await monitor.register({ cluster: 'c', id: 'first', lifetimeMs: 60_000 }));
    for (let n = 0; n < count; n += 1) {
      registrations.push(await monitor.register({ cluster: 'c', id: `${n}`, lifetimeMs: 60_000 }));
    }
    clock.advanceBy(100);
    t.is(messages().length, count === 10 ? 11 : 2);
    for (const registration of registrations) registration.withdraw();
    clock.advanceBy(100);
    t.is(messages().length, count === 10 ? 11 : 2);
  }
});

test('a minute without any other monitor is worth one hint, and no word to a monitor that heard one', async (t) => {
  const alone = await logged();
  alone.clock.advanceBy(59_999);
  t.is(alone.messages().length, 0);
  alone.clock.advanceBy(1);
  t.regex(alone.messages().join(), /no other monitor was heard for 60 s/);
  alone.clock.advanceBy(600_000);
  t.is(alone.messages().length, 0);
  const together = await logged();
  await together.make('there').start();
  together.clock.advanceBy(120_000);
  t.false(together.messages().some((line) => line.includes('no other monitor')));
});

test('another monitor of our name is an error, said again while it lasts', async (t) => {
  const { clock, network, lines } = await logged();
  const twin = createMonitor({ identity: 'here', clock, transports: [network.attach('there')] });
  await twin.start();
  clock.advanceBy(90_000);
  const errors = lines.filter(({ level }) => level === 50);
  t.deepEqual(
    errors.map(({ msg }) => msg.split(':')[0]),
    Array(2).fill('there announces as here, which is our name'),
  );
});

test('isolation and a wrong key are warnings, a reunion and another realm are not', (t) => {
  const notices$ = new Subject<Notice>();
  const lines: { level: number; notice: Notice; msg: string }[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const silent = { changes$: NEVER, peerChanges$: NEVER, conditions$: NEVER, state$: NEVER };
  const journal = keepJournal({ ...silent, notices$ }, logger, new VirtualClock());
  const told: readonly [Notice, number][] = [
    [{ kind: 'isolated', heardCount: 1, expectedCount: 5 }, 40],
    [{ kind: 'reunited' }, 30],
    [{ kind: 'stranger', realm: 'staging', monitorsCount: 4, address: '10.0.0.9' }, 30],
    [{ kind: 'wrongKey', address: '10.0.0.9', count: 7 }, 40],
    [{ kind: 'identityTaken', identity: 'here', address: '10.0.0.9' }, 50],
  ];
  for (const [notice] of told) notices$.next(notice);
  t.deepEqual(
    lines.map(({ notice, level }) => [notice, level]),
    told.map(([notice, level]) => [notice, level]),
  );
  t.true(lines.every(({ notice, msg }) => msg === textOfNotice(notice)));
  journal.unsubscribe();
});

test('what a stranger puts into a name cannot move the cursor', async (t) => {
  const { clock, monitor, messages } = await logged();
  await monitor.register({ cluster: 'c', id: '\u001b[2J', lifetimeMs: 60_000, info: 'a\rb' });
  clock.advanceBy(100);
  t.deepEqual(messages(), ['instance c:\\u001b[2J (a\\u000db) on here is alive: announced']);
});
