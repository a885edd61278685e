import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { LINES_MAX } from '../../src/config/ini.ts';
import { loadConfig, readConfigFile } from '../../src/config/load.ts';
import { defaultSettings, KNOWN_KEYS, SCHEMA } from '../../src/config/schema.ts';
import { settingsTable } from '../../src/config/settings-table.ts';
import { ConfigError } from '../../src/model/errors.ts';

/** A key as `vagus genkey` prints one. */
const SECRET = 'Zq7/ywL0W+8fWmZpnCz6pRD3e1XuWJ3nPeVb0vkD5Xk=';

const load = (text: string) => loadConfig({ text, file: 'vagus.ini' });
const errorsOf = (text: string) => load(text).errors.map(({ message }) => message);
const unknownOf = (text: string) => load(text).unknown.map(({ message }) => message);

test('an empty file gives the defaults, and nothing is said', (t) => {
  t.deepEqual(load(''), {
    settings: defaultSettings(),
    errors: [],
    unknown: [],
    isThere: true,
  });
});

test('the defaults are those of the original, on loopback, within limits', (t) => {
  t.deepEqual(defaultSettings(), {
    identity: '',
    instanceTimeoutMsMin: 500,
    instanceTimeoutMsMax: 600_000,
    announcementIntervalMsMin: 500,
    announcementIntervalMsMax: 10_000,
    clientPort: 8720,
    clientAddresses: ['127.0.0.1', '::1'],
    connectionsMax: 10_000,
    peersMax: 4_096,
    clustersMax: 10_000,
    instancesMax: 250_000,
    liveActorsMax: 2_000,
    hintsMax: 256,
    logLevel: 'info',
    realm: 'default',
    keys: [],
    compatibility: 'auto',
    udpPort: 8721,
    udpPeers: [],
    udpBroadcasts: [{}],
    multicastPort: 8722,
    multicastTtl: 3,
    multicastGroups: [],
    tcpPort: 8721,
    tcpPeers: [],
    tcpConnectionsMax: 1_000,
    inspect: false,
    webPort: 8724,
    webAddresses: ['127.0.0.1', '::1'],
    webConnectionsMax: 50,
  });
});

test('every default that a file can spell is accepted by its own key', (t) => {
  for (const { key, type, default: value } of Object.values(SCHEMA)) {
    if (key === 'identity' || key === 'broadcast') continue; // the host name, and {} for `*`
    for (const text of [value].flat()) t.deepEqual(type.parse(String(text)), { value: text });
  }
});

test('every key is read into its setting', (t) => {
  const text = `[main]
identity: web-7
instance-timeout-min: 1000
instance-timeout-max: 2000
announcement-interval-min: 250
announcement-interval-max: 5000
client-port: 18720
client-address: 0.0.0.0
client-address: ::
connections-max: 4
peers-max: 1
clusters-max: 2
instances-max: 3
live-actors-max: 5
hints-max: 7
log-level: debug
realm: staging
key: 0123456789abcdef
key: #/+=;0123456789abcdef
compatibility: off
[udp]
port: 18721
peer: 10.0.0.7
peer: [fe80::7]:9
broadcast: eth0:10.0.0.255
[udp-multicast]
port: 18722
ttl: 4
multicast: *:239.1.2.3
multicast: eth0:ff02::87
[tcp]
port: 18723
peer: 10.0.0.8
connections-max: 8
[web]
inspect: yes
port: 18724
address: 10.0.0.7
connections-max: 6
`;
  const { settings, errors, unknown } = load(text);
  t.deepEqual(settings, {
    identity: 'web-7',
    instanceTimeoutMsMin: 1_000,
    instanceTimeoutMsMax: 2_000,
    announcementIntervalMsMin: 250,
    announcementIntervalMsMax: 5_000,
    clientPort: 18_720,
    clientAddresses: ['0.0.0.0', '::'],
    connectionsMax: 4,
    peersMax: 1,
    clustersMax: 2,
    instancesMax: 3,
    liveActorsMax: 5,
    hintsMax: 7,
    logLevel: 'debug',
    realm: 'staging',
    keys: ['0123456789abcdef', '#/+=;0123456789abcdef'],
    compatibility: 'off',
    udpPort: 18_721,
    udpPeers: [
      { host: '10.0.0.7', port: 18_721 },
      { host: 'fe80::7', port: 9 },
    ],
    udpBroadcasts: [{ interfaceName: 'eth0', address: '10.0.0.255' }],
    multicastPort: 18_722,
    multicastTtl: 4,
    multicastGroups: [{ group: '239.1.2.3' }, { interfaceName: 'eth0', group: 'ff02::87' }],
    tcpPort: 18_723,
    tcpPeers: [{ host: '10.0.0.8', port: 18_723 }],
    tcpConnectionsMax: 8,
    inspect: true,
    webPort: 18_724,
    webAddresses: ['10.0.0.7'],
    webConnectionsMax: 6,
  });
  t.deepEqual([errors, unknown], [[], []]);
});

test('a peer without a port listens at the UDP port, wherever that is given', (t) => {
  t.deepEqual(load('[udp]\npeer: a\nport: 9').settings.udpPeers, [{ host: 'a', port: 9 }]);
});

test('indented lines are further values of a repeatable key', (t) => {
  t.deepEqual(load('[udp]\nbroadcast:\n  eth0\n  eth1 ; the other').settings.udpBroadcasts, [
    { interfaceName: 'eth0' },
    { interfaceName: 'eth1' },
  ]);
});

test('without any destination there is broadcast', (t) => {
  t.deepEqual(load('[udp]\nport: 9\n[tcp]\nport: 0').settings.udpBroadcasts, [{}]);
});

test('with a peer or a multicast group in any section, there is no broadcast unless it is asked for', (t) => {
  const group = '[udp-multicast]\nmulticast: *:239.0.0.1';
  for (const text of ['[udp]\npeer: a', '[tcp]\npeer: a', group]) {
    t.deepEqual(load(text).settings.udpBroadcasts, []);
    t.deepEqual(load(`${text}\n[udp]\nbroadcast: *`).settings.udpBroadcasts, [{}]);
  }
});

test('an error tells the file, the line, the key, what was found and what was expected', (t) => {
  const text = `${'\n'.repeat(10)}[main]\nannouncement-interval-min = ten`;
  const [error] = load(text).errors;
  t.true(error instanceof ConfigError);
  t.like(error, { code: 'CONFIG', file: 'vagus.ini', line: 12, key: 'announcement-interval-min' });
  t.is(error?.message, 'vagus.ini:12: announcement-interval-min = "ten": expected milliseconds, such as 500');
});

test('all errors are told at once, by line', (t) => {
  const text =
    '[udp]\nbroadcast: 999.1.1.1\npeer\n[main]\nidentity: a:b\nclient-port: 0\nclient-address: *\n';
  t.deepEqual(errorsOf(text), [
    'vagus.ini:2: broadcast = "999.1.1.1": expected *, an IPv4 address, an interface or both, such as *, 10.0.0.255, eth0 or eth0:10.0.0.255',
    'vagus.ini:3: "peer": expected a key and its value, such as client-port = 8720',
    'vagus.ini:5: identity = "a:b": expected 1 to 255 bytes of UTF-8 without colon and line feed, such as web-7',
    'vagus.ini:6: client-port = "0": expected a port from 1 to 65535, such as 8720',
    'vagus.ini:7: client-address = "*": expected an IP address, such as 127.0.0.1 or ::1',
  ]);
});

test('an empty value is an error', (t) => {
  t.is(errorsOf('[main]\nidentity:\nclient-address:').length, 2);
});

test('a key that takes one value and is given twice is an error with both lines', (t) => {
  t.deepEqual(errorsOf('[main]\nidentity: a\n[udp]\n[main]\nIdentity = a'), [
    'vagus.ini:5: identity: given again, first given in line 2: expected one value',
  ]);
});

test('a key that takes one value is not continued by an indented line', (t) => {
  t.deepEqual(errorsOf('[main]\nidentity: a\n  client-port = 1'), [
    'vagus.ini:3: identity: continued by an indented line, first given in line 2: expected one value',
  ]);
});

test('instance-timeout-min may equal instance-timeout-max, and must not exceed it', (t) => {
  t.deepEqual(errorsOf('[main]\ninstance-timeout-min: 700\ninstance-timeout-max: 700'), []);
  t.deepEqual(errorsOf('[main]\ninstance-timeout-max: 700\ninstance-timeout-min: 701'), [
    'vagus.ini:3: instance-timeout-min = 701: expected at most instance-timeout-max, which is 700',
  ]);
});

test('a minimum is held against the default of its maximum', (t) => {
  t.deepEqual(errorsOf('[main]\ninstance-timeout-min: 600001'), [
    'vagus.ini:2: instance-timeout-min = 600001: expected at most instance-timeout-max, which is 600000',
  ]);
});

test('announcement-interval-min is without effect, so it refuses no file', (t) => {
  t.deepEqual(errorsOf('[main]\nannouncement-interval-max: 400'), []);
});

test('a minimum is not held against a maximum that cannot be read', (t) => {
  t.is(errorsOf('[main]\ninstance-timeout-min: 600001\ninstance-timeout-max: 20s').length, 1);
});

test('originals are not spoken to with a key, nor in a realm of another name', (t) => {
  const key = `key: ${SECRET}\n`;
  t.deepEqual(errorsOf(`[main]\n${key}compatibility: on`), [
    'vagus.ini:3: compatibility = on: expected auto or off with a key, since originals know neither',
  ]);
  t.deepEqual(errorsOf('[main]\ncompatibility: on\nrealm: staging'), [
    'vagus.ini:2: compatibility = on: expected auto or off in a realm of another name than default, since originals know neither',
  ]);
  for (const compatibility of ['auto', 'off'])
    t.deepEqual(errorsOf(`[main]\nrealm: staging\n${key}compatibility: ${compatibility}`), []);
  t.deepEqual(errorsOf('[main]\nrealm: default\ncompatibility: on'), []);
});

test('whatever is wrong with a key, or with the line that it stands in, no message shows it', (t) => {
  const wrong = [
    `[main]\nkey: ${SECRET} ${SECRET}`,
    `[main]\nkey: ${SECRET.repeat(8)}`,
    `[main]\nkey:\n  ${SECRET} ${SECRET}`,
    `key: ${SECRET}`,
    `[main]\nkey ${SECRET}`,
    `[main]\n${SECRET.slice(0, -1)}`,
    `[main]\n${SECRET}`,
    `[main]\n${SECRET}=`,
    `[main]\n\n  ${SECRET}`,
    `[main]\n\n  key: ${SECRET}`,
    `[main]\nidentity: a\n  key: ${SECRET}`,
    `[udp]\npeer: a\n  key: ${SECRET}`,
    `[main]\nky: ${SECRET}`,
    `[kye]\nkey: ${SECRET}`,
  ];
  for (const text of wrong) {
    const { errors, unknown } = load(text);
    const told = JSON.stringify([...errors, ...unknown].map((error) => ({ ...error, text: error.message })));
    t.is(errors.length + unknown.length, 1, text);
    t.false(told.toLowerCase().includes(SECRET.slice(0, 8).toLowerCase()), told);
  }
});

test('an unknown section is told with the nearest known one, and its keys are left out', (t) => {
  const text = '[upd]\nport: x\nfoo: 1\n[Main]';
  t.deepEqual(unknownOf(text), [
    'vagus.ini:1: section "upd" is unknown: the nearest known one is "udp"',
    'vagus.ini:4: section "Main" is unknown: the nearest known one is "main"',
  ]);
  t.deepEqual(errorsOf(text), []);
});

test('an unknown key is told with the nearest known one', (t) => {
  t.deepEqual(unknownOf('[main]\nclient-prot: 1\n  2\n[udp]\npeers: a'), [
    'vagus.ini:2: key "client-prot" is unknown: the nearest known one is "client-port"',
    'vagus.ini:5: key "peers" is unknown: the nearest known one is "peer"',
  ]);
});

test('a known key in the wrong section is told with the right one', (t) => {
  t.deepEqual(unknownOf('[udp]\nclient-port: 1'), [
    'vagus.ini:2: key "client-port" is unknown: the nearest known one is "client-port" in section "main"',
  ]);
});

test('names that every object has are unknown like any other', (t) => {
  t.is(unknownOf('[__proto__]\n[constructor]\n[main]\n__proto__: 1\nconstructor: 2').length, 4);
});

test('the table has a line for each key', (t) => {
  const table = settingsTable();
  for (const key of [...KNOWN_KEYS.values()].flat()) t.true(table.includes(`\`${key}\``), key);
  t.true(
    table.includes(
      '| main | `announcement-interval-min` | `announcementIntervalMsMin` | milliseconds, 50 to 600000 | 500 | yes | yes | Accepted for the sake',
    ),
  );
  t.true(
    table.includes(
      '| main | `client-address`, repeatable | `clientAddresses` | an IP address | 127.0.0.1, ::1 | no | no | Where the',
    ),
  );
  t.true(
    table.includes(
      '| main | `key`, repeatable | `keys` | 16 to 255 printable ASCII characters without space | none | no | yes |',
    ),
  );
  t.true(table.split('\n').every((line) => line === '' || line.split('|').length === 10));
});

test('a file is read from disk', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'vagus-config-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'my.ini');
  writeFileSync(path, '\ufeff[main]\r\nidentity = web-7\r\nclient-port = x\r\n');
  const { settings, errors } = readConfigFile(path, { isDefaultPath: false });
  t.is(settings.identity, 'web-7');
  t.is(errors[0]?.message, `${path}:3: client-port = "x": expected a port, such as 8720`);
});

test('a missing file is fine when the user named none', (t) => {
  const path = join(tmpdir(), 'vagus-config-missing.ini');
  t.deepEqual(readConfigFile(path, { isDefaultPath: true }), { ...load(''), isThere: false });
});

test('a missing file is an error when the user named it', (t) => {
  const path = join(tmpdir(), 'vagus-config-missing.ini');
  const { settings, errors } = readConfigFile(path, { isDefaultPath: false });
  t.is(errors.length, 1);
  t.true(errors[0] instanceof ConfigError);
  t.regex(errors[0]?.message ?? '', /missing\.ini: ENOENT.*: expected a text file that can be read$/);
  t.deepEqual(settings, defaultSettings());
});

const deviceTest = existsSync('/dev/zero') ? test : test.skip;

deviceTest('a file that never ends is refused when it is longer than a file may be', (t) => {
  const { errors } = readConfigFile('/dev/zero', { isDefaultPath: false });
  t.deepEqual(
    errors.map(({ message }) => message),
    ['/dev/zero: has 1048577 bytes: expected at most 1048576'],
  );
});

test('a directory is an error, also in the default place', (t) => {
  const { errors } = readConfigFile(tmpdir(), { isDefaultPath: true });
  t.regex(errors[0]?.message ?? '', /EISDIR.*: expected a text file that can be read$/);
});

test('a file with a fault in each of very many lines is loaded', (t) => {
  for (const line of ['\n a', '\nport=', '\n:', '\nx=', '\n[x]']) {
    const { errors, unknown } = load(`[udp]\nport=1${line.repeat(LINES_MAX - 2)}`);
    t.is(errors.length + unknown.length, LINES_MAX - 2);
  }
});

/** Texts of known and unknown words, more likely to mean something than any characters are. */
const configTexts = fc
  .array(
    fc.constantFrom(
      ...[...KNOWN_KEYS.keys()].map((section) => `\n[${section}]\n`),
      ...[...KNOWN_KEYS.values()].flat().map((key) => `\n${key}: `),
      ...[
        '\n',
        ' ',
        '=',
        ':',
        '0',
        '8721',
        '-1',
        '999.1.1.1',
        '[::1]:1',
        '*',
        'eth0',
        'nonsense',
        ' ;',
        '\ufffd',
      ],
    ),
  )
  .map((parts) => parts.join(''));

testProp(
  'any text is loaded without an exception, and gives a whole configuration',
  [fc.oneof(fc.string({ unit: 'binary' }), configTexts)],
  (t, text) => {
    const { settings, errors, unknown } = load(text);
    t.deepEqual(Object.keys(settings), Object.keys(SCHEMA));
    t.true([...errors, ...unknown].every((error) => error instanceof ConfigError));
    if (errors.length === 0) t.true(settings.instanceTimeoutMsMin <= settings.instanceTimeoutMsMax);
  },
);
