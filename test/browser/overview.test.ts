/** The overview in a browser, as a person sees it. */
import { browserTest } from './browser-test.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'';

browserTest(
  'a cluster leads to its instances on both hosts, and those to their details',
  async (t, scene) => {
    const { page, here, there, faults } = scene;
    for (const id of ['10', '9']) await here.say(`keepalive web/1:${id}:60000:10.0.0.${id}`);
    await there.say('keepalive web/1:8:60000:10.0.0.8');
    await page.goto(here.root);
    await page.waitForSelector('tr:has-text("web/1"):has-text("3")'); // it asks anew by itself
    await page.click('text=web/1');
    t.is(await page.title(), 'web/1 · vagus');
    t.deepEqual(await page.locator('tbody td:first-child').allInnerTexts(), ['8', '9', '10']);
    await page.click('text=details');
    t.is(await page.locator('tr:has-text("10.0.0.8") td:nth-child(2)').innerText(), 'there');
    t.is(await page.locator('tr:has-text("10.0.0.8") [data-state=alive]').innerText(), 'alive announced');
    await page.click('header a');
    t.is(page.url(), here.root);
    t.deepEqual(faults, []);
  },
);

browserTest('what happens is on the page a few seconds later, without a script', async (t, scene) => {
  const { page, here, there, faults } = scene;
  await there.say('keepalive web:far:60000');
  await page.goto(`${here.root}cluster_details/web`);
  await page.waitForSelector('[data-state=alive]');
  there.freeze();
  await page.waitForSelector('text=none');
  await page.goto(here.root);
  await page.waitForSelector('tr:has-text("there") [data-state=dead]');
  t.is(await page.locator('script').count(), 0);
  t.deepEqual(faults, []);
});

browserTest('what strangers write is text on every page, and their cluster is found', async (t, scene) => {
  const { page, here, there, faults } = scene;
  await there.say(`keepalive ${HOSTILE}:${HOSTILE}:60000:${HOSTILE}`);
  await page.goto(here.root);
  await page.waitForSelector('td:has-text("onerror")');
  for (const link of ['text=onerror', 'text=details']) {
    await page.click(link);
    t.is(await page.locator('td').first().innerText(), HOSTILE);
    t.is(await page.locator('td').last().innerText(), HOSTILE);
    t.is(await page.locator('img').count(), 0);
  }
  t.is(await page.locator('h1').innerText(), `${HOSTILE} 1 ids and infos only`);
  t.deepEqual(faults, []);
});

browserTest('the pages are styled, for light and for dark, and fit a narrow window', async (t, scene) => {
  const { page, here, faults } = scene;
  await here.say(`keepalive web:${'x'.repeat(255)}:60000:${'y'.repeat(255)}`);
  const papers = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${here.root}cluster_details/web`);
    papers.push(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor'));
  }
  t.deepEqual(papers, ['rgb(251, 250, 248)', 'rgb(20, 24, 26)']);
  await page.setViewportSize({ width: 360, height: 700 });
  await page.reload();
  t.is(await page.evaluate('document.documentElement.scrollWidth'), 360);
  t.deepEqual(faults, []);
});
