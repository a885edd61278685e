/** The keys of the section `web` of vagus.ini: what browsers are shown, and where. */
import { count, type Rows } from './row.ts';
import { addressType, booleanType, portType } from './values.ts';

/** A configuration of the web port. Each field is explained in its row. */
export interface WebSettings {
  readonly inspect: boolean;
  readonly webPort: number;
  readonly webAddresses: readonly string[];
  readonly webConnectionsMax: number;
}

export const WEB_ROWS: Rows<WebSettings> = {
  inspect: {
    section: 'web',
    key: 'inspect',
    type: booleanType,
    isRepeatable: false,
    isOriginal: false,
    isReloadable: false,
    default: false,
    shownDefault: 'no',
    doc: 'Whether the live inspector is served, as `vagus run --inspect` does.',
  },
  webPort: {
    section: 'web',
    key: 'port',
    type: portType({ min: 0, example: 8724 }),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: false,
    default: 8724,
    doc: 'TCP port for browsers; 0 turns it off.',
  },
  webAddresses: {
    section: 'web',
    key: 'address',
    type: addressType,
    isRepeatable: true,
    isOriginal: false,
    isReloadable: false,
    default: ['127.0.0.1', '::1'],
    doc: 'Where the web port listens. It asks for no password: whoever reaches it sees all.',
  },
  webConnectionsMax: {
    section: 'web',
    key: 'connections-max',
    type: count('connections', 10_000),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: false,
    default: 50,
    doc: 'Most connections of browsers to an address at a time.',
  },
};
