/** The public face of the library. */
export { type InstanceEvent, instanceMachine } from './lifecycle/instance-machine.ts';
export type { MonitorState } from './lifecycle/monitor-machine.ts';
export { type PeerEvent, peerMachine } from './lifecycle/peer-machine.ts';
export type { View } from './membership/view.ts';
export type { BroadcastForm, MulticastForm, PeerAddress } from './model/addresses.ts';
export type { Change, ChangeBatch, Notice, PeerChange } from './model/change.ts';
export { ConfigError, TransportError, UsageError, VagusError } from './model/errors.ts';
export type { Instance, LifecycleState, Reason } from './model/instance.ts';
export type { Packet } from './model/packet.ts';
export type { Peer } from './model/peer.ts';
export { createMonitor, type Monitor } from './monitor/monitor.ts';
export type { MonitorOptions } from './monitor/options.ts';
export type { InstanceOptions, Registration } from './monitor/registration.ts';
export { type Clock, systemClock } from './time/clock.ts';
export { seededRandom } from './time/random.ts';
export { VirtualClock } from './time/virtual-clock.ts';
export { MemoryNetwork } from './transport/memory.ts';
export type { Condition, Transport } from './transport/transport.ts';
