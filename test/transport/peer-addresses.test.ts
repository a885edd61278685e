/** Names of peers: all of their records, looked up again and again. */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import test, { type ExecutionContext } from 'ava';
import { BehaviorSubject } from 'rxjs';
import type { PeerAddress } from '../../src/model/addresses.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { Fortunes } from '../../src/transport/fortunes.ts';
import { RESOLVE_MS, resolvedPeers$ } from '../../src/transport/peer-addresses.ts';

const PEERS = [
  { host: 'web.example', port: 1 },
  { host: '10.0.0.9', port: 2 },
];

test.serial('a name means all of its records, looked up again each 30 s', async (t) => {
  const records = answerLookups(t, { 'web.example': ['10.0.0.1', 'fd00::1'] });
  const { told, pass } = follow(t, PEERS);
  await pass(0);
  t.is(told.at(-1), '10.0.0.1:1 fd00::1:1 10.0.0.9:2');
  records['web.example'] = ['10.0.0.2'];
  await pass(RESOLVE_MS - 1);
  t.is(told.at(-1), '10.0.0.1:1 fd00::1:1 10.0.0.9:2');
  await pass(1);
  t.is(told.at(-1), '10.0.0.2:1 10.0.0.9:2');
});

test.serial('addresses are written as the system writes those that are heard', async (t) => {
  const hosts = ['FE80:0:0::7%eth0', '2001:DB8:0:0:1:0:0:7', '10.0.0.9', '::ffff:10.0.0.9'];
  const { told, pass } = follow(
    t,
    hosts.map((host) => ({ host, port: 1 })),
  );
  await pass(0);
  t.is(told.at(-1), 'fe80::7%eth0:1 2001:db8::1:0:0:7:1 10.0.0.9:1 ::ffff:10.0.0.9:1');
});

test.serial('a name that cannot be resolved any more keeps its addresses, and is told of', async (t) => {
  const records = answerLookups(t, { 'web.example': ['10.0.0.1'] });
  const { told, conditions, pass } = follow(t, PEERS);
  await pass(0);
  delete records['web.example'];
  await pass(RESOLVE_MS);
  t.is(told.at(-1), '10.0.0.1:1 10.0.0.9:2');
  t.deepEqual(conditions, [{ destination: 'peer web.example', fault: 'ENOTFOUND' }]);
  records['web.example'] = ['10.0.0.3'];
  await pass(2_000);
  t.is(told.at(-1), '10.0.0.3:1 10.0.0.9:2');
  t.deepEqual(conditions.at(-1), { destination: 'peer web.example', fault: undefined });
});

test.serial('a name is waited for half a second, and the others are spoken to then', async (t) => {
  answerLookups(t, {}, () => new Promise(() => {}));
  const { told, pass } = follow(t, PEERS);
  await pass(499);
  t.deepEqual(told, []);
  await pass(1);
  t.deepEqual(told, ['10.0.0.9:2']);
});

test.serial('a list without names is told at once, and a new list replaces it', async (t) => {
  const { told, peers$ } = follow(t, [PEERS[1]!]);
  peers$.next([{ host: 'fe80::1%eth0', port: 3 }]);
  t.deepEqual(told, ['10.0.0.9:2', 'fe80::1%eth0:3']);
});

function follow(t: ExecutionContext, peers: readonly PeerAddress[]) {
  const clock = new VirtualClock();
  const fortunes = new Fortunes(clock);
  const conditions: unknown[] = [];
  fortunes.conditions$.subscribe((condition) => conditions.push(condition));
  const peers$ = new BehaviorSubject(peers);
  const told: string[] = [];
  const following = resolvedPeers$(peers$, { fortunes, clock }).subscribe((resolved) =>
    told.push(resolved.map(({ host, port }) => `${host}:${port}`).join(' ')),
  );
  t.teardown(() => following.unsubscribe());
  const pass = async (ms: number) => {
    clock.advanceBy(ms);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { told, conditions, peers$, pass };
}

/** Stands in for the resolver. @returns its records, which may change */
function answerLookups(
  t: ExecutionContext,
  records: Record<string, string[]>,
  answer = async (host: string): Promise<unknown> => {
    const addresses = records[host];
    if (addresses === undefined) throw Object.assign(new Error(host), { code: 'ENOTFOUND' });
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  },
): Record<string, string[]> {
  const { lookup } = dns.promises;
  dns.promises.lookup = answer as unknown as typeof lookup;
  syncBuiltinESMExports();
  t.teardown(() => {
    dns.promises.lookup = lookup;
    syncBuiltinESMExports();
  });
  return records;
}
