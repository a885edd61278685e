/**
 * The chart of a connection to one peer: when it is tried, when it carries what is said, and when it is given up for
 * another one. What was said while it carried nothing is not kept: a connection that opens, or that has caught up,
 * makes the monitor tell everything anew.
 */
import { setup } from 'xstate';

/** Where a connection is in its life. */
export type ConnectionState = 'waiting' | 'connecting' | 'connected' | 'behind' | 'closed';

/** What can happen to a connection. */
export type ConnectionEvent =
  /** The next attempt is due. */
  | { type: 'due' }
  /** The peer has accepted. */
  | { type: 'connected' }
  /** The attempt was refused, or took too long. */
  | { type: 'failed' }
  /** More is waiting to be sent than may. */
  | { type: 'filled' }
  /** All that waited has left. */
  | { type: 'drained' }
  /** The peer has acknowledged nothing for too long. */
  | { type: 'stalled' }
  /** The peer, or the way to it, has ended it. */
  | { type: 'lost' }
  /** The peer is not spoken to any more. */
  | { type: 'dismissed' };

/** The lifecycle of a connection. @see diagrams/connection.svg */
export const connectionMachine = setup({ types: { events: {} as ConnectionEvent } }).createMachine({
  id: 'connection',
  initial: 'waiting',
  states: {
    waiting: {
      description: 'nothing is open; what is said is not kept',
      on: { due: 'connecting', dismissed: 'closed' },
    },
    connecting: {
      description: 'an attempt has 1 s to be accepted',
      on: { connected: 'connected', failed: 'waiting', dismissed: 'closed' },
    },
    connected: {
      description: 'what is said is sent',
      on: { filled: 'behind', stalled: 'connecting', lost: 'waiting', dismissed: 'closed' },
    },
    behind: {
      description: 'too much waits to be sent; what is said is not kept',
      on: { drained: 'connected', stalled: 'connecting', lost: 'waiting', dismissed: 'closed' },
    },
    closed: {
      description: 'nothing is open, for good',
      type: 'final',
    },
  },
});
