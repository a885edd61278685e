/**
 * A minute of three hosts is recorded, all that is said to all and to one, and played again to everybody at its own pace, after
 * a restart of either side, to those whose recorded host is dead, and while all live: nothing changes in any view.
 */
import test from 'ava';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import { seededRandom } from '../../src/time/random.ts';
import { VirtualClock } from '../../src/time/virtual-clock.ts';
import { MemoryNetwork } from '../../src/transport/memory.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { isFrame } from '../../src/wire/decode-frame.ts';

const CLUSTER = 'c';
const SESSION_MS = 60_000;

/** All is known again by then, and who is gone is given up. */
const SETTLED_MS = 5_000;

interface Recorded {
  readonly at: number;
  readonly frame: Buffer;
}

/** What has happened to the hosts when the session is played again. Bravo is the one whose words were heard. */
const CASES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  'while all live': async () => {},
  'after a restart of who said it': async (stage) => {
    stage.crash('bravo');
    await stage.start('bravo', 'steady');
  },
  'after a restart of who heard it': async (stage) => {
    stage.crash('alpha');
    await stage.start('alpha', 'first');
  },
  'after who said it has died': async (stage) => stage.crash('bravo'),
  'after a restart of who heard it, and then the death of who said it': async (stage) => {
    stage.crash('alpha');
    await stage.start('alpha', 'first');
    stage.clock.advanceBy(SETTLED_MS);
    stage.crash('bravo');
  },
};

for (const keys of [[], ['a-key-of-32-printable-characters']])
  for (const [title, prepare] of Object.entries(CASES))
    test(`a ${keys.length > 0 ? 'sealed' : 'plain'} session that is played again changes nothing ${title}`, async (t) => {
      const stage = new Stage(keys);
      const session = await stage.record();
      await prepare(stage);
      stage.clock.advanceBy(SETTLED_MS);
      const before = stage.pictures();
      const changed = stage.changes();
      const countsBefore = stage.counts();
      stage.replay(session);
      stage.clock.advanceBy(SETTLED_MS);
      t.deepEqual(changed, []);
      t.deepEqual(stage.pictures(), before);
      t.true(session.length > 300);
      for (const [at, count] of stage.counts().entries())
        t.true(count - countsBefore[at]! >= session.length, 'each monitor has heard all of it');
    });

test('the played words of a host that has just died do not put off its end', async (t) => {
  const stage = new Stage([]);
  const session = await stage.record();
  stage.crash('alpha');
  await stage.start('alpha', 'first');
  stage.clock.advanceBy(SETTLED_MS);
  stage.crash('bravo');
  stage.replay(session.slice(-40));
  t.deepEqual(
    stage.pictures().map(([, ids]) => ids),
    [
      ['first', 'late'],
      ['first', 'late'],
    ],
  );
});

/** Three hosts on one network, and somebody who hears each word. */
class Stage {
  readonly clock = new VirtualClock();
  readonly monitors = new Map<string, Monitor>();
  readonly #network = new MemoryNetwork(this.clock, seededRandom(1));
  readonly #stranger = this.#network.attach('stranger');
  readonly #keys: readonly string[];
  readonly #recorded: Recorded[] = [];
  #seed = 1;

  constructor(keys: readonly string[]) {
    this.#keys = keys;
  }

  /** A minute in which somebody comes, somebody goes, and a host comes late and asks for all. */
  async record(): Promise<readonly Recorded[]> {
    await this.#stranger.open();
    await this.start('alpha', 'first');
    await this.start('bravo', 'steady');
    const bravo = this.monitors.get('bravo')!;
    const passing = await bravo.register({ cluster: CLUSTER, id: 'passing' });
    this.clock.advanceBy(SESSION_MS / 3);
    await this.start('charlie', 'late');
    this.clock.advanceBy(SESSION_MS / 3);
    passing.withdraw();
    await bravo.register({ cluster: CLUSTER, id: 'newest' });
    this.clock.advanceBy(SESSION_MS / 3);
    return [...this.#recorded];
  }

  replay(session: readonly Recorded[]): void {
    const offsetMs = this.clock.now() - session[0]!.at;
    for (const { at, frame } of session) {
      this.clock.advanceBy(at + offsetMs - this.clock.now());
      this.#stranger.send(frame);
    }
  }

  async start(name: string, id: string): Promise<void> {
    this.#seed += 1;
    const transport = this.#tapped(this.#network.attach(name));
    const { clock } = this;
    const random = seededRandom(this.#seed);
    const monitor = createMonitor({
      identity: name,
      keys: this.#keys,
      transports: [transport],
      clock,
      random,
    });
    this.monitors.set(name, monitor);
    await monitor.start();
    await monitor.register({ cluster: CLUSTER, id });
  }

  /** Its host loses its power: it says no more, and nobody answers for it. */
  crash(name: string): void {
    this.#network.powerOff(name);
    this.monitors.delete(name);
  }

  /** Whom each lists. */
  pictures(): readonly (readonly [name: string, ids: readonly string[]])[] {
    return [...this.monitors].map(([name, monitor]) => [
      name,
      [...monitor.view(CLUSTER)].map(({ id }) => id).sort(),
    ]);
  }

  /** How many frames each has counted, as taken or refused. */
  counts(): readonly number[] {
    return [...this.monitors.values()].map(({ counts }) =>
      Object.entries(counts).reduce(
        (sum, [name, count]) => (name.startsWith('frames.') ? sum + count : sum),
        0,
      ),
    );
  }

  /** What changes from now on. */
  changes(): readonly string[] {
    const changes: string[] = [];
    for (const [name, { changes$, peerChanges$ }] of this.monitors) {
      changes$.subscribe((batch) => {
        for (const { instance, to } of batch.changes) changes.push(`${name}: ${instance.id} is ${to}`);
      });
      peerChanges$.subscribe(({ peer, to }) => changes.push(`${name}: ${peer.identity} is ${to}`));
    }
    return changes;
  }

  #tapped(transport: Transport): Transport {
    for (const method of ['send', 'sendTo', 'probe'] as const) {
      const original = transport[method].bind(transport) as (frame: Uint8Array, to?: never) => void;
      transport[method] = (frame: Uint8Array, to?: unknown) => {
        if (isFrame(frame)) this.#recorded.push({ at: this.clock.now(), frame: Buffer.from(frame) });
        original(frame, to as never);
      };
    }
    return transport;
  }
}
