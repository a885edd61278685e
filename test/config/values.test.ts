import test from 'ava';
import { SCHEMA } from '../../src/config/schema.ts';
import {
  addressType,
  booleanType,
  broadcastType,
  identityType,
  integerType,
  keyType,
  logLevelType,
  multicastType,
  peerType,
  portType,
  quoted,
  quotedUnlessSecret,
  realmType,
  type ValueType,
} from '../../src/config/values.ts';

/** The value, or undefined when the text is refused. */
function parsedOf<Value>(type: ValueType<Value>, text: string): Value | undefined {
  const parsed = type.parse(text);
  return 'value' in parsed ? parsed.value : undefined;
}

/** What was expected, or undefined when the text is accepted. */
function expectedOf(type: ValueType<unknown>, text: string): string | undefined {
  const parsed = type.parse(text);
  return 'expected' in parsed ? parsed.expected : undefined;
}

const all = (low: number, high: number) =>
  Array.from({ length: high - low + 1 }, (_, at) => String.fromCharCode(low + at));

const tens = integerType({ unit: 'apples', min: 10, max: 20, example: 12 });

test('a whole number is accepted at both ends of its range', (t) => {
  t.is(parsedOf(tens, '10'), 10);
  t.is(parsedOf(tens, '20'), 20);
  t.is(parsedOf(tens, '+0011'), 11);
});

test('a number beyond its range is refused with the range', (t) => {
  for (const text of ['9', '21', '-15', '9'.repeat(400)]) {
    t.is(expectedOf(tens, text), 'apples from 10 to 20, such as 12');
  }
});

test('what is no whole number is refused with its unit', (t) => {
  for (const text of ['', 'ten', '12.5', '1e1', '0xc', '12L', '12 ms', '1 2', '12\n']) {
    t.is(expectedOf(tens, text), 'apples, such as 12');
  }
});

test('a port reaches from 1 to 65535', (t) => {
  const type = portType({ min: 1, example: 8720 });
  t.is(parsedOf(type, '1'), 1);
  t.is(parsedOf(type, '65535'), 65_535);
  t.is(expectedOf(type, '0'), 'a port from 1 to 65535, such as 8720');
  t.is(expectedOf(type, '65536'), 'a port from 1 to 65535, such as 8720');
});

test('a port may be 0 only where that turns its owner off', (t) => {
  t.is(parsedOf(portType({ min: 0, example: 8721 }), '0'), 0);
});

test('an identity has 1 to 255 bytes of UTF-8', (t) => {
  t.is(parsedOf(identityType, 'w'), 'w');
  t.is(parsedOf(identityType, `${'é'.repeat(127)}x`), `${'é'.repeat(127)}x`);
  t.is(expectedOf(identityType, ''), '1 to 255 bytes of UTF-8 without colon and line feed, such as web-7');
  t.is(parsedOf(identityType, 'é'.repeat(128)), undefined);
});

test('an identity with a colon, a line feed or bytes that were no UTF-8 is refused', (t) => {
  for (const text of ['web:7', 'web\n7', 'm\ufffdller']) t.is(parsedOf(identityType, text), undefined);
});

test('an IP address of either family is accepted', (t) => {
  for (const text of ['127.0.0.1', '0.0.0.0', '::', '::1', 'fe80::1%eth0'])
    t.is(parsedOf(addressType, text), text);
});

test('what is no IP address is refused', (t) => {
  for (const text of ['', '999.1.1.1', '1.2.3', 'localhost', '[::1]', '127.0.0.1:80', '*']) {
    t.is(expectedOf(addressType, text), 'an IP address, such as 127.0.0.1 or ::1');
  }
});

test('a peer is a host with a port or without, and port 0 stands for none', (t) => {
  const peers = {
    'web-7': { host: 'web-7', port: 0 },
    'web_7.example.org.:1': { host: 'web_7.example.org.', port: 1 },
    '10.0.0.7': { host: '10.0.0.7', port: 0 },
    '10.0.0.7:65535': { host: '10.0.0.7', port: 65_535 },
    'fe80::7%eth0': { host: 'fe80::7%eth0', port: 0 },
    '::1': { host: '::1', port: 0 },
    '[::1]': { host: '::1', port: 0 },
    '[::1]:8721': { host: '::1', port: 8721 },
  };
  for (const [text, peer] of Object.entries(peers)) t.deepEqual(parsedOf(peerType, text), peer);
});

test('what is no peer is refused', (t) => {
  const texts = ['', ':8721', 'web-7:', 'web-7:0', 'web-7:65536', 'web-7:http', 'web 7', 'web..7', '*'];
  const addresses = [
    '999.1.1.1',
    '999.1.1.1:8721',
    '1.2.3',
    '8721',
    '[::1',
    '[web-7]:8721',
    '[10.0.0.7]:1',
    '::g',
  ];
  for (const text of [...texts, ...addresses]) t.is(parsedOf(peerType, text), undefined, text);
});

test('a host name has up to 253 characters', (t) => {
  t.deepEqual(parsedOf(peerType, 'h'.repeat(253)), { host: 'h'.repeat(253), port: 0 });
  t.is(parsedOf(peerType, 'h'.repeat(254)), undefined);
});

test('a broadcast goes everywhere, to an address, by an interface, or by one to the other', (t) => {
  t.deepEqual(parsedOf(broadcastType, '*'), {});
  t.deepEqual(parsedOf(broadcastType, '10.0.0.255'), { address: '10.0.0.255' });
  t.deepEqual(parsedOf(broadcastType, 'eth0'), { interfaceName: 'eth0' });
  t.deepEqual(parsedOf(broadcastType, 'eth0.100'), { interfaceName: 'eth0.100' });
  t.deepEqual(parsedOf(broadcastType, 'eth0:10.0.0.255'), { interfaceName: 'eth0', address: '10.0.0.255' });
});

test('dotted digits are meant as an address, never as an interface', (t) => {
  for (const text of ['999.1.1.1', '10.0.0', '10.0.0.255.', '10.0.0.255:10.0.0.255', 'eth0:999.1.1.1']) {
    t.is(parsedOf(broadcastType, text), undefined, text);
  }
});

test('what is no broadcast is refused', (t) => {
  for (const text of [
    '',
    '::1',
    'ff02::1',
    'eth0:',
    ':10.0.0.255',
    '*:10.0.0.255',
    'eth/0',
    'eth 0',
    'eth0:eth1',
  ]) {
    t.is(parsedOf(broadcastType, text), undefined, text);
  }
});

test('the name of an interface has up to 15 characters', (t) => {
  t.deepEqual(parsedOf(broadcastType, 'i'.repeat(15)), { interfaceName: 'i'.repeat(15) });
  t.is(parsedOf(broadcastType, 'i'.repeat(16)), undefined);
});

test('a log level is one of five names', (t) => {
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const)
    t.is(parsedOf(logLevelType, level), level);
  t.is(expectedOf(logLevelType, 'INFO'), 'one of trace, debug, info, warn, error, such as info');
});

test('yes and no may also be true and false', (t) => {
  for (const text of ['yes', 'true', 'Yes']) t.is(parsedOf(booleanType, text), true);
  for (const text of ['no', 'false', 'NO']) t.is(parsedOf(booleanType, text), false);
  for (const text of ['', 'y', '1', 'yes no']) t.is(expectedOf(booleanType, text), 'yes or no, such as yes');
});

test('what is expected comes with examples, and each of them is accepted', (t) => {
  for (const { key, type, isSecret } of Object.values(SCHEMA)) {
    if (isSecret) continue; // an example would be used
    const examples =
      expectedOf(type, '\n?:')
        ?.split('such as ')[1]
        ?.split(/, | or /) ?? [];
    t.true(examples.length > 0, key);
    for (const example of examples) t.is(expectedOf(type, example), undefined, key);
  }
});

test('what was found is quoted, and cut when it is long', (t) => {
  t.is(quoted('a"\u0007'), '"a\\"\\u0007"');
  t.is(quoted('x'.repeat(60)), `"${'x'.repeat(60)}"`);
  t.is(quoted('x'.repeat(61)), `"${'x'.repeat(60)}…"`);
});

test('a multicast group is given with its interface, or with * for every one', (t) => {
  t.deepEqual(parsedOf(multicastType, '*:239.1.2.3'), { group: '239.1.2.3' });
  t.deepEqual(parsedOf(multicastType, 'eth0:224.0.0.0'), { interfaceName: 'eth0', group: '224.0.0.0' });
  t.deepEqual(parsedOf(multicastType, 'eth0:ff02::87'), { interfaceName: 'eth0', group: 'ff02::87' });
  const wrong = [
    '',
    '*',
    '239.1.2.3',
    'eth0',
    'eth0:',
    ':239.1.2.3',
    'eth0:223.255.255.255',
    'eth0:240.0.0.0',
  ];
  for (const text of [...wrong, 'eth0:fe80::1', 'eth0:ff02::1%eth0', 'a b:239.1.2.3', 'eth0:239.1.2'])
    t.is(
      expectedOf(multicastType, text),
      'an interface or *, a colon, a multicast group, such as *:239.1.2.3 or eth0:ff02::87',
    );
});

test('a realm has 1 to 64 bytes of UTF-8, and no control characters', (t) => {
  for (const text of ['x', 'a'.repeat(64), 'é'.repeat(32), 'a: b', 'default'])
    t.is(parsedOf(realmType, text), text);
  const refused = ['', 'a'.repeat(65), 'é'.repeat(33), 'a\ufffdb', ...all(0, 0x1f), ...all(0x7f, 0x9f)];
  for (const text of refused) t.truthy(expectedOf(realmType, text), JSON.stringify(text));
});

test('a key has 16 to 255 printable characters, and no space', (t) => {
  const accepted = ['a'.repeat(16), 'a'.repeat(255), all(0x21, 0x7e).join('')];
  for (const text of accepted) t.is(parsedOf(keyType, text), text);
  const characters = [...all(0, 0x20), ...all(0x7f, 0x9f), 'é', '\ufffd'];
  const refused = ['', 'a'.repeat(15), 'a'.repeat(256), ...characters.map((each) => each.padEnd(20, 'a'))];
  for (const text of refused) t.truthy(expectedOf(keyType, text), JSON.stringify(text));
});

test('what may hold a key that went astray is shown only if it is too short for one', (t) => {
  t.is(quotedUnlessSecret('a'.repeat(15)), `"${'a'.repeat(15)}"`);
  t.notRegex(quotedUnlessSecret('a'.repeat(16)), /aa/);
});
