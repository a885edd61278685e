import test from 'ava';
import { loadConfig } from '../../src/config/load.ts';
import { call } from './vagus.ts';

test.serial('genkey prints a key that a configuration takes, another one each time', async (t) => {
  const keys = new Set<string>();
  for (let time = 0; time < 2; time += 1) {
    const { stdout, stderr, ending } = await call(t, ['genkey']);
    t.deepEqual({ stderr, ending }, { stderr: '', ending: 0 });
    const text = `[main]\nkey = ${stdout}`;
    t.like(loadConfig({ text, file: 'vagus.ini' }), { settings: { keys: [stdout.trimEnd()] }, errors: [] });
    t.is(Buffer.from(stdout, 'base64').length, 32);
    keys.add(stdout);
  }
  t.is(keys.size, 2);
});
