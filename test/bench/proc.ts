/** What Linux tells of another process and of its sockets: measured from outside, at no cost to it. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Time that a process has run on a core so far, all its threads, ms. The kernel counts nanoseconds here. */
export function cpuMs(pid: number): number {
  return sum(tasksOf(pid).map((task) => Number(read(`${task}/schedstat`).split(' ')[0]))) / 1e6;
}

/** How often the main thread of a process has gone to sleep so far; each one is a wake-up later. */
export function wakeUps(pid: number): number {
  return field(read(`/proc/${pid}/task/${pid}/status`), 'voluntary_ctxt_switches');
}

/** Memory of a process that is resident now, MB of 1,000,000 bytes. */
export function residentMb(pid: number): number {
  return (field(read(`/proc/${pid}/status`), 'VmRSS') * 1_024) / 1e6;
}

/** The most that was resident since its start, MB. */
export function residentMbMax(pid: number): number {
  return (field(read(`/proc/${pid}/status`), 'VmHWM') * 1_024) / 1e6;
}

/** How many files and sockets a process has open. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Datagrams to a UDP port that the kernel has dropped since the sockets on it were opened. */
export function droppedDatagrams(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = `${read('/proc/net/udp')}${read('/proc/net/udp6')}`
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return sum(lines.filter(([, local]) => local?.endsWith(suffix)).map((columns) => Number(columns.at(-1))));
}

/** The share of one core that a process takes in a window of time, %. */
export async function cpuShare(pid: number, windowMs: number): Promise<number> {
  const beganAt = performance.now();
  const before = cpuMs(pid);
  await delay(windowMs);
  return (100 * (cpuMs(pid) - before)) / (performance.now() - beganAt);
}

/** Keeps a process, all its threads, on one core. @param core counted from 0 */
export function pin(pid: number, core: number): void {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
}

function tasksOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`);
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1]);
}

function read(path: string): string {
  return readFileSync(path, 'latin1');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
