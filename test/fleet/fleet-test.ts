/**
 * A test with a network of its own, which is gone when the test has ended, however it ended. Where no network can be
 * made the test is skipped, and says why; in CI it fails instead, so that CI cannot lose it without a word.
 */
import { spawnSync } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { Network, SYSTEM } from './namespaces.ts';

/** How a test on a network runs. */
export interface FleetTestOptions {
  /** Whether others may run at the same time: it mostly waits. */
  readonly isBeside?: boolean;
}

/** A test on a network of so many hosts. */
export function fleetTest(
  title: string,
  hostCount: number,
  run: (t: ExecutionContext, network: Network) => Promise<void>,
  { isBeside = false }: FleetTestOptions = {},
): void {
  const reason = missing();
  if (reason === undefined) {
    (isBeside ? test : test.serial)(title, async (t) => {
      const network = await Network.create(hostCount);
      t.teardown(() => network.close());
      await run(t, network);
    });
  } else if (process.env.CI === 'true') {
    test(title, (t) => t.fail(`cannot run, and must in CI: ${reason}`));
  } else {
    test.skip(`${title} (skipped: ${reason})`, () => {});
  }
}

/** Why there can be no network here. */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  for (const command of ['ip', 'nc', 'nft', 'sysctl', 'setpriv', 'unshare', 'hostname', 'faketime']) {
    const found = spawnSync('sh', ['-c', `command -v ${command}`], { env: SYSTEM });
    if (found.status !== 0) return `there is no ${command}`;
  }
  const { stderr } = spawnSync('nc', ['-h'], { encoding: 'utf8' });
  if (!stderr.includes('OpenBSD')) return 'nc is not that of OpenBSD (package netcat-openbsd)';
  const { status } = spawnSync('unshare', ['--net', '--uts', '--mount', 'true']);
  return status === 0 ? undefined : 'this root may not make namespaces';
}
