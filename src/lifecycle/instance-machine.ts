/**
 * The chart of one instance on one monitor: the only place that decides what may happen next to it. It knows no
 * time, no socket and no stream; whoever drives it turns clocks and datagrams into these events. An event that a
 * state does not mention is absorbed: that is what makes a steady heartbeat nearly free (see absorption).
 */
import { setup } from 'xstate';

/** What can happen to an instance. */
export type InstanceEvent =
  /** Its keepalive or its monitor's announcement came. */
  | { type: 'announced' }
  /** It was announced with another info than before. */
  | { type: 'changed' }
  /** It is late: expected beats were missed, or an announced deadline passed. */
  | { type: 'overdue' }
  /** We know of it from our own life before this one, which others remembered. */
  | { type: 'recalled' }
  /** Its monitor is in doubt. */
  | { type: 'hostSuspected' }
  /** Its monitor is out of doubt. */
  | { type: 'hostBack' }
  /** Its time is up. */
  | { type: 'lapsed' }
  /** It said that it leaves, or its monitor said so. */
  | { type: 'withdrawn' }
  /** Its monitor is dead. */
  | { type: 'hostLost' }
  /** It has been dead for so long that nobody needs to remember. */
  | { type: 'forgotten' };

/** The part of a registry's record that the chart writes. */
export interface Incarnated {
  incarnation: number;
}

/** The lifecycle of an instance. @see diagrams/instance.svg */
export const instanceMachine = setup({
  types: {
    context: {} as { record: Incarnated },
    events: {} as InstanceEvent,
    input: {} as { record: Incarnated },
  },
  actions: {
    beginIncarnation: ({ context }) => {
      context.record.incarnation += 1;
    },
  },
}).createMachine({
  id: 'instance',
  context: ({ input }) => ({ record: input.record }),
  initial: 'unknown',
  states: {
    unknown: {
      description: 'watched or hinted, never heard',
      on: {
        announced: { target: 'alive', actions: 'beginIncarnation' },
        recalled: { target: 'suspect', actions: 'beginIncarnation' },
      },
    },
    alive: {
      description: 'heard in time; listed',
      on: {
        changed: { target: 'alive', reenter: true },
        overdue: 'suspect',
        hostSuspected: 'suspect',
        lapsed: 'dead',
        withdrawn: 'dead',
        hostLost: 'dead',
      },
    },
    suspect: {
      description: 'in doubt, still listed; the next word clears it',
      on: {
        announced: 'alive',
        hostBack: 'alive',
        lapsed: 'dead',
        withdrawn: 'dead',
        hostLost: 'dead',
      },
    },
    dead: {
      description: 'no longer listed, remembered for a while',
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
