/** What went wrong with a socket, in the system's words. */
import { TransportError } from '../model/errors.ts';

/** The system's name of what went wrong, such as `EADDRINUSE`. */
export function faultOf(error: unknown): string {
  const cause = error instanceof TransportError ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : String(error);
}

/** Whether the system said that it does not have an address family. */
export function isFamilyAbsent(error: unknown): boolean {
  return ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(faultOf(error));
}
