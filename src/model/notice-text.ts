/** What a notice says, in words: the same in the log and on the page. */
import type { Notice } from './change.ts';
import { shown } from './names.ts';
import type { Stranger } from './surroundings.ts';

/** A line for people; what a stranger put into a name cannot move the cursor. */
export function textOfNotice(notice: Notice): string {
  switch (notice.kind) {
    case 'clockOff': {
      const direction = notice.offsetMs > 0 ? 'ahead of' : 'behind';
      const seconds = (Math.abs(notice.offsetMs) / 1_000).toFixed(1);
      return `the clock of ${shown(notice.monitor)} is at least ${seconds} s ${direction} ours: set it (nothing is lost meanwhile)`;
    }
    case 'conflict':
      return `${shown(notice.cluster)}:${shown(notice.id)} is kept alive on several hosts at once: ${notice.monitors.map(shown).join(', ')}`;
    case 'identityTaken':
      return `${notice.address} announces as ${shown(notice.identity)}, which is our name: give one of the two another identity in vagus.ini`;
    case 'paused':
      return `this process stood still for ${Math.round(notice.lateMs)} ms: no verdict until the others were heard again`;
    case 'limit':
      return `the limit of ${notice.limit} ${notice.what} is reached: more are refused`;
    case 'isolated':
      return `this monitor is isolated: it hears ${notice.heardCount} of the ${notice.expectedCount} monitors that it expects, and calls none of them dead; after 10 s their instances lapse by their lifetimes, within 30 s`;
    case 'reunited':
      return 'this monitor is isolated no longer: it hears the others again';
    case 'stranger':
      return `${textOfStranger(notice)} (${notice.address}): not our realm, so neither side lists the other`;
    case 'wrongKey':
      return `a monitor of our realm at ${notice.address} uses another key, or none: ${notice.count} of its frames were refused`;
    case 'webFault':
      return `browsers are not served as asked: ${notice.fault}; all else works`;
  }
}

/** How many of another realm are here. */
export function textOfStranger({ realm, monitorsCount }: Pick<Stranger, 'realm' | 'monitorsCount'>): string {
  const name = realm === undefined ? 'a sealed realm' : shown(realm);
  return `${name}: ${monitorsCount} ${monitorsCount === 1 ? 'monitor' : 'monitors'} on this network`;
}
