/** Tests with a real browser and real processes: one at a time, since two cores are few for that. */
export default {
  files: ['test/browser/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  concurrency: 1,
  serial: true,
  timeout: '120s',
};
