/** Faults of the original that need a network of their own to be shown (the others: test/faults). */
import { strict as assert } from 'node:assert';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';
import { show, type Trial } from '../faults/fault.ts';
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Host, Network } from './namespaces.ts';
import { ask } from './text-client.ts';

const GONE_MS = 3_000;
const PATIENCE_MS = 10_000;
/** An address of the second host that is reached by the default route alone. */
const FAR = '192.0.2.7';

function fault<Subject>(
  row: number,
  _words: string,
  title: string,
  trialOn: (network: Network) => Trial<Subject>,
): void {
  fleetTest(`fault ${row}: ${title}`, 2, (t, network) => show(t, trialOn(network)));
}

/** Something that speaks from the first host to the far address. */
interface Speaker {
  end(): Promise<unknown>;
}

fault(
  3,
  'The default route gone for 3 s',
  'a host whose default route was gone goes on telling',
  (network) => {
    const [one, two] = network.hosts as [Host, Host];
    return {
      claim: async (start: () => Promise<Speaker>) => {
        const listener = await Daemon.start(network, two);
        await run(network, one, `ip route replace default via ${two.ipv4}`);
        const speaker = await start();
        await listener.knows(one);
        await run(network, one, 'ip route delete default');
        await delay(GONE_MS);
        await run(network, one, `ip route add default via ${two.ipv4}`);
        const isHeard = await wasHeardSince(Date.now(), network);
        await speaker.end();
        await listener.terminate();
        assert.ok(isHeard, 'heard again');
      },
      ours: async () => {
        await run(network, two, `ip address add ${FAR}/32 dev lo`);
        const text = `[main]\nannouncement-interval-max = 1000\n[udp]\npeer: ${FAR}\n`;
        return async () => {
          const daemon = await Daemon.start(network, one, text);
          return { end: () => daemon.terminate() };
        };
      },
      faulty: () => async () => {
        const sender = network.spawn(one, [process.execPath, '-e', senderThatGivesUp(one)]);
        return { end: () => ended(sender) };
      },
    };
  },
);

/** Speaks ten times a second, until something is wrong. */
function senderThatGivesUp({ name }: Host): string {
  const endOfLifeSeconds = Date.now() / 1_000 + 60;
  const [frame] = encodeAnnouncement({ endOfLifeSeconds, monitor: name, cluster: 'c', instances: [] });
  return `const socket = require('node:dgram').createSocket('udp4');
    const frame = Buffer.from('${frame!.toString('hex')}', 'hex');
    const rounds = setInterval(() => socket.send(frame, 8721, '${FAR}', (error) => {
      if (error !== null) clearInterval(rounds);
    }), 100);
    setTimeout(() => {}, 600_000);`;
}

/** Whether the second host hears the first one after an instant, in time. */
async function wasHeardSince(at: number, network: Network): Promise<boolean> {
  const [one, two] = network.hosts as [Host, Host];
  while (Date.now() < at + PATIENCE_MS) {
    const list = await ask(network, two, 'getvaguslist');
    if (Number(new RegExp(`^${one.name}:(\\d+):`, 'm').exec(list)?.[1]) > at) return true;
    await delay(100);
  }
  return false;
}

async function run(network: Network, host: Host, command: string): Promise<void> {
  const [code] = await once(network.spawn(host, command.split(' ')), 'close');
  assert.equal(code, 0, command);
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}
