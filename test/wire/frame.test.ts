import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import type { Beacon, Changes, FrameHead, Section } from '../../src/model/frame.ts';
import { decodeHead, decodeSections, decodeStranger, isFrame } from '../../src/wire/decode-frame.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { FRAME_BYTES_MAX, FRAME_HEAD_BYTES, SECTIONS_BYTES_MAX } from '../../src/wire/frame-layout.ts';
import { Keyring } from '../../src/wire/keyring.ts';
import { head, OPEN, plain, section } from './sections.ts';

const HEAD: FrameHead = { boot: 'bootboot', sequence: 1, isDirect: false };
const SEALING = new Keyring('default', ['a key of the realm']);

const BEACON: Beacon = {
  kind: 'beacon',
  identity: 'i'.repeat(32),
  realm: 'default',
  periodMs: 500,
  wallMs: 1_795_349_526_000,
  ports: { udp: 8721, multicast: 8722, tcp: 8721 },
  set: { version: 2 ** 48 - 1, count: 1_000, hash: 'hashhash' },
};

const encoded = (...sections: readonly Section[]) => encodeFrame(HEAD, sections, OPEN);
/** What is read of a frame: its sections, or why it is none. */
const reading = (packed: Uint8Array, keyring = OPEN) => {
  const frame = decodeHead(packed, keyring);
  return typeof frame === 'string' ? frame : decodeSections(frame, keyring);
};
const sectionsOf = (packed: Uint8Array, keyring = OPEN) => {
  const sections = reading(packed, keyring);
  if (typeof sections === 'string') throw new Error(sections);
  return sections;
};
/** A frame whose sections are given as bytes. */
const frameOf = (...parts: readonly string[]) => {
  const frame = Buffer.concat([encoded(), Buffer.from(parts.join(''), 'latin1')]);
  frame.writeUInt32BE(frame.length, 5);
  return frame;
};
const changed = (frame: Buffer, at: number, byte: number) => {
  const copy = Buffer.from(frame);
  copy[at] = byte;
  return copy;
};

testProp('a head is read as it was written', [head], (t, written) => {
  const packed = encodeFrame(written, [], OPEN);
  t.is(packed.length, FRAME_HEAD_BYTES);
  t.deepEqual(decodeHead(packed, OPEN), { ...written, isSealed: false, bytes: packed });
});

for (const [what, keyring] of Object.entries({ 'an open': OPEN, 'a sealed': SEALING })) {
  testProp(`a section in ${what} frame is read as it was written`, [head, section], (t, written, one) => {
    const packed = encodeFrame(written, [one], keyring);
    t.deepEqual(plain(sectionsOf(packed, keyring)), plain([one]));
  });
}

testProp(
  'sections are read in the order in which they were written, in frames of at most 1,200 bytes',
  [fc.array(section, { maxLength: 8 })],
  (t, many) => {
    const fitting: Section[] = [];
    let leftBytes = SECTIONS_BYTES_MAX;
    for (const each of many) {
      leftBytes -= encoded(each).length - FRAME_HEAD_BYTES;
      if (leftBytes < 0) break;
      fitting.push(each);
    }
    const packed = encodeFrame(HEAD, fitting, SEALING);
    t.true(packed.length <= FRAME_BYTES_MAX);
    t.deepEqual(plain(sectionsOf(packed, SEALING)), plain(fitting));
  },
);

testProp('a frame that was cut anywhere is no frame', [section, fc.nat()], (t, one, random) => {
  const packed = encoded(one);
  t.is(typeof reading(packed.subarray(0, random % packed.length)), 'string');
});

testProp(
  'a section that was cut anywhere is no section, with all lengths corrected; a list may be shorter',
  [section, fc.nat()],
  (t, one, random) => {
    const packed = encoded(one);
    const valueBytes = packed.length - FRAME_HEAD_BYTES - 3;
    if (valueBytes === 0) return t.pass();
    const cut = Buffer.from(packed.subarray(0, packed.length - 1 - (random % valueBytes)));
    cut.writeUInt32BE(cut.length, 5);
    cut.writeUInt16BE(cut.length - FRAME_HEAD_BYTES - 3, FRAME_HEAD_BYTES + 1);
    const sections = reading(cut);
    if (typeof sections === 'string') return t.is(sections, 'badSection');
    t.true(['changes', 'neighbours', 'memories'].includes(sections[0]!.kind));
  },
);

test('a beacon at rest has 108 bytes with an identity of 32, 128 when it is sealed', (t) => {
  t.is(encoded(BEACON).length, 108);
  t.is(encodeFrame(HEAD, [BEACON], SEALING).length, 128);
});

test('each head that is not for us is told by its reason', (t) => {
  const packed = encoded();
  const faults = {
    tooShort: packed.subarray(0, FRAME_HEAD_BYTES - 1),
    tooLong: frameOf('x'.repeat(FRAME_BYTES_MAX - FRAME_HEAD_BYTES + 1)),
    badMagic: changed(packed, 4, 0),
    badLength: changed(packed, 8, 33),
    unknownType: changed(packed, 9, 1),
    newerVersion: changed(packed, 10, 0x20),
    foreignRealm: changed(packed, 12, 0),
  };
  for (const [fault, bytes] of Object.entries(faults)) t.is(decodeHead(bytes, OPEN), fault as never);
});

test('a newer minor version and flags that nobody knows are read all the same', (t) => {
  const packed = encoded({ kind: 'goodbye' });
  t.deepEqual(reading(changed(packed, 10, 0x1f)), [{ kind: 'goodbye' }]);
  t.deepEqual(reading(changed(packed, 11, 0xfc)), [{ kind: 'goodbye' }]);
});

test('an announcement is no frame, and a frame is one from its type on', (t) => {
  const [announcement] = encodeAnnouncement({
    endOfLifeSeconds: 1,
    monitor: 'm',
    cluster: 'c',
    instances: [],
  });
  t.false(isFrame(announcement!));
  t.true(isFrame(encoded().subarray(0, 10)));
  t.false(isFrame(Buffer.alloc(0)));
});

test('the beacon of another realm can be read, unless it is sealed', (t) => {
  const strange = new Keyring('staging: 2', []);
  const beacon = { ...BEACON, realm: 'staging: 2' };
  t.deepEqual(decodeStranger(encodeFrame(HEAD, [{ kind: 'goodbye' }, beacon], strange)), beacon);
  t.is(decodeStranger(encodeFrame(HEAD, [{ kind: 'goodbye' }], strange)), undefined);
  t.is(decodeStranger(encodeFrame(HEAD, [beacon], new Keyring('staging: 2', ['a key']))), undefined);
  t.is(decodeStranger(encodeFrame(HEAD, [beacon], strange).subarray(0, 60)), undefined);
});

test('a section that nobody knows is passed over, and drops the frame when it is critical', (t) => {
  const [goodbye, unknown, critical] = ['\x08\0\0', '\x7f\0\x02??', '\xff\0\x02??'] as const;
  t.deepEqual(reading(frameOf(unknown, goodbye, unknown)), [{ kind: 'goodbye' }]);
  t.is(reading(frameOf(goodbye, critical)), 'unknownCritical');
});

test('a section that we know is read with its critical bit set', (t) => {
  t.deepEqual(reading(frameOf('\x88\0\0')), [{ kind: 'goodbye' }]);
});

test('a section may have grown at its end', (t) => {
  const grown = [{ kind: 'answer', boot: 'bootboot', ageMs: 258 }] as const;
  t.deepEqual(reading(frameOf('\x05\0\x0cbootboot\x01\x02++')), grown);
});

test('a section beyond the end of the frame is bad, and one that is too short for its kind', (t) => {
  t.is(reading(frameOf('\x08\0')), 'badSection');
  t.is(reading(frameOf('\x04\0\x08bootboo')), 'badSection');
  t.is(reading(frameOf('\x04\0\x07bootboo\x08\0\0')), 'badSection');
});

test('a beacon without a period or a realm, or whose identity is no name, is bad', (t) => {
  const readingOf = (beacon: Partial<Beacon>) => reading(encoded({ ...BEACON, ...beacon }));
  t.is(readingOf({ periodMs: 0 }), 'badSection');
  t.is(readingOf({ realm: '' }), 'badSection');
  for (const identity of ['', 'a:b', 'a\nb']) t.is(readingOf({ identity }), 'badSection');
  t.is(typeof readingOf({ periodMs: 1, realm: 'a:b' }), 'object');
});

test('a neighbour is left out when nobody could speak to it, or would have to look it up', (t) => {
  const there = { transport: 'udp', host: 'fe80::1%eth0', port: 1 };
  const nowhere = [
    { ...there, host: 'example.org' },
    { ...there, host: '' },
    { ...there, host: '10.0.0.1\n' },
    { ...there, port: 0 },
    { ...there, transport: 'pigeon' },
    { transport: 'memory', host: '', port: 0 },
  ];
  const endpoints = [there, ...nowhere, { transport: 'memory', host: 'any name', port: 0 }];
  t.deepEqual(reading(encoded({ kind: 'neighbours', endpoints })), [
    { kind: 'neighbours', endpoints: [there, endpoints.at(-1)!] },
  ]);
});

test('times beyond their bounds are written as the bound, and cut to whole ones', (t) => {
  const times = (wallMs: number, ageMs: number) => {
    const answer = { kind: 'answer', boot: 'bootboot', ageMs } as const;
    const [beacon, read] = sectionsOf(encoded({ ...BEACON, wallMs }, answer));
    return [(beacon as Beacon).wallMs, (read as typeof answer).ageMs];
  };
  t.deepEqual(times(-1, 65_536.5), [0, 65_535]);
  t.deepEqual(times(2 ** 60, 1.9), [2 ** 48 - 1, 1]);
});

test('what does not fit is not cut: it throws', (t) => {
  const ask: Section = { kind: 'ask', boot: 'bootboot' };
  const fitting = Math.floor(SECTIONS_BYTES_MAX / 11);
  const rest = SECTIONS_BYTES_MAX - fitting * 11;
  t.true(rest < 11);
  t.notThrows(() => encoded(...Array.from({ length: fitting }, () => ask)));
  t.throws(() => encoded(...Array.from({ length: fitting + 1 }, () => ask)), { instanceOf: RangeError });
  t.throws(() => encoded({ ...BEACON, identity: 'x'.repeat(256) }), { instanceOf: RangeError });
});

test('entries are read each time that they are asked for; those that cannot be read spoil no other section', (t) => {
  const bad = {
    'the version does not advance': '\x01\x01c\x01i\0',
    'the version is later than the last one': '\x01\x01c\x01i\x03',
    'the state is unknown': '\x03\x01c\x01i\x01',
    'the first entry has no cluster': '\x01\0\x01i\x01',
    'the cluster is no name': '\x01\x01:\x01i\x01',
    'the id is empty': '\x01\x01c\0\x01',
    'the id is no name': '\x01\x01c\x01:\x01',
    'the info is none': '\0\x01c\x01i\x01\0\0\0\x05\x01\n',
    'the step is beyond 48 bits': '\x01\x01c\x01i\xff\xff\xff\xff\xff\xff\x7f',
    'the step has no end': '\x01\x01c\x01i\x80\x80\x80\x80\x80\x80\x80\0',
    'it ends too early': '\0\x01c\x01i\x01\0\0\0\x05\x01',
  };
  const readingOf = (entries: string) => {
    const value = `\0\0\0\0\0\0\x05\0\0\0\0\0\x07${entries}`;
    const [goodbye, changes] = sectionsOf(
      frameOf('\x08\0\0\x02\0', String.fromCharCode(value.length), value),
    );
    t.is(goodbye!.kind, 'goodbye');
    t.like(changes, { from: 5, through: 7 });
    return changes as Changes;
  };
  const good = readingOf('\x01\x01c\x01i\x01');
  const entries = [{ cluster: 'c', id: 'i', version: 6, state: 'lapsed', lifetimeMs: 0, info: '' }];
  t.deepEqual([good.entries(), good.entries()], [entries, entries] as never);
  for (const [what, each] of Object.entries(bad)) t.is(readingOf(each).entries(), undefined, what);
});
