/** The keys of the sections `udp`, `udp-multicast` and `tcp` of vagus.ini: how monitors reach each other. */
import type { BroadcastForm, MulticastForm, PeerAddress } from '../model/addresses.ts';
import { count, type Rows } from './row.ts';
import { broadcastType, integerType, multicastType, peerType, portType } from './values.ts';

/** A configuration of the ways to other monitors. Each field is explained in its row. */
export interface TransportSettings {
  readonly udpPort: number;
  readonly udpPeers: readonly PeerAddress[];
  readonly udpBroadcasts: readonly BroadcastForm[];
  readonly multicastPort: number;
  readonly multicastTtl: number;
  readonly multicastGroups: readonly MulticastForm[];
  readonly tcpPort: number;
  readonly tcpPeers: readonly PeerAddress[];
  readonly tcpConnectionsMax: number;
}

export const TRANSPORT_ROWS: Rows<TransportSettings> = {
  udpPort: {
    section: 'udp',
    key: 'port',
    type: portType({ min: 0, example: 8721 }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: false,
    default: 8721,
    doc: 'UDP port to announce to and to listen on; 0 turns UDP off, multicast excepted.',
  },
  udpPeers: {
    section: 'udp',
    key: 'peer',
    type: peerType,
    isRepeatable: true,
    isOriginal: true,
    isReloadable: true,
    default: [],
    shownDefault: 'none',
    doc: 'A host to announce to by unicast, at the UDP port unless it names its own. A name means all of its addresses.',
  },
  udpBroadcasts: {
    section: 'udp',
    key: 'broadcast',
    type: broadcastType,
    isRepeatable: true,
    isOriginal: true,
    isReloadable: true,
    default: [{}],
    shownDefault: '`*`, unless a peer or a multicast group is set',
    doc: 'Where to broadcast: by every interface (`*`; from a host without IPv4 to a link-local group), to an address, by an interface, or by one to the other.',
  },
  multicastPort: {
    section: 'udp-multicast',
    key: 'port',
    type: portType({ min: 0, example: 8722 }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: false,
    default: 8722,
    doc: 'UDP port of the multicast groups; 0 turns multicast off.',
  },
  multicastTtl: {
    section: 'udp-multicast',
    key: 'ttl',
    type: integerType({ unit: 'hops', min: 1, max: 255, example: 3 }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: false,
    default: 3,
    doc: 'How far multicast goes: 1 stays on the network, each router takes one.',
  },
  multicastGroups: {
    section: 'udp-multicast',
    key: 'multicast',
    type: multicastType,
    isRepeatable: true,
    isOriginal: true,
    isReloadable: true,
    default: [],
    shownDefault: 'none',
    doc: 'A group to announce to and to hear, by one interface (`eth0:239.1.2.3`, `eth0:ff02::87`) or by every one but loopback (`*:239.1.2.3`).',
  },
  tcpPort: {
    section: 'tcp',
    key: 'port',
    type: portType({ min: 0, example: 8721 }),
    isRepeatable: false,
    isOriginal: true,
    isReloadable: false,
    default: 8721,
    doc: 'TCP port that announcements are taken at, in every configuration; 0 turns TCP off.',
  },
  tcpPeers: {
    section: 'tcp',
    key: 'peer',
    type: peerType,
    isRepeatable: true,
    isOriginal: true,
    isReloadable: true,
    default: [],
    shownDefault: 'none',
    doc: 'A host to announce to by TCP, at the TCP port unless it names its own. A name means all of its addresses.',
  },
  tcpConnectionsMax: {
    section: 'tcp',
    key: 'connections-max',
    type: count('connections', 100_000),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: false,
    default: 1_000,
    doc: 'Most monitors connected to an address at a time; one more is refused and counted.',
  },
};
