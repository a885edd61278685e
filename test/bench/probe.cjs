/**
 * Given to a monitor's process with `--require`: tells over IPC for how long its event loop was blocked. It measures
 * only between `watchLoop` and `loopDelays`, so that nothing is added to what a monitor costs by itself.
 */
const { monitorEventLoopDelay } = require('node:perf_hooks');

/** Time between two looks, ms. What is told is how much longer it took. */
const RESOLUTION_MS = 1;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

const procedures = {
  watchLoop() {
    delays.reset();
    delays.enable();
  },
  loopDelays() {
    delays.disable();
    const lateMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    return { p99Ms: lateMs(delays.percentile(99)), maxMs: lateMs(delays.max) };
  },
};

if (process.send !== undefined) {
  process.on('message', ({ id, name }) => {
    if (name in procedures) process.send({ id, result: procedures[name]() });
  });
  process.once('disconnect', () => process.exit());
  process.channel.unref(); // it must not keep a monitor alive that ends
}
