import test from 'ava';
import { drawingOf, mermaidOf } from '../../src/inspect/diagrams.ts';
import { filesIn } from '../support/source-files.ts';
import { CHARTS, diagramsOf } from '../support/write-diagrams.ts';

test('diagrams/ holds what `npm run diagrams` writes, and nothing else', async (t) => {
  const drawn = new Map(filesIn('diagrams').map(({ path, text }) => [path, text]));
  const due = await diagramsOf(filesIn('src'));
  const stale = due.filter(({ path, text }) => drawn.get(path) !== text);
  t.deepEqual(
    [...drawn.keys()],
    due.map(({ path }) => path),
  );
  t.deepEqual(
    stale.map(({ path }) => path),
    [],
    'stale: npm run diagrams',
  );
});

for (const [name, machine] of Object.entries(CHARTS)) {
  const mermaid = mermaidOf(drawingOf(machine));

  test(`the diagram of ${name} names every state, with its description`, (t) => {
    for (const [state, { description }] of Object.entries(machine.states)) {
      t.true(mermaid.includes(`state "<b>${state}</b><br/>${description}" as ${state}\n`), state);
    }
  });

  test(`the diagram of ${name} names every event`, (t) => {
    const labels = [...mermaid.matchAll(/ : (.*)/g)].map(([, label]) => label!.split(' · '));
    t.deepEqual(new Set(labels.flat()), new Set<string>(machine.events));
  });
}

test('events that lead from one state to the same other one share an arrow', (t) => {
  const { arrows } = drawingOf(CHARTS.instance);
  const pairs = arrows.map(({ from, to }) => `${from} ${to}`);
  t.deepEqual(pairs, [...new Set(pairs)]);
  t.deepEqual(arrows.find(({ from, to }) => from === 'suspect' && to === 'dead')?.events, [
    'lapsed',
    'withdrawn',
    'hostLost',
  ]);
});

test('a diagram shows where the life begins and where it ends', (t) => {
  const mermaid = mermaidOf(drawingOf(CHARTS.instance));
  t.regex(mermaid, /^ {2}\[\*\] --> unknown$/m);
  t.regex(mermaid, /^ {2}forgotten --> \[\*\]$/m);
});
