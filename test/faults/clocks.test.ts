/** Faults of the original that come of its absolute times: clocks that differ, and clocks that step. */
import { strict as assert } from 'node:assert';
import { fault } from './fault.ts';
import { type Scene, simulated } from './scene.ts';

const PACE = { beatMs: 500, lifetimeMs: 2_500 };

/** A listener, and an original with a clock of its own. */
async function skewed(scene: Scene, offsetMs: number) {
  const listener = await scene.host('listener');
  const speaker = await scene.original('speaker', { offsetMs });
  const stop = scene.world.beat(speaker, 'x', PACE);
  scene.world.clock.advanceBy(30_000);
  return { listener, stop };
}

fault(9, 'Clock skew of 2–4 s hides instances', 'a clock that is 4 s behind hides no instance', {
  claim: async (scene) => {
    const { listener } = await skewed(scene, -4_000);
    assert.equal(scene.incompleteAnswers([listener], 1, 60_000), 0, 'answers without it');
  },
  ...simulated,
});

fault(9, '30 s hides the host', 'a clock that is 30 s behind hides no host', {
  claim: async (scene) => {
    const { listener } = await skewed(scene, -30_000);
    assert.match(listener.ask('getvaguslist'), /^speaker:/m);
  },
  ...simulated,
});

fault(9, '+30 s keeps the dead 33 s', 'a clock that is 30 s ahead keeps no instance longer than others do', {
  claim: async (scene) => {
    const { listener, stop } = await skewed(scene, 30_000);
    stop();
    const tookMs = scene.msUntil(() => !listener.poll().has('x'));
    assert.ok(tookMs >= 2_000 && tookMs <= 6_000, `gone after ${tookMs} ms`);
  },
  ...simulated,
});

fault(9, 'a step back mutes it', 'a host whose clock is set back by a minute goes on telling', {
  claim: async (scene) => {
    const [speaker, listener] = await scene.hosts('speaker', 'listener');
    scene.world.beat(speaker, 'x', PACE);
    scene.world.clock.advanceBy(30_000);
    speaker.clock.stepWallBy(-60_000);
    speaker.keepAlive('later', 600_000);
    assert.ok(scene.msUntil(() => listener.poll().has('later')) <= 2_000, 'it tells');
  },
  ...simulated,
});

fault(9, 'a step forward kills its instances', 'a clock that is set forward by a minute ends no instance', {
  claim: async (scene) => {
    const [host] = await scene.hosts('host', 'other');
    scene.world.beat(host, 'x', PACE);
    scene.world.clock.advanceBy(30_000);
    host.clock.stepWallBy(60_000);
    assert.ok(host.poll().has('x'), 'listed right after the step');
  },
  ...simulated,
});
