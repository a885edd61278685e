/** The inspector in a browser, as a person sees it. */
import type { Page } from 'playwright-core';
import { browserTest } from './browser-test.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';

/** The states and arrows of the chart that are lit. */
const litIn = (page: Page) => page.locator('.chart .lit > title').allTextContents();

/** Waits until the picked actor is in a state. */
const becomes = (page: Page, state: string) => page.waitForSelector(`article[data-state="${state}"]`);

/** The events as they stand there, the newest first. */
const eventsIn = async (page: Page) =>
  (await page.locator('.timeline li').allInnerTexts()).map((line) => line.split('\n').slice(1).join(' '));

browserTest(
  'an instance dies in view: its chart lights suspect, then dead, with the reasons',
  async (t, scene) => {
    const { page, here, faults } = scene;
    await here.say('keepalive web:mortal:10000:10.0.0.7:80');
    await page.click('text=web:mortal');
    await becomes(page, 'alive');
    t.deepEqual(await litIn(page), ['alive']);
    await here.say('keepalive web:mortal:10000:10.0.0.7:80');
    await page.waitForSelector('text=absorbed in alive');
    t.regex(await page.locator('.due').innerText(), /overdue\s+in\s+[67]\.\d s/);
    await becomes(page, 'suspect');
    t.deepEqual((await litIn(page)).sort(), ['alive->suspect', 'suspect']);
    t.is(await page.locator('.verdict').innerText(), 'suspect overdue');
    await becomes(page, 'dead');
    t.deepEqual((await litIn(page)).sort(), ['dead', 'suspect->dead']);
    t.is(await page.locator('.verdict').innerText(), 'dead lapsed');
    t.is(await page.title(), 'dead: web:mortal · vagus');
    t.deepEqual(await eventsIn(page), [
      'lapsed suspect → dead',
      'overdue alive → suspect',
      'announced absorbed in alive',
    ]);
    t.deepEqual(faults, []);
  },
);

browserTest('a monitor falls silent in view, and its instances die with it', async (t, scene) => {
  const { page, here, there, faults } = scene;
  await there.say('keepalive web:far:60000');
  await page.waitForSelector('.row:has-text("web:far")');
  await page.goto(`${here.url}#peer/there`);
  await becomes(page, 'alive');
  there.freeze();
  await becomes(page, 'suspect');
  await page.waitForSelector('.row[data-state="suspect"]:has-text("web:far")');
  await becomes(page, 'dead');
  t.deepEqual((await litIn(page)).sort(), ['dead', 'suspect->dead']);
  await page.click('text=web:far');
  await becomes(page, 'dead');
  t.is(await page.locator('.verdict').innerText(), 'dead hostLost');
  t.deepEqual(faults, []);
});

browserTest('a monitor dies in view, its host lives: its instances are suspect', async (t, scene) => {
  const { page, here, there, faults } = scene;
  await there.say('keepalive web:far:60000');
  await page.waitForSelector('.row:has-text("web:far")');
  await page.goto(`${here.url}#peer/there`);
  await becomes(page, 'alive');
  await there.kill();
  await becomes(page, 'dead');
  t.is(await page.locator('.verdict').innerText(), 'dead departed');
  await page.click('text=web:far');
  await becomes(page, 'suspect');
  t.deepEqual(faults, []);
});

browserTest('what strangers write is text, wherever it shows', async (t, { page, here, there, faults }) => {
  await there.say(`keepalive ${HOSTILE}:${HOSTILE}:60000:${HOSTILE}`);
  await here.say('keepalive web:\u00e2\u0080\u00aeevil:60000'); // a right-to-left override
  await page.click(`.row:has-text("${HOSTILE}")`);
  await becomes(page, 'alive');
  t.is(await page.locator('article h2').innerText(), `instance ${HOSTILE}:${HOSTILE}`);
  t.true((await page.locator('dl').innerText()).includes(HOSTILE));
  t.is(await page.locator('.row:has-text("web:") .title').innerText(), 'web:\\u202eevil');
  t.is(await page.locator('img').count(), 0);
  t.deepEqual(faults, []);
});

browserTest(
  'the list is searched, and walked by keyboard; the picked one stands in the address',
  async (t, scene) => {
    const { page, here, faults } = scene;
    for (const id of ['a', 'b', 'c']) await here.say(`keepalive web:${id}:60000`);
    await here.say('keepalive db:d:60000');
    await page.waitForSelector('.row:has-text("db:d")');
    await page.fill('input[type=search]', 'WEB');
    await page.waitForSelector('nav:not(:has-text("db:d"))');
    await page.click('text=web:a');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('article h2:has-text("web:b")');
    t.is(new URL(page.url()).hash, '#instance/here/web/b');
    await page.reload();
    await page.waitForSelector('article h2:has-text("web:b")');
    await page.click('button:has-text("dead")');
    await page.waitForSelector('text=none matches');
    t.deepEqual(faults, []);
  },
);

browserTest('a monitor that was away is found again, with what was picked', async (t, { page, here }) => {
  await here.say('keepalive web:x:60000');
  await page.click('text=web:x');
  await becomes(page, 'alive');
  await here.kill();
  await page.waitForSelector('text=connection lost');
  await here.start();
  await becomes(page, 'suspect'); // the other monitor remembers it
  t.is(await page.locator('.verdict').innerText(), 'suspect recalled');
  t.is(await page.locator('[role=status]').innerText(), 'live');
  await here.say('keepalive web:x:60000');
  await becomes(page, 'alive');
});

browserTest('what nobody remembers of a monitor that was away is forgotten', async (t, scene) => {
  const { page, here, there } = scene;
  await here.say('keepalive web:x:60000');
  await page.click('text=web:x');
  await becomes(page, 'alive');
  await there.kill();
  await here.kill();
  await here.start();
  await becomes(page, 'forgotten');
  t.is(await page.locator('[role=status]').innerText(), 'live');
});
