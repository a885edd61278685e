/**
 * A network for real processes. Each host is a Linux network namespace, joined by a veth pair to a bridge that has a
 * namespace of its own: nothing of it shows outside, and there is no default route. The namespaces' names hold the
 * process id, so that runs beside each other do not meet; what a killed run left over is removed by the next one. The
 * processes end with the test process, whatever ends it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from './until.ts';

const PREFIX = 'vagus';

/** The system's own commands: npm puts those of packages before them, and one of those is called `nft` too, and does nothing. */
export const SYSTEM = {
  ...process.env,
  PATH: process.env.PATH?.split(':')
    .filter((folder) => !folder.includes('node_modules'))
    .join(':'),
};

/** A link that goes down keeps its addresses, and one that comes up can use them at once. */
const IPV6_SETTINGS = ['all', 'default'].flatMap((which) => [
  `net.ipv6.conf.${which}.keep_addr_on_down=1`,
  `net.ipv6.conf.${which}.accept_dad=0`,
]);

/** One host of the network. */
export interface Host {
  /** Its host name as its processes see it: `h1`, `h2`, … */
  readonly name: string;
  readonly namespace: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Where and how a process is started. */
export interface SpawnOptions {
  readonly cwd?: string;
}

/** Hosts on one wire. */
export class Network {
  /** Networks are made one after the other: each looks for a number that no other has. */
  static #made: Promise<unknown> = Promise.resolve();
  readonly hosts: readonly Host[];
  readonly #bridge: string;
  readonly #withoutIpv4 = new Set<Host>();

  private constructor(bridge: string, hosts: readonly Host[]) {
    this.#bridge = bridge;
    this.hosts = hosts;
  }

  /** Makes a network. @param hostCount 1 to 250 */
  static create(hostCount: number): Promise<Network> {
    const made = Network.#made.then(() => Network.#create(hostCount));
    Network.#made = made.catch(() => {});
    return made;
  }

  static async #create(hostCount: number): Promise<Network> {
    await removeLeftovers();
    const number = await freeNumber();
    const name = (part: string) => `${PREFIX}-${process.pid}-${number}-${part}`;
    const hosts = Array.from({ length: hostCount }, (_, index) => ({
      name: `h${index + 1}`,
      namespace: name(`h${index + 1}`),
      ipv4: `10.91.${number}.${index + 1}`,
      ipv6: `fd91::${number}:${index + 1}`,
    }));
    const network = new Network(name('bridge'), hosts);
    try {
      await network.#build();
      return network;
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  /** Starts a process on a host. Its pid is that of the command itself, and it dies with us. */
  spawn(host: Host, command: readonly string[], { cwd = '/' }: SpawnOptions = {}): ChildProcess {
    const dieWithUs = ['setpriv', '--pdeathsig', 'KILL'];
    const named = ['unshare', '--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', host.name];
    return spawn('ip', ['netns', 'exec', host.namespace, ...dieWithUs, ...named, ...command], { cwd });
  }

  /** The processes that run on a host. */
  async processesOn({ namespace }: Host): Promise<readonly number[]> {
    return pidsIn(namespace);
  }

  /** Runs `ip` on a host. @param command such as `address flush dev eth0` */
  async ip({ namespace }: Host, command: string): Promise<void> {
    await ip(`-n ${namespace} ${command}`);
  }

  /** Runs a command on a host and waits for its end. @throws Error when it fails */
  async run({ namespace }: Host, command: readonly string[]): Promise<string> {
    const inside = ['netns', 'exec', namespace, ...command];
    const { stdout } = await promisify(execFile)('ip', inside, { env: SYSTEM });
    return stdout;
  }

  /** Where the clients of a host's daemon find it. */
  clientAddressOf(host: Host): string {
    return this.#withoutIpv4.has(host) ? '::1' : '127.0.0.1';
  }

  /** Takes all IPv4 addresses from a host. */
  async turnOffIpv4(host: Host): Promise<void> {
    this.#withoutIpv4.add(host);
    for (const name of ['eth0', 'lo']) await this.ip(host, `-4 address flush dev ${name}`);
  }

  async turnOffIpv6(host: Host): Promise<void> {
    for (const which of ['all', 'default'])
      await this.run(host, ['sysctl', '-qw', `net.ipv6.conf.${which}.disable_ipv6=1`]);
  }

  /** Deletes a host's network interface, as a virtual machine may lose one. */
  async unplug(host: Host): Promise<void> {
    await this.ip(host, 'link delete eth0');
  }

  /** Gives a host its network interface, at first or again. */
  async plugIn({ name, namespace, ipv4, ipv6 }: Host): Promise<void> {
    await ip(`link add eth0 netns ${namespace} type veth peer name ${name} netns ${this.#bridge}`);
    await ip(`-n ${this.#bridge} link set ${name} master br0 up`);
    await ip(`-n ${namespace} address add ${ipv4}/24 broadcast + dev eth0`);
    await ip(`-n ${namespace} address add ${ipv6}/64 dev eth0 nodad`);
    await ip(`-n ${namespace} link set eth0 up`);
  }

  /** Takes a host's network interface down, as its administrator would. */
  async takeDown({ namespace }: Host): Promise<void> {
    await ip(`-n ${namespace} link set eth0 down`);
  }

  async bringUp({ namespace }: Host): Promise<void> {
    await ip(`-n ${namespace} link set eth0 up`);
  }

  /** Takes a host off the wire without its knowing: its interface stays up, and what it sends goes nowhere. */
  async cutOff({ name }: Host): Promise<void> {
    await ip(`-n ${this.#bridge} link set ${name} nomaster`);
  }

  async reconnect({ name }: Host): Promise<void> {
    await ip(`-n ${this.#bridge} link set ${name} master br0`);
  }

  /** Kills what runs on the hosts, and removes them. */
  async close(): Promise<void> {
    for (const namespace of [...this.hosts.map((host) => host.namespace), this.#bridge]) {
      await remove(namespace);
    }
  }

  async #build(): Promise<void> {
    const bridge = this.#bridge;
    await ip(`netns add ${bridge}`);
    await ip(`-n ${bridge} link add br0 type bridge mcast_snooping 0`);
    await ip(`-n ${bridge} link set br0 up`);
    for (const host of this.hosts) {
      await ip(`netns add ${host.namespace}`);
      await this.run(host, ['sysctl', '-qw', ...IPV6_SETTINGS]);
      await ip(`-n ${host.namespace} link set lo up`);
      await this.plugIn(host);
    }
  }
}

/** Removes the namespaces of processes that are no more. Another run may be doing so too. */
async function removeLeftovers(): Promise<void> {
  for (const namespace of await namespaces()) {
    const owner = new RegExp(`^${PREFIX}-(\\d+)-`).exec(namespace)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) await remove(namespace).catch(() => {});
  }
}

/** The lowest number that no network of ours has. */
async function freeNumber(): Promise<number> {
  const taken = await namespaces();
  const isTaken = (number: number) =>
    taken.some((name) => name.startsWith(`${PREFIX}-${process.pid}-${number}-`));
  let number = 1;
  while (isTaken(number)) number += 1;
  return number;
}

async function remove(namespace: string): Promise<void> {
  if (!(await namespaces()).includes(namespace)) return;
  for (const pid of await pidsIn(namespace)) kill(pid);
  const isEmpty = async () => ((await pidsIn(namespace)).length === 0 ? true : undefined);
  await until(isEmpty, { what: `the end of the processes in ${namespace}` });
  await ip(`netns delete ${namespace}`);
}

async function namespaces(): Promise<readonly string[]> {
  const listing = await ip('netns list'); // such as `blue (id: 1)`
  return wordsOf(listing.replace(/\(id: \d+\)/g, ''));
}

async function pidsIn(namespace: string): Promise<readonly number[]> {
  return wordsOf(await ip(`netns pids ${namespace}`)).map(Number);
}

async function ip(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ip', command.split(' '));
  return stdout;
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
