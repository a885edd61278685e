/** What the original did with crafted datagrams (test/data/inbound.jsonl), and what we do, but for wanted deviations. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { House } from '../support/builders.ts';

interface Inbound {
  readonly name: string;
  readonly hex: string;
  /** `id:monitor:end of life[:info]` a line, then an empty line; null when its cluster has no name to ask by. */
  readonly pollx: string | null;
  /** A cluster a line, then an empty line. */
  readonly clusters: string;
  readonly senderInVagusList: boolean;
}

const lines: readonly Inbound[] = readFileSync(new URL('../data/inbound.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** Section 6 of the notes on the original: an entry with a bad id is skipped, a bad cluster drops the datagram. */
const DEVIATIONS: Readonly<Record<string, Partial<Inbound>>> = {
  'newline-in-id': { pollx: '\n' },
  'empty-cluster': { pollx: '\n', clusters: '\n', senderInVagusList: false },
};

/** The list without the times: `id:info` a line. */
const listedIn = (pollx: string | null) =>
  (pollx ?? '\n')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))
    .map(([id, , , ...info]) => `${id}:${info.join(':')}`)
    .sort();

const clustersIn = (text: string) => text.split('\n').filter((name) => name !== '');

for (const line of lines) {
  const { name, hex, pollx, clusters, senderInVagusList } = { ...line, ...DEVIATIONS[line.name] };
  const isDeviating = DEVIATIONS[name] !== undefined;

  test(`${name} has the effect that ${isDeviating ? 'is wanted instead of the original’s' : 'it has on the original'}`, (t) => {
    const house = new House();
    const bytes = Buffer.from(hex.replace('05686f737461', '036f776e'), 'hex'); // hosta is us
    if (bytes.length !== hex.length / 2) bytes.writeUInt32BE(bytes.length, 5);
    house.receive(bytes);
    const names = [...house.store.clusters.keys()];
    const listed = names.flatMap((cluster) => [...house.membership.view(cluster)]);
    t.deepEqual(listed.map(({ rawId, rawInfo }) => `${rawId}:${rawInfo}`).sort(), listedIn(pollx));
    t.deepEqual(names, clustersIn(clusters));
    const isPeerListed = [...house.store.peers.values()].some(({ state }) => state === 'alive');
    t.is(isPeerListed || house.ownAddresses.length > 0, senderInVagusList);
  });
}

test('a far end of life is no further than instance-timeout-max, and passes', (t) => {
  const { hex } = lines.find(({ name }) => name === 'instance-eol-max')!;
  const house = new House();
  house.receive(Buffer.from(hex, 'hex'));
  t.is(house.record('i')!.deadlineAt, 600_000);
  house.clock.advanceBy(700_000);
  t.deepEqual(house.listed(), []);
});

test('all of them after one another leave the house in order', (t) => {
  const house = new House();
  for (const { hex } of lines) {
    house.receive(Buffer.from(hex, 'hex'));
    house.clock.advanceBy(1_000);
  }
  house.keepAlive('x', 5_000);
  t.is(house.state('x', 'own'), 'alive');
});
