/**
 * The chart of a monitor's own life: from the first socket to the last. What it decides for others: from when on a
 * question about membership is answered (`complete`), so that a monitor that has just started never says "nobody"
 * when it means "not known yet".
 */
import { setup } from 'xstate';

/** Where a monitor is in its own life. */
export type MonitorState = 'idle' | 'opening' | 'gathering' | 'complete' | 'closing' | 'closed';

/** What can happen to a monitor. */
export type MonitorEvent =
  | { type: 'startRequested' }
  /** All sockets are open. */
  | { type: 'opened' }
  /** A socket could not be opened. */
  | { type: 'failed' }
  /** The others had the time to tell what they know. */
  | { type: 'gathered' }
  | { type: 'closeRequested' }
  /** All sockets are closed. */
  | { type: 'closed' };

/** The lifecycle of a monitor. @see diagrams/monitor.svg */
export const monitorMachine = setup({ types: { events: {} as MonitorEvent } }).createMachine({
  id: 'monitor',
  initial: 'idle',
  states: {
    idle: {
      description: 'made, not started',
      on: { startRequested: 'opening', closeRequested: 'closed' },
    },
    opening: {
      description: 'opens its sockets',
      on: { opened: 'gathering', failed: 'closing', closeRequested: 'closing' },
    },
    gathering: {
      description: 'takes keepalives, asks around; questions about members wait',
      on: { gathered: 'complete', closeRequested: 'closing' },
    },
    complete: {
      description: 'answers from a complete view',
      on: { closeRequested: 'closing' },
    },
    closing: {
      description: 'says what it has to say and closes its sockets',
      on: { closed: 'closed' },
    },
    closed: {
      description: 'nothing is left open',
      type: 'final',
    },
  },
});
