/** Closing a monitor takes time, in which it says goodbye: on a virtual clock that has to be let pass. */
import type { Monitor } from '../../src/monitor/monitor.ts';
import type { VirtualClock } from '../../src/time/virtual-clock.ts';

/** Closes monitors, and lets time pass until they are. */
export async function closed(clock: VirtualClock, ...monitors: readonly Monitor[]): Promise<void> {
  let isClosed = false;
  const closing = Promise.all(monitors.map((monitor) => monitor.close()));
  void closing.finally(() => {
    isClosed = true;
  });
  while (!isClosed) {
    clock.advanceBy(5);
    await new Promise(setImmediate);
  }
  await closing;
}
