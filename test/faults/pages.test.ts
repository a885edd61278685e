/** Faults of the original's web page: it runs what strangers call themselves, and some names end it. */
import { strict as assert } from 'node:assert';
import type { ExecutionContext } from 'ava';
import { createMonitor } from '../../src/index.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';
import { closed } from '../support/closed.ts';
import { freePort } from '../support/free-port.ts';
import { fault } from './fault.ts';

const EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>';

/** A web page about what was announced. */
interface Site {
  /** Somebody announces an instance. */
  announce(instance: { monitor: string; cluster: string; id: string; info: string }): void;
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
}

async function ourSite(t: ExecutionContext): Promise<Site> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, () => 0);
  const webPort = await freePort();
  const monitor = createMonitor({ identity: 'host', clock, transports: [network.attach('host')], webPort });
  t.teardown(() => closed(clock, monitor));
  await monitor.start();
  const stranger = network.attach('stranger');
  await stranger.open();
  clock.advanceBy(2_000);
  return {
    announce: ({ monitor, cluster, id, info }) => {
      const endOfLifeMs = clock.wallNow() + 60_000;
      const content = { endOfLifeSeconds: endOfLifeMs / 1_000, monitor, cluster };
      for (const frame of encodeAnnouncement({ ...content, instances: [{ id, info, endOfLifeMs }] }))
        stranger.send(frame);
      clock.advanceBy(100);
    },
    get: async (path) => {
      const answer = await fetch(`http://127.0.0.1:${webPort}${path}`);
      return { status: answer.status, body: await answer.text() };
    },
  };
}

/** A template that is filled with whatever was said, in the order of numbers if the first id is one. */
function naiveSite(): Site {
  const said: { monitor: string; cluster: string; id: string; info: string }[] = [];
  return {
    announce: (instance) => {
      said.push(instance);
    },
    get: async () => {
      try {
        const isByNumber = /^\d+$/.test(said[0]!.id);
        if (isByNumber) said.sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
        const body = said.map(({ monitor, cluster, id, info }) => `<p>${monitor} ${cluster} ${id} ${info}`);
        return { status: 200, body: body.join('\n') };
      } catch {
        return { status: 500, body: '' };
      }
    },
  };
}

const pagesOf = (cluster: string) =>
  ['', `cluster/${encodeURIComponent(cluster)}`, `cluster_details/${encodeURIComponent(cluster)}`].map(
    (path) => `/${path}`,
  );

fault(23, 'stored script injection', 'a name on a page is text, whatever a stranger put into it', {
  claim: async (site) => {
    site.announce({ monitor: `m${EVIL}`, cluster: `c${EVIL}`, id: `i${EVIL}`, info: `x${EVIL}` });
    const bodies: string[] = [];
    for (const path of pagesOf(`c${EVIL}`)) bodies.push((await site.get(path)).body);
    for (const body of bodies) assert.ok(!/<script>alert|<img/.test(body), 'a script');
    const told = bodies.join('\n');
    for (const first of 'mcix')
      assert.ok(told.includes(`${first}&#34;&#62;&#60;script`), `name ${first} is shown`);
  },
  ours: ourSite,
  faulty: naiveSite,
});

fault(23, 'mixed numeric ids crash a page', 'ids of which some are numbers are all shown', {
  claim: async (site) => {
    const ids = ['10', '9', 'nine', '9a', '99999999999999999999'];
    for (const id of ids) site.announce({ monitor: 'm', cluster: 'mixed', id, info: `info of ${id}` });
    for (const path of pagesOf('mixed').slice(1)) {
      const { status, body } = await site.get(path);
      assert.equal(status, 200);
      for (const id of ids) assert.ok(body.includes(`info of ${id}`), id);
    }
  },
  ours: ourSite,
  faulty: naiveSite,
});
