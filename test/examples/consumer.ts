/** A program that sees the published types and nothing else, not even Node's: they must stand on their own. */
import {
  type ChangeBatch,
  createMonitor,
  instanceMachine,
  MemoryNetwork,
  type Monitor,
  type MonitorOptions,
  type Packet,
  peerMachine,
  seededRandom,
  type View,
  VirtualClock,
} from 'vagus';

const clock = new VirtualClock();
const network = new MemoryNetwork(clock, seededRandom(1));
const options: MonitorOptions = { identity: 'a', clock, transports: [network.attach('a')] };

export const monitor: Monitor = createMonitor(options);
export const charts = [instanceMachine, peerMachine] as const;
export const idsIn = (view: View): readonly string[] => [...view].map(({ id }) => id);
export const sizeOf = ({ changes }: ChangeBatch): number => changes.length;
export const lengthOf = ({ bytes }: Packet): number => bytes.length;
