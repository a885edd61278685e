/** A peer that speaks protocol 2, for tests of what is made of what it says. */
import { Link } from '../../src/membership/link.ts';
import type { House } from './builders.ts';

/** The link to a boot that has said nothing but that it is there. */
export function linkOf(boot: string, now: number, periodMs = 500): Link {
  const digest = { version: 0, count: 0, hash: '\0'.repeat(8) };
  return new Link(boot, { periodMs, digest, endpoint: { transport: 'memory', host: 'peer', port: 0 } }, now);
}

/** A house gets to know a boot of a peer, now. */
export function linkUp(house: House, identity: string, boot = `boot of ${identity}`): Link {
  const now = house.clock.now();
  const link = linkOf(boot, now);
  house.tell({ kind: 'linked', identity, link, address: identity, now });
  return link;
}
