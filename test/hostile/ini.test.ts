/** Ten thousand files that are no good vagus.ini: each gives settings, or errors that say where. */
import test from 'ava';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { hostileIni } from './ini.ts';

const SEED = Number(process.env.SEED ?? 1);
const FILES = 10_000;

test('10,000 hostile files are each read or refused with the lines at fault', (t) => {
  t.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  let readCount = 0;
  for (let made = 0; made < FILES; made += 1) {
    const text = hostileIni(random);
    const { settings, errors, unknown } = loadConfig({ text, file: 'vagus.ini' });
    const lineCount = text.split('\n').length;
    const faults = [...errors, ...unknown];
    const arePlaced = faults.every(
      (fault) => fault instanceof ConfigError && isLine(fault.line, lineCount) && fault.message.length < 600,
    );
    if (!arePlaced) t.fail(`SEED=${SEED}: ${JSON.stringify(text.slice(0, 10_000))}`);
    if (errors.length === 0) {
      readCount += 1;
      const { logLevel: _, ...options } = settings;
      t.notThrows(() => createMonitor({ ...options, transports: [] }), `SEED=${SEED}`);
    }
  }
  t.log(`${readCount} of them without an error`);
  t.true(readCount > FILES / 20);
});

/** Line 0 is the file as a whole. */
function isLine(line: number, lineCount: number): boolean {
  return Number.isInteger(line) && line >= 0 && line <= lineCount;
}
