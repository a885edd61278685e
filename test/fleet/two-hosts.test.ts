/** Two hosts without any configuration, as in the README's first minute. */
import { Daemon } from './daemon.ts';
import { fleetTest } from './fleet-test.ts';
import type { Network } from './namespaces.ts';
import { ask, askUntil } from './text-client.ts';

/** What news may take from one host to the other, beside the time of the processes that ask for it. */
const NEWS_MS = 250;

fleetTest('two hosts without configuration know each other within a second', 2, async (t, network) => {
  const [one, two] = pair(network.hosts);
  const first = await Daemon.start(network, one);
  const second = new Daemon(network, two);
  const listening = await second.listening();
  const seen = { newcomer: await first.knows(two), 'older one': await second.knows(one) };
  for (const [who, { at }] of Object.entries(seen)) {
    t.log(`the ${who}: ${at - listening.at} ms after listening, ${at - second.spawnedAt} ms after spawning`);
    t.true(at - listening.at <= 1_000);
  }
});

fleetTest('what nc keeps alive on one host is listed on the other', 2, async (t, network) => {
  await startPair(network);
  const processMs = await timeOfProcess(network);
  const [one, two] = pair(network.hosts);
  for (const [here, there] of [pair([one, two]), pair([two, one])]) {
    await ask(network, here, `keepalive ${here.name}:1:60000:hello`);
    const tookMs = await askUntil(network, there, { line: `poll ${here.name}`, answer: '1:hello\n\n' });
    t.log(`listed on ${there.name} after ${tookMs | 0} ms; nc takes ${processMs | 0} ms of its own`);
    t.true(tookMs <= NEWS_MS + processMs);
  }
});

fleetTest('what nc withdraws on one host is gone on the other', 2, async (t, network) => {
  const [one, two] = pair(network.hosts);
  const [first, second] = await startPair(network);
  const processMs = await timeOfProcess(network);
  await ask(network, one, 'keepalive demo:1:60000:hello');
  await askUntil(network, two, { line: 'poll demo', answer: '1:hello\n\n' });
  t.is(await ask(network, one, 'keepalivepoll demo:1:0'), '\n');
  const tookMs = await askUntil(network, two, { line: 'poll demo', answer: '\n' });
  const apartMs = (await withdrawalIn(second)).at - (await withdrawalIn(first)).at;
  t.log(
    `${apartMs} ms apart in the logs; gone after ${tookMs | 0} ms, nc takes ${processMs | 0} ms of its own`,
  );
  t.true(apartMs <= NEWS_MS);
  t.true(tookMs <= NEWS_MS + processMs);
});

fleetTest('SIGTERM ends a monitor within a second, with exit code 0', 2, async (t, network) => {
  const daemons = await startPair(network);
  await ask(network, network.hosts[0]!, 'keepalive demo:1:60000:hello');
  for (const daemon of daemons) {
    const askedAt = Date.now();
    const { code, at } = await daemon.terminate();
    t.log(`${daemon.host.name} ended after ${at - askedAt} ms`);
    t.is(code, 0);
    t.true(at - askedAt <= 1_000);
    t.deepEqual(await network.processesOn(daemon.host), []);
    t.is(daemon.stderr, '');
  }
});

fleetTest(
  'a monitor that starts again lists the long-lived of others in its first answer',
  2,
  async (t, network) => {
    const [one, two] = pair(network.hosts);
    let [, second] = await startPair(network);
    await ask(network, one, 'keepalive demo:1:600000:hello');
    await askUntil(network, two, { line: 'poll demo', answer: '1:hello\n\n' });
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await second.terminate(signal);
      second = await Daemon.start(network, two);
      t.is(await ask(network, two, 'poll demo'), '1:hello\n\n', `after ${signal}`);
    }
  },
);

/** Two daemons that know each other and answer questions about members. */
async function startPair(network: Network): Promise<[Daemon, Daemon]> {
  const [one, two] = pair(network.hosts);
  const daemons = pair(await Promise.all([Daemon.start(network, one), Daemon.start(network, two)]));
  await Promise.all([daemons[0].knows(two), daemons[1].knows(one)]);
  await Promise.all([ask(network, one, 'getclusters'), ask(network, two, 'getclusters')]);
  return daemons;
}

/** How long nc takes to ask what needs no news, ms. */
async function timeOfProcess(network: Network): Promise<number> {
  return askUntil(network, network.hosts[0]!, { line: 'getversion', answer: '1\n\n' });
}

function withdrawalIn(daemon: Daemon) {
  return daemon.waitFor(({ id, reason }) => id === '1' && reason === 'withdrawn', { what: 'log the leave' });
}

function pair<T>(items: readonly T[]): [T, T] {
  return [items[0]!, items[1]!];
}
