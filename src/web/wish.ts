/** What a page says: all that it wants to see, each time. It comes from outside, and is read with suspicion. */
import type { ActorName } from '../inspect/inspected.ts';
import type { Query } from '../inspect/listing.ts';
import { type Bytes, NAME_BYTES_MAX } from '../model/names.ts';

/** What a page wants to see. */
export interface Wish {
  readonly query: Query;
  /** The actor that is looked at closely. */
  readonly picked: ActorName | null;
}

const STATES = ['', 'unknown', 'alive', 'suspect', 'dead'];

/** Reads a message; undefined when it is none. */
export function readWish(message: string): Wish | undefined {
  const { query, picked } = fieldsOf(parse(message));
  const { text, cluster, state } = fieldsOf(query);
  const isQuery = isBytes(cluster) && typeof text === 'string' && STATES.includes(state as string);
  const name = picked === null ? null : readName(picked);
  if (!isQuery || name === undefined) return undefined;
  return { query: { text, cluster, state: state as Query['state'] }, picked: name };
}

/** Reads what should name an actor; undefined when it cannot. */
export function readName(value: unknown): ActorName | undefined {
  const { kind, identity, monitor, cluster, id } = fieldsOf(value);
  if (kind === 'peer' && isBytes(identity)) return { kind, identity };
  if (kind === 'instance' && isBytes(monitor) && isBytes(cluster) && isBytes(id))
    return { kind, monitor, cluster, id };
  return undefined;
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isBytes(value: unknown): value is Bytes {
  return typeof value === 'string' && value.length <= NAME_BYTES_MAX && !/[^\0-\xff]/.test(value);
}
