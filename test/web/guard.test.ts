import test from 'ava';
import { isTrusted } from '../../src/web/guard.ts';

for (const host of [
  'localhost',
  'localhost:8724',
  '127.0.0.1:8724',
  '[::1]:8724',
  '10.0.0.7:8724',
  '[fe80::1]',
]) {
  test(`${host} is ours, with the origin of that name or without one`, (t) => {
    t.true(isTrusted({ host }));
    t.true(isTrusted({ host, origin: `http://${host}` }));
  });

  test(`another page may not ask ${host}`, (t) => {
    for (const origin of [
      'http://evil.example',
      `https://${host}`,
      'null',
      '',
      `http://${host}.evil.example`,
    ]) {
      t.false(isTrusted({ host, origin }), origin);
    }
  });
}

test('a name that a name service can point here is not ours, even when the page has it too', (t) => {
  const names = [
    'evil.example',
    'evil.example:8724',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'localhost.',
  ];
  for (const host of names) {
    t.false(isTrusted({ host }), host);
    t.false(isTrusted({ host, origin: `http://${host}` }), host);
  }
});

test('what is no host is not ours', (t) => {
  for (const host of [
    '',
    ':8724',
    '[::1',
    '::1',
    '[]',
    '127.0.0.1:port',
    '127.0.0.1:1:2',
    'a b',
    '2130706433',
  ])
    t.false(isTrusted({ host }), host);
  t.false(isTrusted({}));
});
