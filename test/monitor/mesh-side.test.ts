/** The mesh between its transports: each frame goes where it is for, and is heard wherever it comes from. */
import test from 'ava';
import { EMPTY, Subject } from 'rxjs';
import { Counters } from '../../src/membership/counters.ts';
import type { PeerAddress } from '../../src/model/addresses.ts';
import type { Beacon, Section } from '../../src/model/frame.ts';
import type { Packet } from '../../src/model/packet.ts';
import { MeshSide } from '../../src/monitor/mesh-side.ts';
import { resolveOptions } from '../../src/monitor/options.ts';
import { Reach } from '../../src/monitor/reach.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { decodeHead, decodeSections, type Frame } from '../../src/wire/decode-frame.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { Keyring } from '../../src/wire/keyring.ts';
import { GONE, House, Sender, TUNING } from '../support/builders.ts';

/** A transport that keeps what it is to send, and brings what a test says. */
class Desk implements Transport {
  readonly name: string;
  readonly packets$ = new Subject<Packet>();
  readonly refusals$ = new Subject<PeerAddress>();
  readonly conditions$ = EMPTY;
  readonly expected$ = EMPTY;
  readonly toAll: Uint8Array[] = [];
  readonly toOne: { readonly frame: Uint8Array; readonly to: PeerAddress }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  async open(): Promise<void> {}
  async close(): Promise<void> {}
  describe = () => [];

  send(frame: Uint8Array): void {
    this.toAll.push(frame);
  }

  sendTo(frame: Uint8Array, to: PeerAddress): void {
    this.toOne.push({ frame, to });
  }

  probe(frame: Uint8Array, to: PeerAddress): void {
    this.sendTo(frame, to);
  }

  bring(bytes: Buffer, host: string): void {
    const origin = { transport: this.name, host, address: host, isOwnAddress: false };
    this.packets$.next({ bytes, origin, receivedAt: 0 });
  }
}

const DESTINATIONS = { udpPeers: [], udpBroadcasts: [], multicastGroups: [], tcpPeers: [] };

function side(keys: readonly string[] = []) {
  const clock = new VirtualClock();
  const [udp, tcp] = [new Desk('udp'), new Desk('tcp')];
  const tuning = { ...TUNING, keys };
  const counters = new Counters();
  const reach = new Reach(DESTINATIONS, { tuning, counters, clock });
  const options = resolveOptions({ identity: 'own', clock, random: seededRandom(1) });
  const mesh = new MeshSide({ ...options, transports: [udp, tcp], tuning, reach, counters, onOwn: () => {} });
  mesh.start();
  return { clock, udp, tcp, tuning, counters, reach, mesh };
}

const BEACON: Beacon = {
  kind: 'beacon',
  identity: 'peer',
  realm: 'default',
  periodMs: 500,
  wallMs: 0,
  ports: { udp: 7_001, multicast: 0, tcp: 7_002 },
  set: { version: 0, count: 0, hash: '\0'.repeat(8) },
};

const frameOf = (...sections: readonly Section[]) =>
  encodeFrame({ boot: 'the peer', sequence: 1, isDirect: false }, sections, new Keyring('default', []));

const kindsIn = (frame: Uint8Array, keys: readonly string[] = []) => {
  const keyring = new Keyring('default', keys);
  const sections = decodeSections(decodeHead(frame, keyring) as Frame, keyring);
  return typeof sections === 'string' ? sections : sections.map(({ kind }) => kind);
};

test('what is for all goes by every transport', (t) => {
  const { udp, tcp } = side();
  for (const { toAll } of [udp, tcp])
    t.deepEqual(
      toAll.map((frame) => kindsIn(frame)),
      [['beacon']],
    );
});

test('what is for one goes by the transport that it was heard by, to the port that it names', (t) => {
  for (const [name, port] of [
    ['udp', 7_001],
    ['tcp', 7_002],
  ] as const) {
    const desks = side();
    desks[name].bring(frameOf(BEACON), '10.0.0.7');
    const [sent] = desks[name].toOne;
    t.like(sent!.to, { host: '10.0.0.7', port });
    t.deepEqual(kindsIn(sent!.frame), ['beacon', 'challenge']);
    t.is(desks.udp.toOne.length + desks.tcp.toOne.length, 1);
  }
});

test('what is of type 1 is left to others', (t) => {
  const { udp, counters } = side();
  udp.bring(new Sender(new House()).frame({ x: GONE }), '10.0.0.7');
  t.deepEqual(counters.snapshot(), {});
});

test('who can be answered by a connection only is connected to', (t) => {
  const { clock, tcp, reach } = side();
  const told: unknown[] = [];
  reach.tcpAnswered$.subscribe((peers) => told.push(peers));
  tcp.bring(frameOf(BEACON), '10.0.0.7');
  clock.advanceBy(600);
  t.deepEqual(told, [[], [{ host: '10.0.0.7', port: 7_002 }]]);
});

test('but once, however often it starts anew, and no longer than a minute after its last word', (t) => {
  const { clock, tcp, reach } = side();
  const told: (readonly PeerAddress[])[] = [];
  reach.tcpAnswered$.subscribe((peers) => told.push(peers));
  for (let start = 100; start < 400; start += 1) {
    const head = { boot: `boot ${start}`, sequence: 1, isDirect: false };
    tcp.bring(encodeFrame(head, [BEACON], new Keyring('default', [])), '10.0.0.7');
  }
  clock.advanceBy(59_000);
  t.is(told.at(-1)!.length, 1);
  clock.advanceBy(2_000);
  t.is(told.at(-1)!.length, 0);
});

test('keys are changed while it runs', (t) => {
  const { clock, udp, tuning, mesh } = side(['the first key of all']);
  t.deepEqual(kindsIn(udp.toAll.at(-1)!, ['the first key of all']), ['beacon']);
  tuning.keys = ['the second key of all', 'the first key of all'];
  mesh.retune();
  clock.advanceBy(600);
  t.is(kindsIn(udp.toAll.at(-1)!, ['the first key of all']), 'unknownKey');
  t.deepEqual(kindsIn(udp.toAll.at(-1)!, ['the second key of all']), ['beacon']);
});

test('after it was closed it says and hears nothing', (t) => {
  const { clock, udp, tcp, counters, mesh } = side();
  mesh.close();
  const sent = udp.toAll.length;
  udp.bring(frameOf(BEACON), '10.0.0.7');
  clock.advanceBy(10_000);
  t.is(udp.toAll.length, sent);
  t.is(udp.toOne.length + tcp.toOne.length, 0);
  t.deepEqual(counters.snapshot(), {});
});
