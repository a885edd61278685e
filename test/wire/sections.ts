/** Frames of protocol 2 with anything in them that one may say, and what is read of them, lists included. */
import { fc } from '@fast-check/ava';
import type { Endpoint, FrameHead, Section, SetEntry } from '../../src/model/frame.ts';
import { Keyring } from '../../src/wire/keyring.ts';

/** A realm whose frames are open. */
export const OPEN = new Keyring('default', []);

const U16 = 2 ** 16 - 1;
const U32 = 2 ** 32 - 1;
const U48 = 2 ** 48 - 1;

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((each) => Buffer.from(each).toString('latin1'));
const tag = bytes(8, 8);

/** Without what no name may hold. */
const aName = bytes(1, 255).map((each) => each.replace(/[:\n]/g, '-'));
const info = bytes(0, 255).map((each) => each.replace(/\n/g, '-'));
const aCluster = fc.oneof(fc.constantFrom('c', 'd'), aName);

/** An entry whose version is yet to come. */
const anEntry = fc.oneof(
  fc.record({
    cluster: aCluster,
    id: aName,
    state: fc.constant('alive' as const),
    lifetimeMs: fc.nat(U32),
    info,
  }),
  fc.record({
    cluster: aCluster,
    id: aName,
    state: fc.constantFrom('lapsed' as const, 'withdrawn' as const),
    lifetimeMs: fc.constant(0),
    info: fc.constant(''),
  }),
);

/** What changed in a set: as many entries as one likes, their versions ascending. */
export const content = fc
  .record({
    from: fc.oneof(fc.constant(0), fc.nat(U48 - 2 ** 42)),
    isWhole: fc.boolean(),
    steps: fc.array(fc.tuple(anEntry, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 35 }))), {
      maxLength: 40,
    }),
    beyond: fc.nat(300),
  })
  .map(({ from, isWhole, steps, beyond }) => {
    let version = from;
    const entries: SetEntry[] = steps.map(([entry, step]) => {
      version += step;
      return { ...entry, version };
    });
    return { from, isWhole, entries, through: version + beyond };
  });

export const memory = fc.record({
  cluster: aCluster,
  id: aName,
  info,
  lifetimeMs: fc.nat(U32),
  remainingMs: fc.nat(U32),
});

export const endpoint: fc.Arbitrary<Endpoint> = fc.oneof(
  fc.record({
    transport: fc.constantFrom('udp', 'multicast', 'tcp'),
    host: fc.oneof(fc.ipV4(), fc.ipV6()),
    port: fc.integer({ min: 1, max: U16 }),
  }),
  fc.record({
    transport: fc.constant('memory'),
    host: fc.stringMatching(/^[a-z]{1,20}$/),
    port: fc.nat(U16),
  }),
);

const beacon = fc.record({
  kind: fc.constant('beacon' as const),
  identity: aName,
  realm: bytes(1, 255),
  periodMs: fc.integer({ min: 1, max: U16 }),
  wallMs: fc.nat(U48),
  ports: fc.record({ udp: fc.nat(U16), multicast: fc.nat(U16), tcp: fc.nat(U16) }),
  set: fc.record({ version: fc.nat(U48), count: fc.nat(U32), hash: tag }),
});

/** Changes that fit beside others. */
const changes = content.map(({ entries, ...rest }) => ({
  kind: 'changes' as const,
  ...rest,
  hasMore: rest.isWhole,
  entries: () => entries.slice(0, 1),
}));

/** Any section that fits into a frame alone. */
export const section: fc.Arbitrary<Section> = fc.oneof(
  beacon,
  changes,
  fc.record({ kind: fc.constant('pull' as const), from: fc.nat(U48) }),
  fc.record({ kind: fc.constant('ask' as const), boot: tag }),
  fc.record({ kind: fc.constant('answer' as const), boot: tag, ageMs: fc.nat(U16) }),
  fc.record({ kind: fc.constant('challenge' as const), nonce: tag }),
  fc.record({ kind: fc.constant('response' as const), nonce: tag }),
  fc.constantFrom({ kind: 'goodbye' as const }, { kind: 'subscribe' as const }, { kind: 'recall' as const }),
  fc.record({ kind: fc.constant('neighbours' as const), endpoints: fc.array(endpoint, { maxLength: 12 }) }),
  fc.record({
    kind: fc.constant('memories' as const),
    instances: fc.array(memory, { maxLength: 1 }),
    total: fc.integer({ min: 0, max: 0xffff_ffff }),
  }),
);

export const head: fc.Arbitrary<FrameHead> = fc.record({
  boot: tag,
  sequence: fc.integer({ min: 1, max: U32 }),
  isDirect: fc.boolean(),
});

/** What was read, lists included, as plain data; why nothing could be read stays as it is. */
export function plain(sections: readonly Section[] | string): unknown {
  if (typeof sections === 'string') return sections;
  return sections.map((each) => (each.kind === 'changes' ? { ...each, entries: each.entries() } : each));
}
