import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import {
  readUnacknowledged,
  unacknowledgedIn,
  unacknowledgedOf,
} from '../../src/transport/unacknowledged.ts';
import { freePort } from '../support/free-port.ts';

/** As Linux 6.1 wrote them, but for the queues. */
const TABLES = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 00000000:2211 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1667 1 00000000847c3507 100 0 0 10 0                      
   1: 0100007F:9C40 0100007F:2211 01 0000002A:00000000 01:00000015 00000003     0        0 1668 2 00000000847c3508 20 4 30 10 -1                     
   2: 0100007F:2211 0100007F:9C40 01 00000000:0000002A 00:00000000 00000000     0        0 1669 1 00000000847c3509 20 4 30 10 -1                     
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
  10: 00000000000000000000000001000000:9C41 00000000000000000000000001000000:2211 01 0001E240:00000000 01:00000014 00000000     0        0 1670 2 00000000847c350a 20 4 30 10 -1
`;

const socketOf = (localPort: number, remotePort: number) => ({ localPort, remotePort }) as Socket;

test('the send queues of connections are read, of both families', (t) => {
  const queues = unacknowledgedIn(TABLES);
  t.is(unacknowledgedOf(socketOf(0x9c40, 0x2211), queues), 42);
  t.is(unacknowledgedOf(socketOf(0x9c41, 0x2211), queues), 123_456);
});

test('a connection that is not listed, or has nothing in its queue, has all acknowledged', (t) => {
  const queues = unacknowledgedIn(TABLES);
  t.is(unacknowledgedOf(socketOf(0x2211, 0x9c40), queues), 0);
  t.is(unacknowledgedOf(socketOf(1, 2), queues), 0);
});

test('of two connections with the same ports, the longer queue counts', (t) => {
  const row = (number: number, queue: string) =>
    `  ${number}: 0100007F:9C40 0100007F:2211 01 ${queue}:00000000 01:00000015 00000003\n`;
  const queues = unacknowledgedIn(row(1, '00000002') + row(2, '00000003') + row(3, '00000001'));
  t.is(unacknowledgedOf(socketOf(0x9c40, 0x2211), queues), 3);
});

const isLinux = existsSync('/proc/self/net/tcp');
const hosts = existsSync('/proc/self/net/if_inet6') ? ['127.0.0.1', '::1'] : ['127.0.0.1'];

for (const host of hosts) {
  (isLinux ? test : test.skip)(
    `Linux tells what a reader at ${host} has no room for, until it is read`,
    async (t) => {
      const port = await freePort();
      const server = createServer({ pauseOnConnect: true }).listen(port, host);
      const socket = connect({ port, host });
      const [reader] = (await once(server, 'connection')) as [Socket];
      t.teardown(() => {
        for (const end of [socket, reader]) end.destroy();
        server.close();
      });
      const unacknowledged = async () => unacknowledgedOf(socket, await readUnacknowledged());
      t.is(await unacknowledged(), 0);
      socket.write(Buffer.alloc(32 * 1024 * 1024));
      while ((await unacknowledged()) === 0) await delay(5);
      reader.resume();
      while (socket.writableLength > 0 || (await unacknowledged()) > 0) await delay(5);
    },
  );
}
