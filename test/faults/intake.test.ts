/** Faults of the original in what it believes: it takes whatever a datagram says. */
import { strict as assert } from 'node:assert';
import { CLUSTER } from '../simulation/world.ts';
import { fault, given } from './fault.ts';
import { type Scene, simulated } from './scene.ts';

const POLL = `poll ${CLUSTER}`;

/** A host that has listened for a while, and somebody who may say anything to it. */
async function hostAndStranger(scene: Scene) {
  const host = await scene.host('host');
  const { say, sayAgain } = await scene.stranger();
  scene.world.clock.advanceBy(2_000);
  const tell = (id: string, { info = '', leftMs = 60_000 } = {}) => {
    say({ instances: [{ id, info, endOfLifeMs: scene.world.clock.wallNow() + leftMs }] });
    scene.world.clock.advanceBy(20);
  };
  /** The datagram of that number comes once more. */
  const repeat = (number: number) => {
    sayAgain(number);
    scene.world.clock.advanceBy(20);
  };
  return { host, say, tell, repeat };
}

fault(10, 'No check of input: immortal ghosts', 'an instance that is said to live for ever ends', {
  claim: async (scene) => {
    const { host, say, tell } = await hostAndStranger(scene);
    tell('ghost', { leftMs: 1e15 });
    given(host.ask(POLL) === 'ghost\n\n', 'it is listed');
    scene.world.each(5_000, () => say({ cluster: 'elsewhere' })); // who said it lives on
    scene.world.clock.advanceBy(1_200_000);
    assert.equal(host.ask(POLL), '\n');
  },
  ...simulated,
});

fault(
  10,
  "an empty id breaks clients' framing",
  'an instance without an id is left out, and the rest counts',
  {
    claim: async (scene) => {
      const { host, say } = await hostAndStranger(scene);
      const endOfLifeMs = scene.world.clock.wallNow() + 60_000;
      say({ instances: ['', 'other'].map((id) => ({ id, info: '', endOfLifeMs })) });
      scene.world.clock.advanceBy(20);
      assert.equal(host.ask(POLL), 'other\n\n');
    },
    ...simulated,
  },
);

fault(10, 'newlines inject lines', 'neither an id nor an info makes a line of its own', {
  claim: async (scene) => {
    const { host, tell } = await hostAndStranger(scene);
    tell('true');
    tell('a\nforged');
    tell('b', { info: 'info\nforged' });
    assert.ok(!host.ask(POLL).split('\n').includes('forged'), 'a forged line');
    assert.match(host.ask(POLL), /^true$/m);
  },
  ...simulated,
});

fault(10, 'a past deadline hides a living local instance', 'nobody ends an instance that lives here', {
  claim: async (scene) => {
    const { host, tell } = await hostAndStranger(scene);
    host.keepAlive('local', 60_000);
    tell('local', { leftMs: -60_000 });
    assert.equal(host.ask(POLL), 'local\n\n');
  },
  ...simulated,
});

fault(10, 'an old datagram beats a newer one', 'a datagram that was overtaken changes nothing', {
  claim: async (scene) => {
    const { host, tell, repeat } = await hostAndStranger(scene);
    for (const [index, apartMs] of [100, 1_500].entries()) {
      tell('x', { info: 'old' });
      scene.world.clock.advanceBy(apartMs);
      tell('x', { info: 'new' });
      given(host.ask(POLL) === 'x:new\n\n', 'the newer one counts');
      repeat(2 * index);
      assert.equal(host.ask(POLL), 'x:new\n\n', `${apartMs} ms apart`);
      scene.world.clock.advanceBy(5_000);
    }
  },
  ...simulated,
});
