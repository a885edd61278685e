/** How the page writes times and the names of actors. */
import type { ActorName } from '../../inspect/inspected.ts';
import { readName } from '../wish.ts';

const TIME = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** A wall clock's time of day. @param at ms since 1970 */
export function timeOf(at: number): string {
  return TIME.format(at);
}

/** A link to an actor's portrait. */
export function linkTo(name: ActorName): string {
  const parts =
    name.kind === 'peer' ? ['peer', name.identity] : ['instance', name.monitor, name.cluster, name.id];
  return `#${parts.map(encodeURIComponent).join('/')}`;
}

/** The actor that a link is to; null when it is to none. */
export function nameIn(hash: string): ActorName | null {
  try {
    const [kind, ...names] = hash.slice(1).split('/').map(decodeURIComponent);
    const [first, cluster, id] = names;
    return readName({ kind, identity: first, monitor: first, cluster, id }) ?? null;
  } catch {
    return null; // somebody typed it
  }
}
