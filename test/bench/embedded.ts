/** A worker: a monitor inside a program, which tells when its changes were published. It runs the compiled library. */
import { type Turns, timed } from './turns.ts';
import { serve } from './worker.ts';

export type Embedded = typeof procedures;

/** One batch, as a subscriber got it. */
export interface Published {
  /** Wall clock, ms: all processes of a bench are on one machine. */
  readonly at: number;
  /** How many instances came to life. */
  readonly joined: number;
  readonly died: number;
}

const { createMonitor, systemClock } = (await import(
  new URL('../../dist/index.js', import.meta.url).href
)) as typeof import('../../src/index.ts');

const batches: Published[] = [];
const { clock, takeTurns } = timed(systemClock());

const procedures = {
  /** Starts a monitor that nobody hears. */
  async start(options: {
    udpPort: number;
    deadPort: number;
    announcementIntervalMsMax: number;
  }): Promise<void> {
    const { udpPort, deadPort, announcementIntervalMsMax } = options;
    const udpPeers = [{ host: '127.0.0.1', port: deadPort }];
    const monitor = createMonitor({
      identity: 'bench',
      clock,
      udpPort,
      udpPeers,
      udpBroadcasts: [],
      tcpPort: 0,
      announcementIntervalMsMax,
    });
    monitor.changes$.subscribe(({ changes }) => {
      const died = changes.filter(({ to }) => to === 'dead').length;
      const joined = changes.filter(
        ({ from, to }) => to === 'alive' && from !== 'suspect' && from !== 'alive',
      ).length;
      batches.push({ at: Date.now(), joined, died });
    });
    await monitor.start();
  },

  /** For how long the monitor held up the process since the last call. */
  turns(): Promise<Turns> {
    return takeTurns();
  },

  /** What was published since the last call. */
  published(): Published[] {
    return batches.splice(0);
  },
};

serve(procedures);
