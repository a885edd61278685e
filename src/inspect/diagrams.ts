/**
 * Pictures of charts, read from the machines that run: a picture drawn by hand would soon lie. A chart first becomes
 * a drawing (states, arrows), which knows no XState; from that follow Mermaid text, here, and whatever else a tool
 * can draw.
 */
import type { AnyStateMachine } from 'xstate';
import { type DirectedGraphNode, toDirectedGraph } from 'xstate/graph';

/** What a picture shows of a flat chart; everything in the order of the chart. */
export interface Drawing {
  /** The name of the state that it begins in. */
  readonly initial: string;
  readonly states: readonly DrawnState[];
  readonly arrows: readonly Arrow[];
}

/** A state as it is drawn. */
export interface DrawnState {
  readonly name: string;
  /** The chart's one line about it; empty when there is none. */
  readonly description: string;
  readonly isFinal: boolean;
}

/** All that leads from one state to another: a picture has one arrow for it. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly events: readonly string[];
}

/** Reads a flat chart. */
export function drawingOf(machine: AnyStateMachine): Drawing {
  const nodes = toDirectedGraph(machine).children;
  return {
    initial: machine.root.initial.target[0]!.key,
    states: nodes.map(({ stateNode }) => ({
      name: stateNode.key,
      description: stateNode.description ?? '',
      isFinal: stateNode.type === 'final',
    })),
    arrows: nodes.flatMap(arrowsFrom),
  };
}

/** The words on an arrow. */
export function labelOf(arrow: Arrow): string {
  return arrow.events.join(' · ');
}

/** Writes a drawing as a Mermaid state diagram. */
export function mermaidOf({ initial, states, arrows }: Drawing): string {
  const lines = [
    'stateDiagram-v2',
    '  direction LR',
    ...states.map(({ name, description }) => `  state "<b>${name}</b><br/>${description}" as ${name}`),
    `  [*] --> ${initial}`,
    ...arrows.map((arrow) => `  ${arrow.from} --> ${arrow.to} : ${labelOf(arrow)}`),
    ...states.filter(({ isFinal }) => isFinal).map(({ name }) => `  ${name} --> [*]`),
  ];
  return `${lines.join('\n')}\n`;
}

function arrowsFrom({ stateNode, edges }: DirectedGraphNode): Arrow[] {
  const targets = new Set(edges.map((edge) => edge.target.key));
  return [...targets].map((to) => ({
    from: stateNode.key,
    to,
    events: edges.filter((edge) => edge.target.key === to).map((edge) => edge.label.text),
  }));
}
