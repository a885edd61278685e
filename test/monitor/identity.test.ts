/** The name that a monitor goes by when none is configured. */
import test from 'ava';
import { defaultIdentity } from '../../src/monitor/identity.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';

test('a host goes by its name', (t) => {
  for (const host of ['web7', 'web7.example.org', 'localhorst', 'my-localhost'])
    t.is(defaultIdentity(host, 'machine'), host);
});

test('a name that says nothing gets a suffix', (t) => {
  for (const host of ['localhost', 'localhost.localdomain'])
    t.regex(defaultIdentity(host, 'machine'), new RegExp(`^${host}-[0-9a-f]{8}$`));
  t.regex(defaultIdentity('', 'machine'), /^localhost-[0-9a-f]{8}$/);
});

test('the suffix is the same for one machine and differs between two', (t) => {
  t.is(defaultIdentity('localhost', 'one'), defaultIdentity('localhost', 'one'));
  t.not(defaultIdentity('localhost', 'one'), defaultIdentity('localhost', 'two'));
});

test('the suffix does not show the machine id', (t) => {
  t.false(defaultIdentity('localhost', 'deadbeef').includes('deadbeef'));
});

test('what an identity may not hold is replaced', (t) => {
  t.is(defaultIdentity('a:b\nc\ufffd', 'machine'), 'a-b-c-');
});

test('a name of any length becomes a valid identity', (t) => {
  for (const host of ['h'.repeat(300), `h${'é'.repeat(300)}`, 'localhost.'.concat('h'.repeat(300))])
    t.notThrows(() => createMonitor({ identity: defaultIdentity(host, 'machine'), transports: [] }));
});

test('the name of this host is a valid identity', (t) => {
  t.notThrows(() => createMonitor({ transports: [] }));
});
