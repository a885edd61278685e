/** Faults of the original in how it sends: one error ends it, and some of what is configured is not heeded. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { of } from 'rxjs';
import type { MulticastForm } from '../../src/model/addresses.ts';
import { systemClock } from '../../src/time/clock.ts';
import { MulticastTransport } from '../../src/transport/multicast.ts';
import { UdpTransport } from '../../src/transport/udp.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/tcp-client.ts';
import { fault } from './fault.ts';
import { comesTrue, datagramSocket, monitorFrom, opened } from './sockets.ts';

const clock = systemClock();

/** Sends frames to a port of this host. */
type Sender = (frame: Uint8Array) => void;

async function senderOfOurs(t: ExecutionContext, port: number): Promise<Sender> {
  const peers$ = of([{ host: '127.0.0.1', port }]);
  const transport = await opened(
    t,
    new UdpTransport({ port: await freePort(), peers$, broadcasts$: of([]), clock }),
  );
  return (frame) => transport.send(frame);
}

/** One that sends as long as nothing goes wrong. */
async function senderThatGivesUp(t: ExecutionContext, port: number): Promise<Sender> {
  const socket = await datagramSocket(t, 0);
  let isMute = false;
  return (frame) => {
    if (isMute) return;
    socket.send(frame, port, '127.0.0.1', (error) => {
      if (error !== null) isMute = true;
    });
  };
}

fault(
  3,
  'or any send error: mute for ever, process alive',
  'after an error of a send the next frame leaves',
  {
    claim: async (sendTo, t) => {
      const socket = await datagramSocket(t, 0);
      const heard: string[] = [];
      socket.on('message', (bytes) => heard.push(bytes.toString()));
      const send = await sendTo(t, socket.address().port);
      send(Buffer.from('before'));
      await until(() => heard.length === 1, 'the first frame');
      send(Buffer.alloc(70_000)); // EMSGSIZE
      const resend = setInterval(() => send(Buffer.from('after')), 20);
      t.teardown(() => clearInterval(resend));
      await comesTrue(() => heard.includes('after'), 'the frame after the error');
    },
    ours: () => senderOfOurs,
    faulty: () => senderThatGivesUp,
  },
);

fault(
  24,
  '`broadcast: interface:address` silently turns UDP off',
  'a broadcast by an interface is sent, and heard',
  {
    claim: async (edit, t) => {
      const others = '[udp-multicast]\nport = 0\n[tcp]\nport = 0\n';
      const text = `${others}[udp]\nport = ${await freePort()}\nbroadcast: lo:127.255.255.255\n`;
      const monitor = await monitorFrom(t, edit(text));
      await comesTrue(() => monitor.counts['packets.own'] !== undefined, 'our own broadcast');
    },
    ours: () => (text: string) => text,
    /** As the original took that form. */
    faulty: () => (text: string) => text.replace(/port = \d+\nbroadcast: \w+:.*\n/, 'port = 0\n'),
  },
);

async function joinAsOurs(t: ExecutionContext, form: MulticastForm): Promise<void> {
  const port = await freePort();
  await opened(t, new MulticastTransport({ port, ttl: 1, groups$: of([form]), clock }));
}

async function joinByAnyInterface(t: ExecutionContext, { group }: MulticastForm): Promise<void> {
  (await datagramSocket(t, 0)).addMembership(group);
}

fault(
  24,
  'multicast ignores the interface',
  'a group is joined on the interface that is named, on no other',
  {
    claim: async ({ join, group }, t) => {
      await assert.doesNotReject(join(t, { group, interfaceName: 'lo' }));
      assert.deepEqual(interfacesIn(group), ['lo']);
    },
    ours: () => ({ join: joinAsOurs, group: '239.192.87.24' }),
    faulty: () => ({ join: joinByAnyInterface, group: '239.192.87.25' }),
  },
);

/** The interfaces on which this host is in an IPv4 group, as Linux tells it. */
function interfacesIn(group: string): string[] {
  const bytes = Buffer.from(group.split('.').map(Number));
  const shown = bytes.readUInt32LE().toString(16).toUpperCase().padStart(8, '0');
  const devices = readFileSync('/proc/net/igmp', 'utf8')
    .split(/^\d+\t/m)
    .slice(1);
  return devices.filter((device) => device.includes(shown)).map((device) => device.split(/\s/)[0]!);
}
