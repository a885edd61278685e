/**
 * Who may ask. The web port has no password: it answers this host. A page of a stranger, open in a browser on this host,
 * is kept out by what browsers say of it: a name that was rebound to our address stands in `Host`, and where a script
 * came from in `Origin`. Neither can be an address that we are reached by, or `localhost`.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** Whether a request was made by a page of ours, or by no page. */
export function isTrusted({ host, origin }: IncomingHttpHeaders): boolean {
  return host !== undefined && isUnbindable(host) && (origin === undefined || origin === `http://${host}`);
}

/** Whether a host stands for itself: no name service can make it mean another one. */
function isUnbindable(host: string): boolean {
  const name = /^(?:\[(.+)\]|([^:]+))(?::\d+)?$/.exec(host);
  const address = name?.[1] ?? name?.[2] ?? '';
  return address.toLowerCase() === 'localhost' || isIP(address) !== 0;
}
