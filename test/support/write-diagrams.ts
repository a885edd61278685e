/**
 * Draws what is in diagrams/: the charts, as Mermaid text and as SVG, and which part of src imports which. Run by
 * `npm run diagrams`; a test compares the files with what this would write.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IStateMachine, render } from 'state-machine-cat';
import { type Drawing, drawingOf, labelOf, mermaidOf } from '../../src/inspect/diagrams.ts';
import { connectionMachine } from '../../src/lifecycle/connection-machine.ts';
import { instanceMachine } from '../../src/lifecycle/instance-machine.ts';
import { monitorMachine } from '../../src/lifecycle/monitor-machine.ts';
import { peerMachine } from '../../src/lifecycle/peer-machine.ts';
import { filesIn, importsOf, partOf, ROOT, type SourceFile } from './source-files.ts';

/** The charts that are drawn, by the names of their files. */
export const CHARTS = {
  connection: connectionMachine,
  instance: instanceMachine,
  monitor: monitorMachine,
  peer: peerMachine,
};

/** Room for the labels; without `ordering` fewer arrows cross. */
const SPACING = { ordering: '""', nodesep: '0.7', ranksep: '0.35' };

/** Everything that belongs into diagrams/, as it should be. @param sources the files of src */
export async function diagramsOf(sources: readonly SourceFile[]): Promise<SourceFile[]> {
  const diagrams = [{ path: 'diagrams/imports.mmd', text: importDiagramOf(sources) }];
  for (const [name, machine] of Object.entries(CHARTS)) {
    const drawing = drawingOf(machine);
    diagrams.push({ path: `diagrams/${name}.mmd`, text: mermaidOf(drawing) });
    diagrams.push({ path: `diagrams/${name}.svg`, text: await svgOf(drawing) });
  }
  return diagrams.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `oldsvg` is drawn by the WebAssembly that comes along; `svg` would ask for a dot that each machine has another of. */
function svgOf(drawing: Drawing): Promise<string> {
  return render(stateMachineOf(drawing), {
    inputType: 'json',
    outputType: 'oldsvg',
    dotGraphAttrs: Object.entries(SPACING).map(([name, value]) => ({ name, value })),
  });
}

/** What state-machine-cat draws. */
function stateMachineOf({ initial, states, arrows }: Drawing): IStateMachine {
  const transitions = [
    { from: 'initial', to: initial },
    ...arrows.map((arrow) => ({ from: arrow.from, to: arrow.to, label: ` ${labelOf(arrow)}` })),
    ...states.filter(({ isFinal }) => isFinal).map(({ name }) => ({ from: name, to: 'final' })),
  ];
  return {
    states: [
      { name: 'initial', type: 'initial' },
      ...states.map(({ name, description }) => ({
        name,
        type: 'regular' as const,
        actions: [{ type: 'activity' as const, body: description }],
      })),
      { name: 'final', type: 'final' },
    ],
    transitions: transitions.map((transition, id) => ({ id, ...transition })),
  };
}

function importDiagramOf(sources: readonly SourceFile[]): string {
  const arrows = sources.flatMap((file) =>
    importsOf(file)
      .filter(({ to }) => partOf(to) !== partOf(file.path))
      .map(({ to }) => `  ${partOf(file.path)} --> ${partOf(to)}`),
  );
  return `${['flowchart TD', ...[...new Set(arrows)].sort()].join('\n')}\n`;
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(join(ROOT, 'diagrams'), { recursive: true });
  for (const { path, text } of await diagramsOf(filesIn('src'))) writeFileSync(join(ROOT, path), text);
}
