/**
 * The chart of a peer: a monitor as another one sees it. The same states as an instance's, moved by evidence of its
 * own: any datagram, silence, longer silence.
 */
import { setup } from 'xstate';
import type { Incarnated } from './instance-machine.ts';

/** What can happen to a peer. */
export type PeerEvent =
  /** A datagram of it came. */
  | { type: 'announced' }
  /** It has been silent for longer than usual. */
  | { type: 'overdue' }
  /** It has been silent for so long that it must be gone. */
  | { type: 'lapsed' }
  /** It has been dead for so long that nobody needs to remember. */
  | { type: 'forgotten' };

/** The lifecycle of a peer. @see diagrams/peer.svg */
export const peerMachine = setup({
  types: {
    context: {} as { record: Incarnated },
    events: {} as PeerEvent,
    input: {} as { record: Incarnated },
  },
  actions: {
    beginIncarnation: ({ context }) => {
      context.record.incarnation += 1;
    },
  },
}).createMachine({
  id: 'peer',
  context: ({ input }) => ({ record: input.record }),
  initial: 'unknown',
  states: {
    unknown: {
      description: 'configured or hinted, never heard',
      on: { announced: { target: 'alive', actions: 'beginIncarnation' } },
    },
    alive: {
      description: 'heard within 1.5 of its usual rounds',
      on: { overdue: 'suspect', lapsed: 'dead' },
    },
    suspect: {
      description: 'silent; its instances are in doubt, still listed',
      on: { announced: 'alive', lapsed: 'dead' },
    },
    dead: {
      description: 'silent for 3.5 rounds; its instances went with it',
      on: {
        announced: { target: 'alive', actions: 'beginIncarnation' },
        forgotten: 'forgotten',
      },
    },
    forgotten: {
      description: 'nothing is kept of it',
      type: 'final',
    },
  },
});
