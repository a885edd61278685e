/** Tests with real processes in network namespaces: one at a time, since they measure, but for those that mostly wait. */
export default {
  files: ['test/fleet/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  concurrency: 1,
  timeout: '150s',
};
