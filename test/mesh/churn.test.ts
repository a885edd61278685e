/** Sets that change faster than can be told, over an air that loses and mixes up frames: in the end all is known. */
import test from 'ava';
import { seededRandom } from '../../src/time/random.ts';
import { Air, MeshHouse } from '../support/mesh-house.ts';

const SEEDS = process.env.SEED === undefined ? [5, 21, 27] : [Number(process.env.SEED)];

/** Within this time after the last loss. */
const QUIET_MS = 2_500;

for (const seed of SEEDS) {
  test(`what came and went while ends were forgotten and frames were lost is known in the end (SEED=${seed})`, (t) => {
    const random = seededRandom(seed);
    const air = new Air();
    let lossRatio = random() * 0.4;
    air.passes = () => {
      air.delayMs = 40 * random();
      return random() >= lossRatio;
    };
    const a = MeshHouse.started(air, 'a', { seed: seed * 10 });
    MeshHouse.started(air, 'c', { seed: seed * 10 + 2 });
    for (let at = 0; at < 2_500 * random(); at += 1) a.keepAlive(`steady-${at}`, 600_000);
    let b = MeshHouse.started(air, 'b', { seed: seed * 10 + 1 });
    for (let step = 0; step < 12; step += 1) {
      const count = Math.floor(3_000 * random() * random());
      const from = Math.floor(random() * 2_000);
      for (let at = 0; at < count; at += 1) a.keepAlive(`x${from + at}`, 600_000);
      for (let at = 0; at < count; at += 1) if (random() < 0.8) a.withdraw(`x${from + at}`);
      air.clock.advanceBy(2_000 * random());
      if (random() >= 0.1) continue;
      b.crash();
      air.clock.advanceBy(200);
      b = MeshHouse.started(air, 'b', { seed: seed * 1_000 + step });
    }
    lossRatio = 0;
    air.clock.advanceBy(QUIET_MS);
    t.deepEqual(b.listed('a'), a.listed('a'));
  });
}
