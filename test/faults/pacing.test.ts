/** Faults of the original in when it speaks: its instances die on other hosts, and news come late. */
import { strict as assert } from 'node:assert';
import { CLUSTER, type Host } from '../simulation/world.ts';
import { fault, given } from './fault.ts';
import { type Scene, simulated } from './scene.ts';

const SETTLING_MS = 25_000;

/** Living instances on two hosts, which both are polled for a minute. */
async function missesNobody(scene: Scene, each: { instances: number; beatMs: number; lifetimeMs: number }) {
  const hosts = await scene.hosts('a', 'b');
  for (const host of hosts) {
    for (let n = 0; n < each.instances; n += 1) scene.world.beat(host, `${host.name}-${n}`, each);
  }
  scene.world.clock.advanceBy(SETTLING_MS);
  assert.equal(scene.incompleteAnswers(hosts, 2 * each.instances, 60_000), 0, 'answers that miss somebody');
}

/** Five living instances on one host; another one is polled for five minutes. */
function missesNone(scene: Scene, { speaker, listener }: { speaker: Host; listener: Host }) {
  for (let n = 0; n < 5; n += 1) scene.world.beat(speaker, `${n}`, { beatMs: 500, lifetimeMs: 5_000 });
  scene.world.clock.advanceBy(SETTLING_MS);
  assert.equal(scene.incompleteAnswers([listener], 5, 300_000), 0, 'answers that miss somebody');
}

fault(
  1,
  'False deaths in normal operation',
  'who listens to originals misses none of their living instances',
  {
    claim: async (scene) => {
      missesNone(scene, { listener: await scene.host('listener'), speaker: await scene.original('speaker') });
    },
    ...simulated,
  },
);

fault(
  1,
  'the next round comes lifetime − 50 ms after the last one, but what was announced ends up to a beat earlier',
  'an original that listens to us misses none of our living instances',
  {
    claim: async (scene) => {
      missesNone(scene, { listener: await scene.original('listener'), speaker: await scene.host('speaker') });
    },
    ...simulated,
  },
);

fault(1, '4.7 % of polls at 500/5000 ms', 'no poll misses an instance that beats each 500 ms for 5 s', {
  claim: (scene) => missesNobody(scene, { instances: 20, beatMs: 500, lifetimeMs: 5_000 }),
  ...simulated,
});

fault(1, '19–22 % at 1000/2500', 'no poll misses an instance that beats each second for 2.5 s', {
  claim: (scene) => missesNobody(scene, { instances: 20, beatMs: 1_000, lifetimeMs: 2_500 }),
  ...simulated,
});

fault(1, '40 % of answers incomplete with 500 instances', 'no answer misses one of 500 instances', {
  claim: (scene) => missesNobody(scene, { instances: 250, beatMs: 500, lifetimeMs: 5_000 }),
  ...simulated,
});

fault(
  2,
  'A cluster without own instances resets the interval to 10 s: a 2.5 s instance is missing in 78 % of polls',
  'clusters of others do not slow down what is told of our own',
  {
    claim: async (scene) => {
      const { clock } = scene.world;
      const [speaker, listener] = await scene.hosts('speaker', 'listener');
      scene.world.beat(speaker, 'own', { beatMs: 1_000, lifetimeMs: 2_500 });
      clock.advanceBy(5_000);
      const { say } = await scene.stranger();
      scene.world.each(5_000, () => {
        const endOfLifeMs = clock.wallNow() + 30_000;
        say({ cluster: 'elsewhere', instances: [{ id: 'x', info: '', endOfLifeMs }] });
      });
      clock.advanceBy(SETTLING_MS);
      assert.equal(scene.incompleteAnswers([listener], 1, 60_000), 0, 'answers that miss it');
    },
    ...simulated,
  },
);

fault(
  6,
  '`keepalivepoll x:1:99999999999999999999` kills the announcer',
  'a lifetime without measure ends nothing: what comes after it is announced',
  {
    claim: async (scene) => {
      const [speaker, listener] = await scene.hosts('speaker', 'listener');
      scene.world.clock.advanceBy(2_000);
      speaker.ask('keepalivepoll x:1:99999999999999999999');
      scene.world.clock.advanceBy(1_000);
      speaker.keepAlive('later', 60_000);
      scene.world.clock.advanceBy(15_000);
      assert.ok(listener.poll().has('later'), 'announced');
    },
    ...simulated,
  },
);

fault(12, 'A cluster over 65,507 bytes vanishes', 'a cluster of 80 kB is listed whole by the others', {
  claim: async (scene) => {
    const [speaker, listener] = await scene.hosts('speaker', 'listener');
    const info = 'x'.repeat(250);
    for (let n = 0; n < 300; n += 1) speaker.keepAlive(`${n}`, 60_000, info);
    scene.world.clock.advanceBy(15_000);
    assert.equal(listener.poll().size, 300);
  },
  ...simulated,
});

/** A host that starts beside one that has had an instance for long. */
async function lateHost(scene: Scene) {
  const early = await scene.host('early');
  early.keepAlive('long known', 600_000);
  scene.world.clock.advanceBy(32_000);
  return scene.host('late');
}

fault(13, 'A restarted daemon is blind for 8–9 s', 'a monitor that starts knows all after 1.5 s', {
  claim: async (scene) => {
    const late = await lateHost(scene);
    scene.world.clock.advanceBy(1_500);
    assert.deepEqual([...late.poll()], ['long known']);
  },
  ...simulated,
});

fault(13, 'and says empty, not "not known yet"', 'a monitor that starts never answers that nobody is there', {
  claim: async (scene) => {
    const late = await lateHost(scene);
    const answers = new Set<string>();
    for (let ms = 0; ms < 3_000; ms += 50) {
      answers.add(late.ask(`poll ${CLUSTER}`));
      scene.world.clock.advanceBy(50);
    }
    assert.ok(!answers.has('\n'), 'an empty list');
    assert.ok(
      [...answers].some((answer) => answer.includes('long known\n')),
      'an answer',
    );
  },
  ...simulated,
});

fault(14, 'A returning instance is not "new"', 'an instance that returns is known everywhere in 250 ms', {
  claim: async (scene) => {
    const [speaker, listener] = await scene.hosts('speaker', 'listener');
    speaker.keepAlive('x', 5_000);
    scene.world.clock.advanceBy(1_000);
    speaker.keepAlive('x', 5_000);
    scene.world.clock.advanceBy(6_000);
    given(!listener.poll().has('x'), 'it was gone');
    speaker.keepAlive('x', 5_000);
    const tookMs = scene.msUntil(() => listener.poll().has('x'));
    assert.ok(tookMs <= 250, `known after ${tookMs} ms`);
  },
  ...simulated,
});

fault(14, 'a changed extra waits up to 10 s', 'a changed info is known everywhere in 250 ms', {
  claim: async (scene) => {
    const [speaker, listener] = await scene.hosts('speaker', 'listener');
    speaker.keepAlive('x', 60_000, 'before');
    scene.world.clock.advanceBy(2_000);
    given(listener.ask(`poll ${CLUSTER}`) === 'x:before\n\n', 'it is known');
    speaker.keepAlive('x', 60_000, 'after');
    const tookMs = scene.msUntil(() => listener.ask(`poll ${CLUSTER}`) === 'x:after\n\n');
    assert.ok(tookMs <= 250, `known after ${tookMs} ms`);
  },
  ...simulated,
});
