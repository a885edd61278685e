import test from 'ava';
import { Subject } from 'rxjs';
import { Counters } from '../../src/membership/counters.ts';
import { heardIn } from '../../src/membership/intake.ts';
import type { Announcement } from '../../src/model/announcement.ts';
import type { Origin, Packet } from '../../src/model/packet.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';

const ORIGIN: Origin = { transport: 'udp', address: '10.0.0.1', host: '10.0.0.1', isOwnAddress: false };

const frameOf = (
  names: { monitor?: string; cluster?: string; ids?: string[]; endOfLifeSeconds?: number } = {},
) => {
  const { monitor = 'peer', cluster = 'c', ids = ['x'], endOfLifeSeconds = 4_000_000_000 } = names;
  const instances = ids.map((id) => ({ id, info: '', endOfLifeMs: 1 }));
  return encodeAnnouncement({ endOfLifeSeconds, monitor, cluster, instances })[0]!;
};

const intakeOf = (...frames: Buffer[]) => {
  const packets = new Subject<Packet>();
  const counters = new Counters();
  const heard: { announcement: Announcement; address: string; now: number }[] = [];
  const own: Origin[] = [];
  const options = { identity: 'own', counters, onOwn: (origin: Origin) => own.push(origin) };
  heardIn(packets, options).subscribe((packet) => {
    const announcement = packet.read();
    if (announcement !== undefined) heard.push({ ...packet, announcement });
  });
  for (const bytes of frames) packets.next({ bytes, origin: ORIGIN, receivedAt: 7 });
  return { heard, own, counts: counters.snapshot() };
};

test('an announcement of another monitor passes, with its address and its instant', (t) => {
  const { heard, counts } = intakeOf(frameOf());
  t.deepEqual(
    heard.map(({ announcement, address, now }) => [announcement.monitor, address, now]),
    [['peer', '10.0.0.1', 7]],
  );
  t.deepEqual(counts, { 'packets.accepted': 1 });
});

const REFUSED: readonly (readonly [what: string, frame: Buffer, counter: string])[] = [
  ['a packet without a payload', Buffer.from('vagus'), 'packets.tooShort'],
  ['a packet of something else', Buffer.from('VAGUS'.padEnd(40, 'x')), 'packets.badMagic'],
  ['a packet longer than it says', Buffer.concat([frameOf(), Buffer.from('x')]), 'packets.badLength'],
  ['a frame of another type', withByte(frameOf(), 9, 2), 'packets.unknownType'],
  ['a frame that is cut', withByte(frameOf(), 14, 200), 'packets.truncated'],
  ['an empty monitor', frameOf({ monitor: '', cluster: 'cc' }), 'packets.badName'],
  ['a monitor with a colon', frameOf({ monitor: 'a:b' }), 'packets.badName'],
  ['a monitor with a line feed', frameOf({ monitor: 'a\n' }), 'packets.badName'],
  ['an empty cluster with an instance', frameOf({ cluster: '' }), 'packets.badName'],
  ['a cluster with a colon', frameOf({ cluster: 'a:' }), 'packets.badName'],
  ['a cluster with a line feed', frameOf({ cluster: '\n', ids: [] }), 'packets.badName'],
];

for (const [what, frame, counter] of REFUSED) {
  test(`${what} is dropped and counted as ${counter}`, (t) => {
    const { heard, counts } = intakeOf(frame);
    t.deepEqual(heard, []);
    t.deepEqual(counts, { [counter]: 1 });
  });
}

test('an empty announcement needs no cluster', (t) => {
  t.is(intakeOf(frameOf({ cluster: '', ids: [] })).heard.length, 1);
});

test('a carriage return and bytes beyond ASCII may be in a name', (t) => {
  t.is(intakeOf(frameOf({ monitor: 'a\r', cluster: '\xe9\0' })).heard.length, 1);
});

test('our own identity is told of and goes no further', (t) => {
  const { heard, own, counts } = intakeOf(frameOf({ monitor: 'own' }));
  t.deepEqual(heard, []);
  t.deepEqual(own, [ORIGIN]);
  t.deepEqual(counts, { 'packets.own': 1 });
});

test('packets behind a dropped one pass', (t) => {
  const { heard, counts } = intakeOf(Buffer.alloc(0), frameOf(), Buffer.alloc(3), frameOf());
  t.is(heard.length, 2);
  t.deepEqual(counts, { 'packets.accepted': 2, 'packets.tooShort': 2 });
});

function withByte(frame: Buffer, at: number, byte: number): Buffer {
  frame[at] = byte;
  return frame;
}
