/** A monitor that has nothing to do: how soon it is there, and what it costs to have it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { cpuMs, residentMb, wakeUps } from './proc.ts';
import type { MonitorProcess } from './stage.ts';

const MONITORS = 5;

/** The first view is complete by then, and nothing is left of the start, ms. */
const SETTLING_MS = 5_000;

/** Long enough for one announcement of an idle monitor at least. */
const WINDOW_MS = 12_000;

export const idle: Bench = {
  name: 'idle',
  title: 'monitors that know of no instance, each for itself',
  async measure(stage) {
    const monitors: MonitorProcess[] = [];
    for (let count = 0; count < MONITORS; count += 1)
      monitors.push(await stage.startMonitor({ isProbed: false }));
    await delay(SETTLING_MS);
    const before = monitors.map(({ pid }) => ({ pid, wakeUps: wakeUps(pid), cpuMs: cpuMs(pid) }));
    await delay(WINDOW_MS);
    const perSecond = (count: number) => (1_000 * count) / WINDOW_MS;
    return [
      {
        claim: 'first answer, after the start of the process',
        unit: 'ms',
        values: monitors.map(({ startMs }) => startMs),
        target: { most: 400 },
      },
      {
        claim: 'resident memory',
        unit: 'MB',
        values: monitors.map(({ pid }) => residentMb(pid)),
        target: { most: 60 },
      },
      {
        claim: 'wake-ups of the event loop',
        unit: '/s',
        values: before.map((was) => perSecond(wakeUps(was.pid) - was.wakeUps)),
        target: { most: 5 },
      },
      {
        claim: 'CPU of one core',
        unit: '%',
        values: before.map((was) => perSecond(cpuMs(was.pid) - was.cpuMs) / 10),
      },
    ];
  },
};
