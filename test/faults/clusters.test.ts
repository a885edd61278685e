/** Faults of the original in what it remembers, and tells on: it forgets nothing by itself. */
import { strict as assert } from 'node:assert';
import { House, Sender } from '../support/builders.ts';
import { fault, given } from './fault.ts';
import { type Scene, simulated } from './scene.ts';

const MADE_UP = 500;
/** How long clusters are remembered, and a minute more. */
const FORGOTTEN_MS = 11 * 60_000;

/** A host with an instance of its own, and a stranger who has named many clusters, once. */
async function floodedHost(scene: Scene) {
  const host = await scene.host('host');
  host.keepAlive('own', 600_000);
  const { say } = await scene.stranger();
  for (let n = 0; n < MADE_UP; n += 1) {
    const endOfLifeMs = scene.world.clock.wallNow() + 2_500;
    say({ cluster: `made up ${n}`, instances: [{ id: 'x', info: '', endOfLifeMs }] });
  }
  scene.world.clock.advanceBy(1_100);
  const clusterCount = () => host.ask('getclusters').trim().split('\n').length;
  given(clusterCount() === MADE_UP + 1, 'it has heard them all');
  return { host, clusterCount };
}

fault(11, 'Clusters live for ever everywhere', 'a cluster that is empty is forgotten after ten minutes', {
  claim: async (scene) => {
    const { host, clusterCount } = await floodedHost(scene);
    scene.world.beat(host, 'own', { beatMs: 10_000, lifetimeMs: 600_000 });
    scene.world.clock.advanceBy(FORGOTTEN_MS);
    assert.equal(clusterCount(), 1);
  },
  ...simulated,
});

fault(
  11,
  'and every host announces every one: 500 made-up names = 500 datagrams a round and host',
  'a host announces its own clusters, however many others there are',
  {
    claim: async (scene) => {
      await floodedHost(scene);
      const sentBefore = scene.world.network.framesSent;
      scene.world.clock.advanceBy(30_000);
      const sent = scene.world.network.framesSent - sentBefore;
      assert.ok(sent >= 2 && sent <= 80, `${sent} datagrams in half a minute`); // most are its beacons
    },
    ...simulated,
  },
);

/** What is remembered of instances that an original announces. */
interface Memory {
  hear(ids: readonly string[], leftMs: number): void;
  pass(ms: number): void;
  rememberedOf(ids: readonly string[]): number;
}

function ourMemory(): Memory {
  const house = new House();
  const sender = new Sender(house);
  return {
    hear: (ids, leftMs) => sender.announce(Object.fromEntries(ids.map((id) => [id, leftMs]))),
    pass: (ms) => {
      for (let passedMs = 0; passedMs < ms; passedMs += 5_000) {
        sender.announce({ other: 60_000 }, 'elsewhere'); // who said it lives on
        house.clock.advanceBy(5_000);
      }
    },
    rememberedOf: (ids) => ids.filter((id) => house.record(id) !== undefined).length,
  };
}

/** A table that looks for what has expired when it is polled; here, nobody polls. */
function lazyMemory(): Memory {
  const endsAt = new Map<string, number>();
  let now = 0;
  return {
    hear: (ids, leftMs) => {
      for (const id of ids) endsAt.set(id, now + leftMs);
    },
    pass: (ms) => {
      now += ms;
    },
    rememberedOf: (ids) => ids.filter((id) => endsAt.has(id)).length,
  };
}

fault(20, 'Expired entries leave memory only when polled', 'the dead leave memory without being polled', {
  claim: (memory) => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `i${n}`);
    memory.hear(ids, 2_500);
    given(memory.rememberedOf(ids) === ids.length, 'all are remembered');
    memory.pass(FORGOTTEN_MS);
    assert.equal(memory.rememberedOf(ids), 0);
  },
  ours: ourMemory,
  faulty: lazyMemory,
});
