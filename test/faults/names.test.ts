/** A fault of the original between two hosts of one name: they ignore each other, and nobody learns why. */
import { strict as assert } from 'node:assert';
import { pino } from 'pino';
import { EMPTY } from 'rxjs';
import { keepJournal } from '../../src/daemon/journal.ts';
import type { Monitor } from '../../src/monitor/monitor.ts';
import { World } from '../simulation/world.ts';
import { fault } from './fault.ts';

/** Two monitors called `twin`, on two hosts, and what they log. */
async function twins(journalOf: (monitor: Monitor) => Monitor) {
  const world = new World(1);
  const lines: { level: number; msg: string }[] = [];
  for (const address of ['10.0.0.1', '10.0.0.2']) {
    const { monitor, clock } = world.host(address, { identity: 'twin' });
    const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
    keepJournal(journalOf(monitor), logger, clock);
    await monitor.start();
  }
  return { world, lines };
}

fault(15, 'Two hosts with one name ignore each other silently', 'two hosts with one name both warn of it', {
  claim: ({ world, lines }) => {
    world.clock.advanceBy(15_000);
    const warnings = lines.filter(
      ({ level, msg }) => level >= pino.levels.values.warn! && msg.includes('twin'),
    );
    assert.deepEqual(warnings.map(({ msg }) => msg.split(' ')[0]).sort(), ['10.0.0.1', '10.0.0.2']);
  },
  ours: () => twins((monitor) => monitor),
  faulty: () =>
    twins(({ state$, changes$, peerChanges$, conditions$ }) => {
      const silent = { state$, changes$, peerChanges$, conditions$, notices$: EMPTY };
      return silent as unknown as Monitor;
    }),
});
