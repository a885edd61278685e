/** The grammar: which lines are commands, and which cut their sender off. */
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { type Command, parseCommand } from '../../src/client/grammar.ts';

const DAY_MS = 86_400_000;

/** `SEED=…` replays a run; the seed stands in the title. */
const seeded = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

/** The lifetime of a keepalive whose lifetime field is given; undefined when the line is no command. */
function lifetimeOf(field: string): number | undefined {
  const command = parseCommand(`keepalive c:1:${field}`);
  return command?.name === 'keepalive' ? command.keepalive.lifetimeMs : undefined;
}

/** Each line is the command beside it. */
function reads(title: string, lines: Record<string, Command | undefined>): void {
  test(title, (t) => {
    for (const [line, command] of Object.entries(lines)) {
      t.deepEqual(parseCommand(line), command, JSON.stringify(line));
    }
  });
}

reads('a command without arguments ignores what follows its space', {
  getversion: { name: 'getversion' },
  'getversion ': { name: 'getversion' },
  'getversion foo bar': { name: 'getversion' },
  'getclusters whatever': { name: 'getclusters' },
  'getvaguslist x': { name: 'getvaguslist' },
  capabilities: { name: 'capabilities' },
  'realms x': { name: 'realms' },
});

reads('quit and exit are one command', {
  quit: { name: 'quit' },
  exit: { name: 'quit' },
  'exit\r': { name: 'quit' },
});

reads('a line of nothing but carriage returns says nothing', {
  '': { name: 'nothing' },
  '\r': { name: 'nothing' },
  '\r\r': { name: 'nothing' },
});

reads('all carriage returns at the end are stripped, none inside', {
  'getversion\r\r\r': { name: 'getversion' },
  'poll a\rb\r': { name: 'poll', cluster: 'a\rb' },
});

reads('a command is told from the next by case, and begins at the first byte', {
  GETVERSION: undefined,
  ' getversion': undefined,
  ' ': undefined,
  'getversion\tx': undefined,
  frobnicate: undefined,
  toString: undefined,
});

reads('poll, pollx and watch take the whole argument as a cluster, of any length', {
  'poll p3 ': { name: 'poll', cluster: 'p3 ' },
  'poll  p3': { name: 'poll', cluster: ' p3' },
  'pollx p3:1': { name: 'pollx', cluster: 'p3:1' },
  'watch p3': { name: 'watch', cluster: 'p3' },
  [`poll ${'c'.repeat(256)}`]: { name: 'poll', cluster: 'c'.repeat(256) },
  poll: undefined,
  'poll ': undefined,
  'pollx ': undefined,
  'watch ': undefined,
});

reads('the info of a keepalive is all after the third colon', {
  'keepalive c:1:2500:a:b::c:': keepalive({ info: 'a:b::c:' }),
  'keepalive c:1:2500:': keepalive({ info: '' }),
  'keepalive c:1:2500': keepalive({ info: '' }),
  'keepalive c:1:2500: a ; b': keepalive({ info: ' a ; b' }),
});

reads('names and info are bytes, none of which means anything', {
  'keepalive \x00 \x80:\xff\r\x01:2500:\x80\x00': keepalive({
    cluster: '\x00 \x80',
    id: '\xff\r\x01',
    info: '\x80\x00',
  }),
});

reads('a keepalive without cluster, id or lifetime is no command', {
  keepalive: undefined,
  'keepalive ': undefined,
  'keepalive c': undefined,
  'keepalive c:1': undefined,
  'keepalive :1:2500': undefined,
  'keepalive c::2500': undefined,
  'keepalive c:1:': undefined,
});

reads('a name holds 255 bytes, not 256; so does the info', {
  [`keepalive ${'c'.repeat(255)}:1:2500`]: keepalive({ cluster: 'c'.repeat(255) }),
  [`keepalive ${'c'.repeat(256)}:1:2500`]: undefined,
  [`keepalive c:${'i'.repeat(255)}:2500`]: keepalive({ id: 'i'.repeat(255) }),
  [`keepalive c:${'i'.repeat(256)}:2500`]: undefined,
  [`keepalive c:1:2500:${'x'.repeat(255)}`]: keepalive({ info: 'x'.repeat(255) }),
  [`keepalive c:1:2500:${'x'.repeat(256)}`]: undefined,
});

reads('withdraw and explain take a cluster and an id', {
  'withdraw c:1': { name: 'withdraw', cluster: 'c', id: '1' },
  'explain c:1': { name: 'explain', cluster: 'c', id: '1' },
  'withdraw c:': undefined,
  'withdraw :1': undefined,
  'withdraw c:1:2': undefined,
  withdraw: undefined,
});

test('withdraw and explain without a colon are no commands', (t) => {
  t.is(parseCommand('withdraw foo'), undefined);
  t.is(parseCommand('explain foo'), undefined);
});

test('a lifetime is read as int() reads it', (t) => {
  const lifetimes: Record<string, number | undefined> = {
    2500: 2500,
    '+2500': 2500,
    '0002500': 2500,
    ' \t\n\v\f\r2500 \t\v\f': 2500,
    '- 5': -5,
    '-\t5': -5,
    '-1000': -1000,
    '': undefined,
    ' ': undefined,
    '+': undefined,
    '--5': undefined,
    '5 5': undefined,
    '2500.5': undefined,
    '1e3': undefined,
    '0x9c4': undefined,
    '2500L': undefined,
    '2_500': undefined,
    '25\x0000': undefined,
    '\xa0500': undefined,
    '\x1c500': undefined,
    '\x85500': undefined,
    Infinity: undefined,
  };
  for (const [field, lifetimeMs] of Object.entries(lifetimes)) {
    t.is(lifetimeOf(field), lifetimeMs, JSON.stringify(field));
  }
});

test('a lifetime of more than a day is a day, of any number of digits and either sign', (t) => {
  t.is(lifetimeOf(`${DAY_MS}`), DAY_MS);
  t.is(lifetimeOf(`${DAY_MS + 1}`), DAY_MS);
  t.is(lifetimeOf('9'.repeat(20)), DAY_MS);
  t.is(lifetimeOf('9'.repeat(60_000)), DAY_MS);
  t.is(lifetimeOf(`-${'9'.repeat(500)}`), -DAY_MS);
});

test('hostile white space in a lifetime takes linear time', (t) => {
  const spaces = ' '.repeat(65_000);
  const hostile = [`${spaces}x`, `x${spaces}`, `+${spaces}x`, `${spaces}+${spaces}`, `1${spaces}x`, spaces];
  const startedAt = performance.now();
  for (const field of hostile) t.is(lifetimeOf(field), undefined);
  t.true(performance.now() - startedAt < 500, 'quadratic time would be seconds');
});

const field = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) });

testProp(
  'any line is a command or none, and never throws',
  [field],
  (t, line) => {
    t.notThrows(() => parseCommand(line));
  },
  seeded,
);

testProp(
  'what is written as a keepalive is read as the same keepalive',
  [field, field, fc.integer({ min: -DAY_MS, max: DAY_MS }), field],
  (t, cluster, id, lifetimeMs, info) => {
    const isValid =
      [cluster, id].every((name) => /^[^:\n]{1,255}$/.test(name)) && /^[^\n]{0,255}$/.test(info);
    const isKept = isValid && !info.endsWith('\r');
    const command = parseCommand(`keepalivepoll ${cluster}:${id}:${lifetimeMs}:${info}`);
    if (isKept) t.deepEqual(command, { name: 'keepalivepoll', keepalive: { cluster, id, lifetimeMs, info } });
    else t.pass();
  },
  seeded,
);

test('a hint names a transport, a family, an address of it and a port', (t) => {
  const hintOf = (line: string) => {
    const command = parseCommand(`vagushint ${line}`);
    return command?.name === 'vagushint' ? command.hint : undefined;
  };
  t.deepEqual(hintOf('udp4:192.0.2.7:1'), { transport: 'udp', host: '192.0.2.7', port: 1 });
  t.deepEqual(hintOf('tcp4:192.0.2.7:65535'), { transport: 'tcp', host: '192.0.2.7', port: 65_535 });
  t.deepEqual(hintOf('udp6:[2001:db8::7]:8721'), { transport: 'udp', host: '2001:db8::7', port: 8721 });
  t.deepEqual(hintOf('tcp6:[fe80::7%eth0]:8721'), { transport: 'tcp', host: 'fe80::7%eth0', port: 8721 });
  const wrong = ['', 'udp4', 'udp4:192.0.2.7', 'udp4:192.0.2.7:0', 'udp4:192.0.2.7:65536', 'udp4:1.2.3:8721'];
  const mixed = [
    'udp4:[::1]:8721',
    'udp6:192.0.2.7:8721',
    'udp6:[192.0.2.7]:8721',
    'udp6:::1:8721',
    'udp:::1:1',
  ];
  const strange = [
    'sctp4:192.0.2.7:1',
    'udp4:web-7:1',
    'udp4:192.0.2.7:1 ',
    'udp6:[]:1',
    `udp6:[${':'.repeat(9_999)}]:1`,
  ];
  const nobody = [
    'udp4:0.0.0.0:1',
    'udp4:255.255.255.255:1',
    'tcp4:224.0.0.1:1',
    'udp6:[::]:1',
    'udp6:[0:0::0]:1',
  ];
  const many = ['udp6:[ff02::1]:1', 'udp6:[ff02::1%eth0]:1', 'tcp6:[::ffff:10.0.0.1]:1'];
  for (const line of [...wrong, ...mixed, ...strange, ...nobody, ...many])
    t.is(hintOf(line), undefined, line);
});

function keepalive(parts: { cluster?: string; id?: string; info?: string }): Command {
  return { name: 'keepalive', keepalive: { cluster: 'c', id: '1', lifetimeMs: 2500, info: '', ...parts } };
}
