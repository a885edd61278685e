/** The commands: what each wants changed, and what it answers, byte for byte. */
import test from 'ava';
import {
  asksForMembers,
  formatSeconds,
  type Intent,
  intentOf,
  type Members,
  type MonitorLine,
  replyTo,
  watchLine,
} from '../../src/client/commands.ts';
import { parseCommand } from '../../src/client/grammar.ts';
import { View } from '../../src/membership/view.ts';
import { Instance } from '../../src/model/instance.ts';

const BOUNDS = { instanceTimeoutMsMin: 500, instanceTimeoutMsMax: 600_000 };

const instance = (rawId: string, rawInfo = '', rawMonitor = 'hosta') =>
  new Instance({
    rawCluster: 'c',
    rawId,
    rawInfo,
    rawMonitor,
    isLocal: rawMonitor === 'hosta',
    state: 'alive',
    reason: 'announced',
    sinceAt: 0,
    incarnation: 1,
  });

/** Members who know one cluster, `c`. */
function membersOf(instances: readonly Instance[], others: Partial<Members> = {}): Members {
  const view = new View('c', 1, instances);
  return {
    view: (cluster) => (cluster === 'c' ? view : new View(cluster, 1, [])),
    clusterNames: () => ['c'],
    monitors: () => [],
    endOfLifeMs: () => 1_795_349_966_050,
    explain: () => [],
    realms: () => [],
    ...others,
  };
}

const nobody = membersOf([]);
const answer = (line: string, members = nobody) => replyTo(parseCommand(line)!, members);
const intent = (line: string): Intent | undefined => intentOf(parseCommand(line)!, BOUNDS);
const lifetimeOf = (line: string) => {
  const wanted = intent(line);
  return wanted?.kind === 'keepAlive' ? wanted.keepalive.lifetimeMs : wanted;
};

test('getversion answers 1', (t) => {
  t.is(answer('getversion'), '1\n\n');
});

test('capabilities names what the original had not', (t) => {
  t.is(answer('capabilities'), 'watch\nwithdraw\nexplain\nrealms\n\n');
});

test('a keepalive, a withdrawal and an unknown cluster are answered by an empty line', (t) => {
  for (const line of ['keepalive c:1:1', 'withdraw c:1', 'poll x', 'pollx x', 'keepalivepoll x:1:0'])
    t.is(answer(line), '\n', line);
});

test('an empty line and quit have no answer', (t) => {
  t.is(answer(''), '');
  t.is(answer('quit'), '');
});

test('poll and keepalivepoll list id and info', (t) => {
  const members = membersOf([instance('1', 'a:b'), instance('2')]);
  t.is(answer('poll c', members), '1:a:b\n2\n\n');
  t.is(answer('keepalivepoll c:3:2500', members), '1:a:b\n2\n\n');
});

test('pollx lists the monitor and the end of life between id and info', (t) => {
  const members = membersOf([instance('1', 'a'), instance('2', '', 'hostb')]);
  t.is(answer('pollx c', members), '1:hosta:1795349966.05:a\n2:hostb:1795349966.05\n\n');
});

test('those with info come first, then those without', (t) => {
  t.is(
    answer('poll c', membersOf([instance('1'), instance('3', 'x'), instance('2', 'x')])),
    '2:x\n3:x\n1\n\n',
  );
});

test('ids sort as numbers where all of them are numbers', (t) => {
  t.is(answer('poll c', membersOf(['10', '9', '100'].map((id) => instance(id)))), '9\n10\n100\n\n');
});

test('ids sort as bytes where one of them is no number', (t) => {
  t.is(
    answer('poll c', membersOf(['10', '9', 'a', '\xff', '\x01'].map((id) => instance(id)))),
    '\x01\n10\n9\na\n\xff\n\n',
  );
});

test('numbers of equal value keep one order, whatever the order that they came in', (t) => {
  const ids = ['7', '007', '07'];
  t.is(answer('poll c', membersOf(ids.map((id) => instance(id)))), '007\n07\n7\n\n');
  t.is(answer('poll c', membersOf(ids.reverse().map((id) => instance(id)))), '007\n07\n7\n\n');
});

test('getclusters lists every cluster that is known, sorted', (t) => {
  t.is(
    answer('getclusters', membersOf([], { clusterNames: () => ['b', 'a', '\xff', ' '] })),
    ' \na\nb\n\xff\n\n',
  );
  t.is(answer('getclusters', membersOf([], { clusterNames: () => [] })), '\n');
});

test('getvaguslist has four fields, whole milliseconds and an address that may hold colons', (t) => {
  const own: MonitorLine = { identity: 'a', lastSeenMs: 1.9, endOfLifeMs: 20_001.9, address: '' };
  const other: MonitorLine = { ...own, identity: 'b', address: 'fe80::1' };
  t.is(
    answer('getvaguslist', membersOf([], { monitors: () => [own, other] })),
    ['a:1:20001:\n', 'b:1:20001:fe80::1\n\n'].join(''),
  );
});

test('realms answers how many monitors are known of each, when one was heard, and its name, which may hold colons', (t) => {
  const own = { monitorsCount: 3, lastSeenMs: 1.9, realm: 'a:b' };
  const sealed = { monitorsCount: 1, lastSeenMs: 2, realm: '' };
  t.is(answer('realms', membersOf([], { realms: () => [own, sealed] })), '3:1:a:b\n1:2:\n\n');
});

test('explain answers what the members tell of an id', (t) => {
  const explain = (cluster: string, id: string) => [`${cluster} ${id}`];
  t.is(answer('explain c:1', membersOf([], { explain })), 'c 1\n\n');
});

test('watch tells the state and why, and then the info', (t) => {
  t.is(
    answer('watch c', membersOf([instance('1', 'a:b'), instance('2')])),
    '1:hosta:alive:announced:a:b\n2:hosta:alive:announced\n\n',
  );
  t.is(watchLine(instance('1')), '1:hosta:alive:announced');
});

test('a keepalive is clamped to the bounds of lifetimes', (t) => {
  t.is(lifetimeOf('keepalive c:1:499'), 500);
  t.is(lifetimeOf('keepalive c:1:500'), 500);
  t.is(lifetimeOf('keepalive c:1:600000'), 600_000);
  t.is(lifetimeOf('keepalive c:1:600001'), 600_000);
  t.is(lifetimeOf('keepalive c:1:0'), 500);
  t.is(lifetimeOf('keepalive c:1:-1000'), 500);
});

test('a keepalivepoll is not clamped', (t) => {
  t.is(lifetimeOf('keepalivepoll c:1:1'), 1);
  t.is(lifetimeOf('keepalivepoll c:1:1200000'), 1_200_000);
});

test('a keepalivepoll with a lifetime of nothing or less is a withdrawal', (t) => {
  const withdrawal = { kind: 'withdraw', cluster: 'c', id: '1' } as const;
  for (const lifetime of ['0', '-0', '-1']) t.deepEqual(intent(`keepalivepoll c:1:${lifetime}`), withdrawal);
  t.deepEqual(intent('withdraw c:1'), withdrawal);
});

test('a question wants nothing changed', (t) => {
  for (const line of [
    'poll c',
    'pollx c',
    'getclusters',
    'getvaguslist',
    'realms',
    'getversion',
    'watch c',
    '',
  ])
    t.is(intent(line), undefined, line);
});

test('what depends on who is known waits for the first view, nothing else does', (t) => {
  const waits = (line: string) => asksForMembers(parseCommand(line)!);
  for (const line of ['poll c', 'pollx c', 'getclusters', 'watch c', 'keepalivepoll c:1:1'])
    t.true(waits(line), line);
  for (const line of ['keepalive c:1:1', 'withdraw c:1', 'getversion', 'getvaguslist', 'realms', 'quit', ''])
    t.false(waits(line), line);
});

test('seconds print as %.12g prints a time of this century', (t) => {
  t.is(formatSeconds(1_795_349_966_050), '1795349966.05');
  t.is(formatSeconds(1_795_349_966_000), '1795349966.0');
  t.is(formatSeconds(1_795_349_966_100.4), '1795349966.1');
  t.is(formatSeconds(1_795_349_966_994.9), '1795349966.99');
  t.is(formatSeconds(1_795_349_966_995.1), '1795349967.0');
});
