/**
 * Which events a state does not react to, asked of the chart itself. A heartbeat that the chart would ignore anyway
 * need not reach its actor; reading that from the chart, instead of writing it beside it, keeps the two from ever
 * disagreeing.
 */
import type { AnyStateMachine } from 'xstate';

/** Answers whether a chart in `state` ignores events of `type`. */
export type Absorbs<State extends string, Type extends string> = (state: State, type: Type) => boolean;

/** Asks a chart once, for all its states and events. It must be flat and without guards, since the answer is kept. */
export function absorptionOf<State extends string, Type extends string>(
  machine: AnyStateMachine,
): Absorbs<State, Type> {
  const types = machine.events as Type[];
  const absorbed = new Map<State, ReadonlySet<Type>>();
  for (const state of Object.keys(machine.states) as State[]) {
    const snapshot = machine.resolveState({ value: state, context: { record: { incarnation: 0 } } });
    absorbed.set(state, new Set(types.filter((type) => !snapshot.can({ type }))));
  }
  return (state, type) => absorbed.get(state)!.has(type);
}
