/** A session with a line that is no socket: what it answers, when it waits, and when it cuts. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Subject } from 'rxjs';
import type { Intent } from '../../src/client/commands.ts';
import { LINE_BYTES_MAX, Session } from '../../src/client/session.ts';
import { View } from '../../src/membership/view.ts';
import type { Change } from '../../src/model/change.ts';
import { Instance, type LifecycleState } from '../../src/model/instance.ts';

/** `SEED=…` replays a run; the seed stands in the title. */
const seeded = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

const instance = (rawId: string, rawInfo: string, state: LifecycleState = 'alive') =>
  new Instance({
    rawCluster: 'c',
    rawId,
    rawInfo,
    rawMonitor: 'm',
    isLocal: true,
    state,
    reason: 'announced',
    sinceAt: 0,
    incarnation: 1,
  });

/** A session, and both of its sides. A keepalive shows in the next poll, as it does in a monitor. */
function converse({ isComplete = true, canWrite = true } = {}) {
  const instances = new Map<string, Instance>();
  const changes = new Subject<readonly Change[]>();
  const sides = {
    isComplete,
    canWrite,
    writes: [] as string[],
    ended: 0,
    cut: 0,
    changes,
    counted: [] as string[],
  };
  const carryOut = (intent: Intent) => {
    if (intent.kind === 'withdraw') instances.delete(intent.id);
    else if (intent.kind === 'keepAlive')
      instances.set(intent.keepalive.id, instance(intent.keepalive.id, intent.keepalive.info));
  };
  const household = {
    tuning: { instanceTimeoutMsMin: 500, instanceTimeoutMsMax: 600_000 },
    isComplete: () => sides.isComplete,
    carryOut,
    changesOf: () => changes,
    count: (cut: string) => sides.counted.push(cut),
    members: {
      view: (cluster: string) => new View(cluster, 1, [...instances.values()]),
      clusterNames: () => [],
      monitors: () => [],
      endOfLifeMs: () => 0,
      explain: () => [],
      realms: () => [],
    },
  };
  const session = new Session(household, {
    write: (bytes) => {
      sides.writes.push(bytes);
      return sides.canWrite;
    },
    end: () => {
      sides.ended += 1;
    },
    cut: () => {
      sides.cut += 1;
    },
  });
  return { session, sides, written: () => sides.writes.join('') };
}

const change = (id: string, to: LifecycleState = 'alive'): Change => ({
  instance: instance(id, '', to),
  from: 'unknown',
  to,
});

test('a line is answered when its line feed comes', (t) => {
  const { session, written } = converse();
  session.receive('getversion\r');
  t.is(written(), '');
  session.receive('\n');
  t.is(written(), '1\n\n');
});

test('the lines of one piece are answered in order and with one write', (t) => {
  const { session, sides } = converse();
  session.receive('keepalive c:1:2500:x\npoll c\nkeepalivepoll c:1:0\ngetversion\n');
  t.deepEqual(sides.writes, ['\n1:x\n\n\n1\n\n']);
});

test('what was answered before a malformed line is sent, what follows it is not', (t) => {
  const { session, sides, written } = converse();
  session.receive('getversion\nfrobnicate\nkeepalive c:1:2500\ngetversion\n');
  session.receive('getversion\n');
  t.is(written(), '1\n\n');
  t.true(sides.ended > 0);
  t.deepEqual(sides.counted, ['lines.malformed']);
});

test('quit ends the connection without a byte, and is not counted', (t) => {
  const { session, sides } = converse();
  session.receive('quit\ngetversion\n');
  t.deepEqual([sides.writes, sides.counted], [[], []]);
  t.is(sides.ended, 1);
});

test('an empty line is no answer and no end', (t) => {
  const { session, sides } = converse();
  session.receive('\n\r\n\n');
  t.deepEqual([sides.writes, sides.ended], [[], 0]);
});

test('the end of the input ends the last line, which counts', (t) => {
  const { session, sides, written } = converse();
  session.receive('keepalive c:1:2500\npoll c');
  session.finish();
  t.is(written(), '\n1\n\n');
  t.is(sides.ended, 1);
});

test('the end of an empty input ends the connection', (t) => {
  const { session, sides } = converse();
  session.finish();
  t.is(sides.ended, 1);
});

test('a line of 65,536 bytes is read, whether or not it has ended', (t) => {
  const { session, sides, written } = converse();
  session.receive(`poll ${'z'.repeat(LINE_BYTES_MAX - 5)}`);
  t.deepEqual([written(), sides.ended], ['', 0]);
  session.receive('\n');
  t.deepEqual([written(), sides.ended], ['\n', 0]);
});

test('a line of 65,537 bytes is cut, whether or not it has ended', (t) => {
  for (const end of ['', '\n']) {
    const { session, sides } = converse();
    session.receive(`poll ${'z'.repeat(LINE_BYTES_MAX - 4)}${end}`);
    t.deepEqual([sides.writes, sides.ended, sides.counted], [[], 1, ['lines.tooLong']]);
  }
});

test('a client that does not read is not answered further, and its input waits', (t) => {
  const { session, sides, written } = converse({ canWrite: false });
  session.receive('getversion\n');
  t.true(session.isStuck);
  session.receive('getversion\ngetversion\n');
  t.is(written(), '1\n\n');
  sides.canWrite = true;
  session.resume(true);
  t.is(written(), '1\n\n1\n\n1\n\n');
  t.false(session.isStuck);
});

test('a client that does not read has little more than one piece of replies waiting', (t) => {
  const { session, sides } = converse({ canWrite: false });
  session.receive(`keepalive c:1:2500:${'x'.repeat(250)}\n${'poll c\n'.repeat(9_000)}`);
  t.is(sides.writes.length, 1);
  t.true(sides.writes[0]!.length < 65_536 + 300);
});

test('the end of the input waits until the client has read', (t) => {
  const { session, sides, written } = converse({ canWrite: false });
  session.receive('getversion\ngetversion');
  session.finish();
  t.deepEqual([written(), sides.ended], ['1\n\n', 0]);
  session.resume(true);
  t.deepEqual([written(), sides.ended], ['1\n\n1\n\n', 1]);
});

test('a question waits for the first complete view, and what follows it waits with it', (t) => {
  const { session, sides, written } = converse({ isComplete: false });
  session.receive('keepalive c:1:2500\ngetversion\npoll c\nkeepalive c:2:2500\ngetversion\n');
  t.is(written(), '\n1\n\n');
  sides.isComplete = true;
  session.resume();
  t.is(written(), '\n1\n\n1\n\n\n1\n\n');
});

test('while it waits for the first view it takes up to a line more, then it is stuck', (t) => {
  const { session, sides } = converse({ isComplete: false });
  session.receive(`poll c\n${'\n'.repeat(LINE_BYTES_MAX - 7)}`);
  t.false(session.isStuck);
  session.receive('\n');
  t.true(session.isStuck);
  sides.isComplete = true;
  session.resume();
  t.false(session.isStuck);
});

test('a watcher gets the list and then each change', (t) => {
  const { session, sides } = converse();
  session.receive('keepalive c:1:2500\nwatch c\n');
  sides.changes.next([change('2')]);
  t.deepEqual(sides.writes, ['\n1:m:alive:announced\n\n', '2:m:alive:announced\n']);
});

test('what a watcher sends is ignored', (t) => {
  const { session, sides, written } = converse();
  session.receive('watch c\ngetversion\n');
  session.receive('frobnicate\n');
  t.deepEqual([written(), sides.ended], ['\n', 0]);
});

test('a watcher that does not read is told of each id the newest when he does', (t) => {
  const { session, sides } = converse();
  session.receive('watch c\n');
  sides.canWrite = false;
  sides.changes.next([change('1')]);
  sides.writes.length = 0;
  for (const state of ['suspect', 'dead', 'alive'] as const) sides.changes.next([change('1', state)]);
  sides.changes.next([change('2'), change('3', 'dead')]);
  t.deepEqual(sides.writes, []);
  session.resume();
  t.deepEqual(sides.writes, [], 'he has not read yet');
  sides.canWrite = true;
  session.resume(true);
  t.deepEqual(sides.writes, ['1:m:alive:announced\n2:m:alive:announced\n3:m:dead:announced\n']);
  session.resume(true);
  t.is(sides.writes.length, 1);
});

test('changes that come together are written together', (t) => {
  const { session, sides } = converse();
  session.receive('watch c\n');
  sides.writes.length = 0;
  sides.changes.next([change('1'), change('1', 'dead'), change('2')]);
  t.deepEqual(sides.writes, ['1:m:alive:announced\n1:m:dead:announced\n2:m:alive:announced\n']);
});

test('a client that is given up is cut, counted and told nothing more', (t) => {
  const { session, sides } = converse();
  session.receive('watch c\n');
  session.giveUp();
  session.giveUp();
  t.deepEqual([sides.counted, sides.changes.observed], [['connections.unread'], false]);
  t.true(sides.cut > 0);
});

test('a watcher that is gone is told nothing more', (t) => {
  const { session, sides } = converse();
  session.receive('watch c\n');
  session.close();
  t.false(sides.changes.observed);
});

test('the end of the input ends a watch', (t) => {
  const { session, sides } = converse();
  session.receive('watch c\n');
  session.finish();
  t.is(sides.ended, 1);
});

const commands = [
  'getversion',
  'keepalive c:1:2500:a',
  'keepalivepoll c:2:2500',
  'poll c',
  '',
  'junk',
  'quit',
];
const input = fc.array(fc.constantFrom(...commands), { maxLength: 12 }).map((lines) => lines.join('\r\n'));

testProp(
  'pieces of any size give the same replies',
  [input, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })],
  (t, text, sizes) => {
    const whole = converse();
    whole.session.receive(text);
    whole.session.finish();
    const pieces = converse();
    for (let at = 0, turn = 0; at < text.length; turn += 1) {
      const size = sizes[turn % sizes.length]!;
      pieces.session.receive(text.slice(at, at + size));
      at += size;
    }
    pieces.session.finish();
    t.is(pieces.written(), whole.written());
    t.true(pieces.sides.ended > 0 && whole.sides.ended > 0);
  },
  seeded,
);
