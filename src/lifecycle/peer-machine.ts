/**
 * The chart of a peer: a monitor as another one sees it. The same states as an instance's, moved by evidence of its
 * own: any frame, silence, longer silence. One that speaks protocol 2 is first in doubt, which is not published: it and
 * others are asked whether it lives.
 */
import { setup } from 'xstate';
import type { Incarnated } from './instance-machine.ts';

/** Where a peer is in its life. All but `doubted` are published; that one is published as alive. */
export type PeerState = 'unknown' | 'alive' | 'doubted' | 'suspect' | 'dead';

/** What can happen to a peer. */
export type PeerEvent =
  /** A sign of life came: a frame of it, or somebody heard it. */
  | { type: 'announced' }
  /** It misses its beacons: time to ask. */
  | { type: 'silent' }
  /** It has been silent for longer than usual, and nobody knows better. */
  | { type: 'overdue' }
  /** It has been silent for so long that it must be gone. */
  | { type: 'lapsed' }
  /** It said that it leaves, or its host says that it is gone. */
  | { type: 'departed' }
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
      description: 'heard in time',
      on: { silent: 'doubted', overdue: 'suspect', lapsed: 'dead', departed: 'dead' },
    },
    doubted: {
      description: 'misses its beacons; it and others are asked',
      on: { announced: 'alive', overdue: 'suspect', lapsed: 'dead', departed: 'dead' },
    },
    suspect: {
      description: 'silent; its instances are in doubt, still listed',
      on: { announced: 'alive', lapsed: 'dead', departed: 'dead' },
    },
    dead: {
      description: 'silent for too long, or gone; its instances went with it, or are on their own',
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
