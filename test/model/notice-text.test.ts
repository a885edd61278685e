import test from 'ava';
import { textOfNotice } from '../../src/model/notice-text.ts';

test('isolation tells how many are heard of how many, and what follows from it', (t) => {
  const text = textOfNotice({ kind: 'isolated', heardCount: 1, expectedCount: 5 });
  t.regex(text, /isolated: it hears 1 of the 5 monitors that it expects, and calls none of them dead/);
  t.regex(textOfNotice({ kind: 'reunited' }), /isolated no longer/);
});

test('another realm is told by its name and the number of its monitors', (t) => {
  const stranger = { kind: 'stranger', address: '10.0.0.9' } as const;
  t.regex(
    textOfNotice({ ...stranger, realm: 'staging', monitorsCount: 4 }),
    /^staging: 4 monitors on this network \(10\.0\.0\.9\)/,
  );
  t.regex(
    textOfNotice({ ...stranger, realm: undefined, monitorsCount: 1 }),
    /^a sealed realm: 1 monitor on this network/,
  );
});

test('what a stranger calls his realm cannot move the cursor', (t) => {
  const text = textOfNotice({
    kind: 'stranger',
    realm: 'a\u001b[2J\nb',
    monitorsCount: 1,
    address: '10.0.0.9',
  });
  t.regex(text, /^a\\u001b\[2J\\u000ab: 1 monitor/);
});

test('a monitor with another key is told by its address', (t) => {
  const text = textOfNotice({ kind: 'wrongKey', address: '10.0.0.9', count: 7 });
  t.regex(text, /of our realm at 10\.0\.0\.9 uses another key, or none: 7 of its frames were refused/);
});
