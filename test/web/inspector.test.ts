/** The inspector's WebSockets: the page's feed, and what Stately's tools see. */
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import test from 'ava';
import type { ActorName } from '../../src/inspect/inspected.ts';
import { until } from '../support/tcp-client.ts';
import { Listener, serve } from './browser-like.ts';

const ALL = { text: '', cluster: '', state: '' };
const X = { kind: 'instance', monitor: 'own', cluster: 'c', id: 'x' };

test('a page that wishes sees the list and the actor that it picked', async (t) => {
  const { house, port } = await serve(t);
  const advance = () => house.clock.advanceBy(1);
  house.keepAlive('x', 60_000);
  const page = await Listener.open(t, port, '/inspector/feed');
  page.socket.send(JSON.stringify({ query: ALL, picked: X }));
  await page.hears('"title":"c:x"', { advance });
  await page.hears('"kind":"portrait"', { advance });
  house.withdraw('x');
  await page.hears('"event":"withdrawn"', { advance });
});

test('a page that does not read gets no queue, and the newest when it reads again', async (t) => {
  const { house, port } = await serve(t);
  const info = 'i'.repeat(255);
  for (let index = 0; index < 199; index += 1) house.keepAlive(`${'x'.repeat(200)}${index}`, 6e8, { info });
  const page = await Listener.open(t, port, '/inspector/feed');
  page.socket.send(JSON.stringify({ query: ALL, picked: X }));
  await page.hears('"kind":"listing"', { advance: () => house.clock.advanceBy(250) });
  page.socket.pause();
  for (let step = 0; step < 1_000; step += 1) {
    house.keepAlive('x', 60_000, { info: `${step}` });
    house.clock.advanceBy(250);
    await new Promise((resolve) => setImmediate(resolve));
  }
  house.keepAlive('x', 60_000, { info: 'the newest' });
  page.socket.resume();
  await page.hears('the newest', { advance: () => house.clock.advanceBy(250) });
  t.true(page.messages.length < 500, `${page.messages.length} messages`);
});

test('the picked actor is live for as long as the page is there', async (t) => {
  const { house, port } = await serve(t);
  house.keepAlive('x', 60_000);
  const page = await Listener.open(t, port, '/inspector/feed');
  page.socket.send(JSON.stringify({ query: ALL, picked: X }));
  await page.hears('"kind":"portrait"', { advance: () => house.clock.advanceBy(1) });
  t.is(house.registry.liveActorCount, 1);
  page.socket.close();
  await until(() => house.registry.liveActorCount === 0, 'the end of the watch');
  t.pass();
});

test('picks are carried out ten times a second at most, and the last one is', async (t) => {
  const { house, port } = await serve(t);
  for (const id of ['x', 'y', 'z']) house.keepAlive(id, 600_000);
  const watch = house.inspected.watch.bind(house.inspected);
  let watchCount = 0;
  Object.assign(house.inspected, {
    watch: (name: ActorName) => {
      watchCount += 1;
      return watch(name);
    },
  });
  const page = await Listener.open(t, port, '/inspector/feed');
  for (let turn = 0; turn < 300; turn += 1) {
    for (const id of ['x', 'y']) page.socket.send(JSON.stringify({ query: ALL, picked: { ...X, id } }));
  }
  page.socket.send(JSON.stringify({ query: ALL, picked: { ...X, id: 'z' } }));
  await page.hears('"title":"c:z"', { advance: () => house.clock.advanceBy(100) });
  await until(() => {
    house.clock.advanceBy(100);
    return page.messages.some((message) => message.includes('"portrait"') && message.includes('"id":"z"'));
  }, 'the portrait of z');
  t.true(watchCount < 100, `${watchCount} of 601`);
});

test('a tool that leaves lets the actor go', async (t) => {
  const { house, port } = await serve(t);
  house.keepAlive('x', 60_000);
  const tool = await Listener.open(t, port, '/inspector/stately?monitor=own&cluster=c&id=x');
  await until(() => tool.messages.length > 0, 'the actor');
  t.is(house.registry.liveActorCount, 1);
  tool.socket.close();
  await until(() => house.registry.liveActorCount === 0, 'the end of the watch');
  t.pass();
});

test("Stately's receiver sees the chart of a watched actor, and each of its steps", async (t) => {
  const { house, port } = await serve(t);
  house.keepAlive('<x>', 60_000);
  const events: StatelyInspectionEvent[] = [];
  const server = `ws://127.0.0.1:${port}/inspector/stately?monitor=own&cluster=c&id=${encodeURIComponent('<x>')}`;
  createWebSocketReceiver({ server }).subscribe((event) => events.push(event));
  await until(() => events.some(({ type }) => type === '@xstate.snapshot'), 'a snapshot');
  house.withdraw('<x>');
  await until(() => events.length >= 5, 'the step');
  const [actor] = events;
  t.true(actor?.type === '@xstate.actor' && actor.name === 'instance c:<x> on own');
  t.deepEqual(
    events.map((event) =>
      event.type === '@xstate.actor' ? event.type : `${event.type} ${event.event.type}`,
    ),
    [
      '@xstate.actor',
      '@xstate.event xstate.init',
      '@xstate.snapshot xstate.init',
      '@xstate.event withdrawn',
      '@xstate.snapshot withdrawn',
    ],
  );
  t.is((events.at(-1) as { snapshot: { value?: string } }).snapshot.value, 'dead');
});

test('a tool that names no actor sees those that pages watch', async (t) => {
  const { house, port } = await serve(t);
  house.keepAlive('x', 60_000);
  const tool = await Listener.open(t, port, '/inspector/stately');
  const page = await Listener.open(t, port, '/inspector/feed');
  page.socket.send(JSON.stringify({ query: ALL, picked: X }));
  await tool.hears('"name":"instance c:x on own"', { advance: () => house.clock.advanceBy(1) });
});

test('a tool that does not read is cut', async (t) => {
  const { house, port } = await serve(t);
  house.keepAlive('x', 60_000);
  const tool = await Listener.open(t, port, '/inspector/stately?monitor=own&cluster=c&id=x');
  tool.socket.pause();
  for (let step = 0; step < 300; step += 1) {
    for (let beat = 0; beat < 200; beat += 1) house.keepAlive('x', 60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  tool.socket.resume();
  t.is(await tool.ends(), 1006);
});
