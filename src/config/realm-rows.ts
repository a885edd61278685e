/** The keys of vagus.ini that say whom a monitor belongs with: its realm, the keys to it, and whether originals are spoken to. */
import type { Compatibility } from '../model/tuning.ts';
import type { Rows } from './row.ts';
import { choiceType, keyType, realmType } from './values.ts';

/** A configuration of the realm. Each field is explained in its row. */
export interface RealmSettings {
  readonly realm: string;
  /** The first one seals what is sent. */
  readonly keys: readonly string[];
  readonly compatibility: Compatibility;
}

export const REALM_ROWS: Rows<RealmSettings> = {
  realm: {
    section: 'main',
    key: 'realm',
    type: realmType,
    isRepeatable: false,
    isOriginal: false,
    isReloadable: false,
    default: 'default',
    doc: 'Environment of this monitor. Monitors of other realms on the same network are counted, and nothing more.',
  },
  keys: {
    section: 'main',
    key: 'key',
    type: keyType,
    isRepeatable: true,
    isOriginal: false,
    isReloadable: true,
    isSecret: true,
    default: [],
    shownDefault: 'none',
    doc: 'Secret of the realm: with one, what is sent is sealed, and what is not sealed is refused. The first seals, all open.',
  },
  compatibility: {
    section: 'main',
    key: 'compatibility',
    type: choiceType(['auto', 'on', 'off'], 'auto'),
    isRepeatable: false,
    isOriginal: false,
    isReloadable: true,
    default: 'auto',
    doc: 'Whether originals are spoken to: once one was heard, always, or never. Only in the realm `default` without a key.',
  },
};

/** Why these settings do not go together; empty when they do. */
export function discordsOf({ realm, keys, compatibility }: RealmSettings): readonly string[] {
  const isApart = keys.length > 0 || realm !== REALM_ROWS.realm.default;
  if (compatibility !== 'on' || !isApart) return [];
  const why = keys.length > 0 ? 'with a key' : 'in a realm of another name than default';
  return [`compatibility = on: expected auto or off ${why}, since originals know neither`];
}
