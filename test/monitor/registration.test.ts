/** Instances that live in a monitor's process: what may be registered, how it is kept alive, and how it leaves. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { take } from 'rxjs';
import { UsageError } from '../../src/model/errors.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import type { InstanceOptions } from '../../src/monitor/registration.ts';
import type { TimerHandle } from '../../src/time/clock.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { freePort } from '../support/free-port.ts';
import { ROOT } from '../support/source-files.ts';

/** What is told at once has arrived by then. */
const TOLD_MS = 100;

accepts('a cluster of 1 byte', { cluster: 'c' });
accepts('a cluster of 255 bytes', { cluster: 'c'.repeat(255) });
accepts('an id of 255 bytes', { id: 'i'.repeat(255) });
accepts('an id of 255 bytes in UTF-8', { id: 'é'.repeat(127).concat('e') });
accepts('an info of 255 bytes with colons', { info: ':'.repeat(255) });
accepts('a lifetime of 500 ms', { lifetimeMs: 500 });
accepts('a lifetime of 600 s', { lifetimeMs: 600_000 });
accepts('keepalives each ms', { keepaliveMs: 1 });
accepts('keepalives as far apart as the lifetime', { lifetimeMs: 1_000, keepaliveMs: 1_000 });

refuses('an empty cluster', { cluster: '' }, /^cluster = ""/);
refuses('a cluster of 256 bytes', { cluster: 'c'.repeat(256) }, /^cluster/);
refuses('an empty id', { id: '' }, /^id = ""/);
refuses('an id of 256 bytes in UTF-8', { id: 'é'.repeat(128) }, /^id/);
refuses('an id with a colon', { id: 'a:b' }, /^id = "a:b": expected/);
refuses('an id with a line feed', { id: 'a\nb' }, /^id = "a\\nb": expected/);
refuses('an info of 256 bytes', { info: 'x'.repeat(256) }, /^info of 256 bytes/);
refuses('an info with a line feed', { info: 'a\n' }, /^info/);
refuses('a lifetime of 499 ms', { lifetimeMs: 499 }, /^lifetimeMs = 499: expected 500 to 600000 ms/);
refuses('a lifetime of 600,001 ms', { lifetimeMs: 600_001 }, /^lifetimeMs/);
refuses('a lifetime that is no number', { lifetimeMs: Number.NaN }, /^lifetimeMs/);
refuses('keepalives more often than each ms', { keepaliveMs: 0.9 }, /^keepaliveMs/);
refuses(
  'keepalives further apart than the lifetime',
  { lifetimeMs: 1_000, keepaliveMs: 1_001 },
  /^keepalive/,
);

test('an id is registered once, and again after it was withdrawn', async (t) => {
  const { monitor } = await makePair(t);
  const registration = await monitor.register({ cluster: 'c', id: '1' });
  const error = await t.throwsAsync(monitor.register({ cluster: 'c', id: '1' }), { instanceOf: UsageError });
  t.is(error.message, 'instance c:1 is registered already');
  registration.withdraw();
  await t.notThrowsAsync(monitor.register({ cluster: 'c', id: '1' }));
});

test('an id that was refused is free', async (t) => {
  const { monitor } = await makePair(t);
  await t.throwsAsync(monitor.register({ cluster: 'c', id: '1', lifetimeMs: 1 }));
  await t.notThrowsAsync(monitor.register({ cluster: 'c', id: '1' }));
});

test('an instance is kept alive each third of its lifetime, here and at the others, without doubt', async (t) => {
  const { clock, monitor, other } = await makePair(t);
  const states = new Set<string>();
  for (const side of [monitor, other])
    side.changes$.subscribe(({ changes }) => {
      for (const { instance } of changes) states.add(instance.state);
    });
  await monitor.register({ cluster: 'c', id: '1', lifetimeMs: 900 });
  clock.advanceBy(600_000);
  t.deepEqual([...states], ['alive']);
  t.is(other.view('c').get('1')?.state, 'alive');
});

test('an instance that must be kept alive by hand lapses without it', async (t) => {
  const { clock, monitor } = await makePair(t);
  const options = { cluster: 'c', id: '1', lifetimeMs: 1_000, keepaliveMs: false } as const;
  const registration = await monitor.register(options);
  clock.advanceBy(999);
  registration.keepAlive();
  clock.advanceBy(999);
  t.true(monitor.view('c').has('1'));
  clock.advanceBy(51); // the width of a slot of deadlines
  t.false(monitor.view('c').has('1'));
});

test('the others see the instance, its info, and each change of it at once', async (t) => {
  const { clock, monitor, other } = await makePair(t);
  const registration = await monitor.register({ cluster: 'c', id: 'é', info: 'grün' });
  clock.advanceBy(TOLD_MS);
  t.is(other.view('c').get('é')?.info, 'grün');
  registration.update('rot');
  clock.advanceBy(TOLD_MS);
  t.is(other.view('c').get('é')?.info, 'rot');
});

test('an info that is refused changes nothing', async (t) => {
  const { clock, monitor } = await makePair(t);
  const registration = await monitor.register({ cluster: 'c', id: '1', info: 'old' });
  t.throws(() => registration.update('a\nb'), { instanceOf: UsageError });
  clock.advanceBy(10_000);
  t.is(monitor.view('c').get('1')?.info, 'old');
});

test('an instance that is withdrawn is gone at once, here and at the others', async (t) => {
  const { clock, monitor, other } = await makePair(t);
  const registration = await monitor.register({ cluster: 'c', id: '1', lifetimeMs: 600_000 });
  clock.advanceBy(TOLD_MS);
  registration.withdraw();
  t.is(monitor.view('c').size, 0);
  clock.advanceBy(TOLD_MS);
  t.is(other.view('c').size, 0);
  t.notThrows(() => registration.withdraw());
});

test('an instance that was withdrawn can no longer be kept alive', async (t) => {
  const { monitor } = await makePair(t);
  const registration = await monitor.register({ cluster: 'c', id: '1' });
  registration.withdraw();
  t.throws(() => registration.keepAlive(), { instanceOf: UsageError });
  t.throws(() => registration.update('x'), { instanceOf: UsageError });
});

test('close withdraws what was registered, tells the others, and leaves no timer', async (t) => {
  const { clock, monitor, other } = await makePair(t);
  for (const id of ['1', '2']) await monitor.register({ cluster: 'c', id, lifetimeMs: 600_000 });
  clock.advanceBy(TOLD_MS);
  t.is(other.view('c').size, 2);
  await closeAll(clock, [monitor]);
  t.is(other.view('c').size, 0);
  await closeAll(clock, [other]);
  t.deepEqual([clock.armed.size, monitor.state], [0, 'closed']);
});

test('a monitor that is closed registers nothing', async (t) => {
  const { clock, monitor } = await makePair(t);
  await closeAll(clock, [monitor]);
  await t.throwsAsync(monitor.register({ cluster: 'c', id: '1' }), { instanceOf: UsageError });
});

test('a monitor that could not start leaves no timer', async (t) => {
  const clock = new CountingClock();
  const broken = new MemoryNetwork(clock, seededRandom(1)).attach('a');
  const failure = new Error('port taken');
  const transport: Transport = Object.assign(broken, { open: () => Promise.reject(failure) });
  const monitor = createMonitor({ identity: 'a', transports: [transport], clock });
  await monitor.register({ cluster: 'c', id: '1' });
  await t.throwsAsync(monitor.start(), { is: failure });
  await closeAll(clock, [monitor]);
  t.is(clock.armed.size, 0);
});

test('a process ends by itself within 2 s of closing its monitor on UDP', async (t) => {
  const program = `
    import { createMonitor } from './src/index.ts';
    const monitor = createMonitor({ identity: 'a', udpPort: ${await freePort()}, tcpPort: 0, clientPort: 0 });
    await monitor.start();
    await monitor.register({ cluster: 'c', id: '1' });
    await monitor.close();
    console.log(monitor.state);`;
  const args = ['--import=tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { cwd: join(ROOT), stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill());
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  const closedAt = performance.now();
  t.is(output.toString(), 'closed\n');
  const [exitCode] = await once(child, 'exit');
  t.is(exitCode, 0);
  t.true(performance.now() - closedAt < 2_000);
});

/** Knows which of its timers are armed. */
class CountingClock extends VirtualClock {
  readonly armed = new Set<TimerHandle>();

  override setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const fire = () => {
      this.armed.delete(handle);
      callback();
    };
    const handle = super.setTimeout(fire, delayMs);
    this.armed.add(handle);
    return handle;
  }

  override clearTimeout(handle: TimerHandle): void {
    this.armed.delete(handle);
    super.clearTimeout(handle);
  }
}

/** Two monitors that hear each other, with complete views. */
async function makePair(t: ExecutionContext) {
  const clock = new CountingClock();
  const network = new MemoryNetwork(clock, seededRandom(1));
  const [monitor, other] = ['a', 'b'].map((identity) =>
    createMonitor({ identity, transports: [network.attach(identity)], clock, random: seededRandom(2) }),
  ) as [Monitor, Monitor];
  for (const each of [monitor, other]) await each.start();
  clock.advanceBy(1_000);
  t.teardown(() => closeAll(clock, [monitor, other]));
  return { clock, monitor, other };
}

/** Closes monitors while time passes, for a farewell takes time. */
async function closeAll(clock: VirtualClock, monitors: readonly Monitor[]): Promise<void> {
  let isClosed = false;
  const closing = Promise.all(monitors.map((monitor) => monitor.close())).then(() => {
    isClosed = true;
  });
  while (!isClosed) {
    clock.advanceBy(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;
}

function accepts(what: string, options: Partial<InstanceOptions>): void {
  test(`register accepts ${what}`, async (t) => {
    const { monitor } = await makePair(t);
    const { cluster, id } = await monitor.register({ cluster: 'c', id: '1', ...options });
    t.true(monitor.view(cluster).has(id));
  });
}

function refuses(what: string, options: Partial<InstanceOptions>, message: RegExp): void {
  test(`register refuses ${what}`, async (t) => {
    const { monitor } = await makePair(t);
    const registering = monitor.register({ cluster: 'c', id: '1', ...options });
    await t.throwsAsync(registering, { instanceOf: UsageError, message });
  });
}

test('a subscriber that closes the monitor on the first change of a registration leaves no keepalive behind', async (t) => {
  const clock = new CountingClock();
  const monitor = createMonitor({ identity: 'a', transports: [], clock });
  await monitor.start();
  monitor.changes$.pipe(take(1)).subscribe(() => void monitor.close());
  await monitor.register({ cluster: 'c', id: '1' });
  for (let turn = 0; turn < 100; turn += 1) {
    await Promise.resolve();
    clock.advanceBy(10);
  }
  t.is(monitor.state, 'closed');
  t.is(clock.armed.size, 0);
});
