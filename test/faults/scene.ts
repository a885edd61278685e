/** A simulated network whose hosts run our monitor, or the model of the original: two subjects for one claim. */
import type { AnnouncedInstance } from '../../src/model/announcement.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';
import type { WallClockFaults } from '../simulation/host-clock.ts';
import { CLUSTER, type Host, World } from '../simulation/world.ts';
import { given } from './fault.ts';

/** What a stranger says; the rest is as an original would have it. */
export interface Saying {
  readonly cluster?: string;
  readonly instances?: readonly AnnouncedInstance[];
}

/** A network and what its hosts run. */
export class Scene {
  readonly world = new World(1);
  readonly #isOurs: boolean;

  constructor(isOurs: boolean) {
    this.#isOurs = isOurs;
    this.world.network.weather.delayMsMax = 20;
  }

  /** Starts a host. */
  async host(name: string, wall: WallClockFaults = {}): Promise<Host> {
    const host = this.#isOurs ? this.world.host(name, { wall }) : this.world.original(name, { wall });
    await host.start();
    return host;
  }

  /** Starts several. */
  hosts<const Names extends readonly string[]>(...names: Names): Promise<{ [Index in keyof Names]: Host }> {
    return Promise.all(names.map((name) => this.host(name))) as Promise<{ [Index in keyof Names]: Host }>;
  }

  /** Starts an original, whatever the others are. */
  async original(name: string, wall: WallClockFaults = {}): Promise<Host> {
    const host = this.world.original(name, { wall });
    await host.start();
    return host;
  }

  /** Somebody on the network who may say anything, and say it again. */
  async stranger() {
    const { network, clock } = this.world;
    const transport = network.attach('stranger');
    const said: Buffer[] = [];
    await transport.open();
    const say = ({ cluster = CLUSTER, instances = [] }: Saying) => {
      const endOfLifeSeconds = clock.wallNow() / 1_000 + 20;
      const content = { endOfLifeSeconds, monitor: 'stranger', cluster, instances };
      said.push(...encodeAnnouncement(content, 65_507));
      transport.send(said.at(-1)!);
    };
    return { say, sayAgain: (number: number) => transport.send(said[number]!) };
  }

  /** Polls hosts for a while. @returns how many of their answers miss some of so many instances */
  incompleteAnswers(hosts: readonly Host[], population: number, forMs: number): number {
    let [answered, incomplete] = [0, 0];
    for (const host of hosts) {
      this.world.each(200, () => {
        answered += 1;
        if (host.poll().size < population) incomplete += 1;
      });
    }
    this.world.clock.advanceBy(forMs);
    given(answered > forMs / 1_000, 'the hosts are polled');
    return incomplete;
  }

  /** How long it takes until something is so, ms; a minute when it is not so by then. */
  msUntil(isSo: () => boolean): number {
    const { clock } = this.world;
    const beganAt = clock.now();
    while (!isSo() && clock.now() - beganAt < 60_000) clock.advanceBy(5);
    return clock.now() - beganAt;
  }
}

/** The two subjects: a network of ours, and one of originals. */
export const simulated = {
  ours: () => new Scene(true),
  faulty: () => new Scene(false),
};
