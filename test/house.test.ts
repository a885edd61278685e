/** The house rules: each is held against the repository, and against examples that it must report. */
import { spawnSync } from 'node:child_process';
import test from 'ava';
import * as rules from './support/house-rules.ts';
import { filesIn, ROOT, readSource, type SourceFile } from './support/source-files.ts';

const sources = filesIn('src').filter(({ path }) => /\.tsx?$/.test(path));

holds('imports run one way, and only monitor knows concrete transports', rules.importRule);
reports('an import that runs the other way', rules.importRule, {
  files: {
    'src/model/a.ts': "import type { Clock } from '../time/clock.ts';",
    'src/wire/a.ts':
      "import { Parser } from 'binary-parser';\nexport {\n  type Clock,\n} from '../time/clock.ts';",
    'src/config/a.ts':
      "import { bytesOf } from '../model/names.ts';\nimport { View } from '../membership/view.ts';",
    'src/membership/a.ts': "import { drawingOf } from '../inspect/diagrams.ts';",
    'src/client/a.ts': "import { View } from '../membership/view.ts';",
    'src/mesh/a.ts':
      "import type { Link } from '../membership/link.ts';\nimport { Reach } from '../monitor/reach.ts';",
    'src/membership/b.ts': "import type { Voice } from '../mesh/voice.ts';",
    'src/index.ts': "export { a } from './monitor/a.ts';\nexport { b } from './daemon/a.ts';",
    'src/monitor/a.ts': "const { page } = await import('../web/page.ts');\nimport '../cli/a.ts';",
    'src/web/page/a.tsx': "import picture from '../../../diagrams/a.svg?raw';\nimport '../../config/a.ts';",
    'src/somewhere/a.ts': "import { View } from '../membership/view.ts';",
  },
  at: [
    'src/model/a.ts:1',
    'src/wire/a.ts:2',
    'src/config/a.ts:2',
    'src/membership/a.ts:1',
    'src/mesh/a.ts:2',
    'src/membership/b.ts:1',
    'src/index.ts:2',
    'src/monitor/a.ts:2',
    'src/web/page/a.tsx:2',
    'src/somewhere/a.ts:1',
  ],
});
reports('an import of a concrete transport, or of more than the type of one', rules.importRule, {
  files: {
    'src/cli/a.ts': "import { udp } from '../transport/udp.ts';",
    'src/monitor/a.ts': "import { udp } from '../transport/udp.ts';",
    'src/index.ts': "export { MemoryNetwork } from './transport/memory.ts';",
    'src/membership/a.ts': "import { Transport } from '../transport/transport.ts';",
    'src/membership/b.ts': "import type { Transport } from '../transport/transport.ts';",
  },
  at: ['src/cli/a.ts:1', 'src/membership/a.ts:1'],
});

holds('time and chance come from src/time alone', rules.clockRule);
reports('a clock or a die that nobody passed in', rules.clockRule, {
  files: {
    'src/client/a.ts': `
      const now = Date.now(); // Date.now() in a comment is fine, as are
      clock.setTimeout(callback, 5);
      this.#clock.clearTimeout(handle);
      setTimeout(callback, 5);
      globalThis.setInterval(callback, 5);
      const text = \`\${performance.now()} ms\`;
      const date = new Date(0);
      const random: Random = Math.random;
      import { setTimeout } from 'node:timers/promises';`,
    'src/time/a.ts': 'Date.now();',
  },
  at: [2, 5, 6, 7, 8, 9, 10].map((line) => `src/client/a.ts:${line}`),
});

holds('decisions use no function whose last digit depends on the version of Node', rules.exactnessRule);
reports('an inexact function where decisions are made', rules.exactnessRule, {
  files: {
    'src/membership/a.ts': '/** 2 ** 3 */\nMath.log2(8);\nMath.max(8);\n2 ** 3;',
    'src/lifecycle/a.ts': 'Math.exp(1);',
    'src/mesh/a.ts': 'Math.pow(1, 2);',
    'src/web/a.ts': 'Math.pow(2, 3);',
  },
  at: ['src/membership/a.ts:2', 'src/membership/a.ts:4', 'src/lifecycle/a.ts:1', 'src/mesh/a.ts:1'],
});

holds('no file is longer than 250 lines', rules.fileLengthRule);
reports('a file of 251 lines, not one of 250', rules.fileLengthRule, {
  files: { 'src/a.ts': '\n'.repeat(250).concat('a;\n'), 'src/b.ts': '\n'.repeat(249).concat('b;\n') },
  at: ['src/a.ts:251'],
});

const body = (lines: number) => '  statement();\n'.repeat(lines);
holds('no function is longer than 50 lines', rules.functionLengthRule);
reports('a function of 51 lines of any kind, not one of 50', rules.functionLengthRule, {
  files: {
    'src/function.ts': `/** A function. */\nexport async function long<T>(\n  one: T,\n): void {\n${body(47)}}\n`,
    'src/short.ts': `function short() {\n${body(48)}}\nfunction next() {\n${body(48)}}\n`,
    'src/options.ts': `function options({\n  one,\n}: {\n  one: 1;\n}): void {\n${body(45)}}\n`,
    'src/arrow.ts': `export const arrow = () => {\n${body(49)}};\n`,
    'src/callback.ts': `stream$.subscribe((value) => {\n${body(49)}});\n`,
    'src/method.ts': `class A {\n  static long$(\n    one: 1,\n  ): void {\n${body(47)}  }\n}\n`,
    'src/call.ts': `  call(\n    1,\n  );\n  setup({\n${body(60)}  });\n  if (one) {\n${body(60)}  }\n`,
  },
  at: ['src/function.ts:2', 'src/options.ts:1', 'src/arrow.ts:1', 'src/callback.ts:1', 'src/method.ts:2'],
});

holds('every file begins by saying what it is for', rules.headerRule);
reports('a file without a header', rules.headerRule, {
  files: {
    'src/a.ts': "import { a } from './b.ts';\n/** Late. */",
    'src/b.ts': '/** In time. */',
    'src/c.ts': '#!/usr/bin/env node\n// In time.',
  },
  at: ['src/a.ts:1'],
});

holds('no module holds state', rules.moduleStateRule);
reports('a variable of the module', rules.moduleStateRule, {
  files: { 'src/a.ts': 'const a = 1;\nlet b = 2;\nexport let c = 3;\n  let d = 4;' },
  at: ['src/a.ts:2', 'src/a.ts:3'],
});

test('the top level holds nothing but what everybody looks for there', (t) => {
  const { status, stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) {
    t.log('skipped: this is not a git checkout, so nobody knows what belongs to it');
    return t.pass();
  }
  const paths = stdout.split('\0').filter((path) => path !== '');
  t.deepEqual(rules.topLevelRule(paths.map((path) => ({ path, text: '' }))), []);
});
reports('a file or a folder that has no place at the top level', rules.topLevelRule, {
  files: {
    'package.json': '',
    '.ci/test.yml': '',
    'src/a.ts': '',
    'notes.md': '',
    'scripts/a.ts': '',
    src2: '',
  },
  at: ['notes.md:1', 'scripts/a.ts:1', 'src2:1'],
});

holds('the lock file names no registry', rules.lockRule, [readSource('package-lock.json')]);
reports('a lock file that names its registry', rules.lockRule, {
  files: {
    'package-lock.json': '{\n  "integrity": "sha512-a",\n  "resolved": "https://registry.example/a.tgz"\n}',
  },
  at: ['package-lock.json:3'],
});

/** The files of the repository obey a rule. */
function holds(claim: string, rule: rules.Rule, files = sources): void {
  test(claim, (t) => {
    t.deepEqual(rule(files), []);
  });
}

/** A rule that cannot fail is none: it reports what breaks it, there and nowhere else. */
function reports(
  what: string,
  rule: rules.Rule,
  example: { files: Record<string, string>; at: string[] },
): void {
  test(`reported: ${what}`, (t) => {
    const files: SourceFile[] = Object.entries(example.files).map(([path, text]) => ({ path, text }));
    t.deepEqual(
      rule(files).map((offence) => offence.split(': ')[0]),
      example.at,
    );
  });
}
