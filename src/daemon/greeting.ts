/** What a daemon says when it has started: who it is, where it listens, whom it talks to, what to type next. */
import type { Settings } from '../config/schema.ts';
import { shown } from '../model/names.ts';
import type { Monitor } from '../monitor/monitor.ts';

/** The greeting, a line each; fits one screen. */
export function greetingOf(
  monitor: Monitor,
  version: string,
  { realm, keys }: Pick<Settings, 'realm' | 'keys'>,
): readonly string[] {
  const { address, port } = monitor.clientEndpoints[0] ?? { address: '127.0.0.1', port: 8720 };
  const host = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  return [
    `vagus ${version}: this monitor is ${shown(monitor.identity)}`,
    `  belongs to realm ${shown(realm)}${keys.length > 0 ? ', and seals what it says' : ''}`,
    ...monitor.describe().map((line) => `  ${line}`),
    'Keep an instance alive for 60 s, and see who is alive:',
    `  printf 'keepalive demo:1:60000:hello\\n' | nc -q 1 ${host} ${port}`,
    `  printf 'poll demo\\n' | nc -q 1 ${host} ${port}`,
    'Start another monitor on this network: both find each other. Stop this one with Ctrl-C.',
  ];
}
