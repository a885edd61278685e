/** How much memory this process holds when all that can be let go of is let go of. */
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The resident set after garbage collection, MiB. Memory is given back to the system with a delay: the least of a few looks. */
export async function residentMiB(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  let leastBytes = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 5; look += 1) {
    collectGarbage();
    await delay(50);
    leastBytes = Math.min(leastBytes, process.memoryUsage.rss());
  }
  return leastBytes / 2 ** 20;
}
