import test from 'ava';
import { measureTrouble, type TroubleOptions } from './troubles.ts';

const SEED = 1;

nobodyDies('at three times the loss that is promised,', { trouble: 'loss', lossRatio: 0.15 });
nobodyDies('while some stand still for up to five seconds', { trouble: 'pauses' });
nobodyDies('when one hears a fifth of what is said', { trouble: 'deaf' });
nobodyDies('when half of the others do not hear one of them', { trouble: 'oneWay' });

/** The same is asked of a plain time-out, to show that the trouble is one. */
function nobodyDies(when: string, trouble: Pick<TroubleOptions, 'trouble' | 'lossRatio'>): void {
  test(`${when} nobody gives up a host that a third one hears`, async (t) => {
    const { falseDeaths, examples, plainFalseDeaths } = await measureTrouble({
      seed: SEED,
      hosts: 20,
      minutes: 2,
      ...trouble,
    });
    t.is(falseDeaths, 0, `SEED=${SEED}: ${examples}`);
    t.true(plainFalseDeaths > 0, 'a plain time-out does');
  });
}
