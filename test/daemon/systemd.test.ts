import test from 'ava';
import { type Notify, Systemd, statusOf, watchdogMsOf } from '../../src/daemon/systemd.ts';
import type { Peer } from '../../src/model/peer.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';

const REFUSED: Notify = async () => {
  throw new Error('refused\n');
};

function conversation(environment: NodeJS.ProcessEnv, answer: Notify = async () => {}) {
  const clock = new VirtualClock();
  const words: string[] = [];
  const faults: string[] = [];
  const notify: Notify = (told) => {
    words.push(told[0]!);
    return answer(told);
  };
  const onFault = (message: string) => faults.push(message);
  const systemd = new Systemd({ environment, clock, status: () => 'well', onFault, notify });
  return { systemd, clock, words, faults };
}

/** Lets promises settle, as many as one word after the other may take. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

test('the watchdog is fed at half its time, and not after the end', async (t) => {
  const { systemd, clock, words } = conversation({ WATCHDOG_USEC: '30000000' });
  systemd.ready();
  clock.advanceBy(14_999);
  await settle();
  t.deepEqual(words, ['READY=1']);
  clock.advanceBy(1);
  await settle();
  t.deepEqual(words, ['READY=1', 'WATCHDOG=1']);
  clock.advanceBy(15_000);
  await systemd.stopping();
  clock.advanceBy(60_000);
  await settle();
  t.deepEqual(words, ['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1']);
});

test('nothing feeds the watchdog but the timers of the monitor: while they stand still it starves', async (t) => {
  const { systemd, clock, words } = conversation({ WATCHDOG_USEC: '2000' });
  systemd.ready();
  await new Promise((resolve) => setTimeout(resolve, 50)); // 50 periods of real time
  t.deepEqual(words, ['READY=1']);
  clock.advanceBy(1);
  await settle();
  t.deepEqual(words, ['READY=1', 'WATCHDOG=1']);
});

test('without a watchdog only the start and the end are told', async (t) => {
  const { systemd, clock, words } = conversation({});
  systemd.ready();
  clock.advanceBy(86_400_000);
  await systemd.stopping();
  t.deepEqual(words, ['READY=1', 'STOPPING=1']);
});

for (const [what, environment, expected] of [
  ['half of WATCHDOG_USEC', { WATCHDOG_USEC: '30000000' }, 15_000],
  ['the same when WATCHDOG_PID is ours', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' }, 15_000],
  ['none when WATCHDOG_PID is not', { WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }, undefined],
  ['none when WATCHDOG_USEC is not set', {}, undefined],
  ['none when it is 0', { WATCHDOG_USEC: '0' }, undefined],
  ['none when it is no number', { WATCHDOG_USEC: 'soon' }, undefined],
  ['an hour when it is for ever', { WATCHDOG_USEC: '18446744073709551615' }, 3_600_000],
] as const) {
  test(`the period of the watchdog is ${what}`, (t) => {
    t.is(watchdogMsOf(environment, 7), expected);
  });
}

test('words go out one after the other', async (t) => {
  const answers: (() => void)[] = [];
  const { systemd, words } = conversation({}, () => new Promise<void>((resolve) => answers.push(resolve)));
  systemd.ready();
  const stopped = systemd.stopping();
  await settle();
  t.deepEqual(words, ['READY=1']);
  answers[0]!();
  await settle();
  t.deepEqual(words, ['READY=1', 'STOPPING=1']);
  answers[1]!();
  await stopped;
});

test('a systemd that cannot be told is one warning, however often it was tried', async (t) => {
  const { systemd, clock, words, faults } = conversation({ WATCHDOG_USEC: '2000000' }, REFUSED);
  systemd.ready();
  clock.advanceBy(3_000);
  await systemd.stopping();
  t.deepEqual(words, ['READY=1', 'WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1', 'STOPPING=1']);
  t.deepEqual(faults, ['systemd cannot be told how this monitor is: refused']);
});

test('a notifier that throws at once is a warning too', async (t) => {
  const { systemd, faults } = conversation({}, () => {
    throw new Error('no memory');
  });
  systemd.ready();
  await systemd.stopping();
  t.is(faults.length, 1);
});

test('the status counts the peers that are alive, and all that is listed on peers', (t) => {
  const peer = (state: Peer['state'], listedCount: number) => ({ state, listedCount }) as Peer;
  const peers = [peer('alive', 3), peer('suspect', 2), peer('dead', 0), peer('alive', 1)];
  t.is(statusOf({ peers }), 'other monitors: 2 alive; instances listed there: 6');
});
