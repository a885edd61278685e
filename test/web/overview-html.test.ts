/** The overview's markup: what it shows, and that strangers' names stay text. */
import test from 'ava';
import { bytesOf } from '../../src/model/names.ts';
import { clusterHtmlOf, detailsHtmlOf, surveyHtml } from '../../src/web/overview-html.ts';
import { clusterOf, detailsOf, surveyOf } from '../../src/web/survey.ts';
import { Sender } from '../support/builders.ts';
import { SurveyedHouse, taken } from './surveyed-house.ts';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  'a\x00b\r',
  '\xff\xfe</td>',
  '&lt;b&gt;',
  bytesOf('\u202egnp.exe'),
];

/** All tags that the overview is made of, with their attributes. */
const ELEMENTS =
  'html|head|meta|title|link|body|header|main|h1|p|a|small|code|table|thead|tbody|tr|th|td|ul|li';
const ATTRIBUTES = 'lang|charset|name|content|http-equiv|rel|href|class|role|data-state';
const TAGS = new RegExp(`<!doctype html>|</?(?:${ELEMENTS})(?: (?:${ATTRIBUTES})="[^"<>]*")*>`, 'g');

const front = (house: SurveyedHouse, isInspected = false) =>
  taken(surveyHtml(taken(surveyOf(house.surveyed)).result, isInspected)).result;
const list = (house: SurveyedHouse, name = 'c') =>
  taken(clusterHtmlOf(taken(clusterOf(name, house.surveyed)).result)).result;
const details = (house: SurveyedHouse, name = 'c') =>
  taken(detailsHtmlOf(taken(detailsOf(name, house.surveyed)).result)).result;

/** The cells of each row of the body. */
const rowsOf = (page: string) =>
  [...page.matchAll(/<tr>((?:<td.*?<\/td>)+)<\/tr>/gs)].map(([, row]) =>
    [...row!.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => cell!.replace(/<[^>]*>/g, '')),
  );

test('whatever strangers call themselves, a page has no tag and no attribute but its own', (t) => {
  for (const name of HOSTILE) {
    const house = new SurveyedHouse();
    house.keepAlive(name, 60_000, { cluster: name, info: name });
    new Sender(house, { monitor: name }).announce({ [name]: 60_000 }, name, name);
    house.warnings.add({ kind: 'limit', what: name, limit: 1 }, 0);
    house.warnings.add({ kind: 'identityTaken', identity: name, address: name }, 0);
    house.warnings.add({ kind: 'wrongKey', address: name, count: 1 }, 0);
    const stranger = { realm: name, monitorsCount: 1, address: name, heardAt: 0 };
    house.surroundings = { isIsolated: true, strangers: [stranger] };
    for (const page of [front(house), list(house, name), details(house, name)]) {
      t.notRegex(page.replace(TAGS, ''), /[<>"]/, name);
      t.notRegex(page, /[\x00-\x09\x0b-\x1f\u202e]/, name);
    }
  }
});

test('a hostile name is shown as it is written', (t) => {
  const house = new SurveyedHouse();
  for (const name of HOSTILE) house.keepAlive(name, 60_000);
  const shown = rowsOf(list(house)).map(([id]) => id);
  t.true(shown.includes('&#60;script&#62;alert(1)&#60;/script&#62;'));
  t.true(shown.includes('&#38;lt;b&#38;gt;'));
  t.true(shown.includes('a\\u0000b\\u000d'));
  t.true(shown.includes('\\u202egnp.exe'));
});

test('the front page lists clusters and monitors, and links to the pages of a cluster', (t) => {
  const house = new SurveyedHouse();
  house.keepAlive('1', 60_000, { cluster: 'a/b' });
  house.keepAlive('2', 4_000, { cluster: 'a/b' });
  house.clock.advanceBy(3_500);
  new Sender(house).announce({});
  house.clock.advanceBy(2_000);
  house.keepAlive('2', 4_000, { cluster: 'web' });
  const page = front(house);
  t.deepEqual(rowsOf(page), [
    ['a/b', '1', '', 'details'],
    ['web', '1', '', 'details'],
    ['own', 'this one', '', '', '2'],
    ['peer', 'alive announced', '10.0.0.1', '2.0 s ago', '0'],
  ]);
  t.true(page.includes('<a href="/cluster/a%2Fb">') && page.includes('<a href="/cluster_details/a%2Fb">'));
});

test('the list of a cluster has ids and infos, its details all that is known', (t) => {
  const house = new SurveyedHouse();
  house.keepAlive('10', 60_000, { info: 'a  b' });
  house.keepAlive('2', 4_000, { info: 'c' });
  house.clock.advanceBy(3_500);
  t.deepEqual(rowsOf(list(house)), [
    ['2', 'c'],
    ['10', 'a  b'],
  ]);
  t.deepEqual(rowsOf(details(house)), [
    ['2', 'own', 'suspect overdue', '0.5 s', '0.5 s', 'c'],
    ['10', 'own', 'alive announced', '3.5 s', '56.5 s', 'a  b'],
  ]);
});

test('where there is nobody it says so', (t) => {
  const house = new SurveyedHouse();
  t.true(list(house).includes('none') && details(house).includes('none') && front(house).includes('none'));
});

test('another monitor of our name is an alarm for ten minutes after its last word, then a warning', (t) => {
  const house = new SurveyedHouse();
  t.notRegex(front(house), /alarm|Warnings/);
  house.warnings.add({ kind: 'identityTaken', identity: 'own', address: '10.0.0.9' }, house.clock.now());
  house.clock.advanceBy(599_999);
  t.regex(
    front(house),
    /<main><p class="alarm" role="alert">10\.0\.0\.9 announces as own, .*\(9 min 59 s ago\)/s,
  );
  house.clock.advanceBy(1);
  t.notRegex(front(house), /alarm/);
  t.regex(front(house), /Warnings.*10\.0\.0\.9 announces as own, .*10 min 0 s ago/s);
});

test('an isolated monitor says so on its front page, for as long as it is', (t) => {
  const house = new SurveyedHouse();
  t.notRegex(front(house), /isolated/);
  house.surroundings = { isIsolated: true, strangers: [] };
  t.regex(front(house), /<main><p class="alarm" role="alert">This monitor is isolated/);
  house.surroundings = { isIsolated: false, strangers: [] };
  t.notRegex(front(house), /isolated/);
});

test('other realms are listed once, with how many monitors they have and when one was heard', (t) => {
  const house = new SurveyedHouse();
  t.notRegex(front(house), /Other realms/);
  t.regex(front(house), /realm default/);
  const stranger = { realm: 'staging', monitorsCount: 4, address: '10.0.0.9' };
  const heard = { heardAt: house.clock.now() };
  house.warnings.add({ kind: 'stranger', ...stranger }, house.clock.now());
  house.surroundings = { isIsolated: false, strangers: [{ ...stranger, ...heard }] };
  house.clock.advanceBy(2_000);
  const page = front(house);
  t.regex(
    page,
    /Other realms <small>1<.*<li>staging: 4 monitors on this network <small>10\.0\.0\.9, 2\.0 s ago</s,
  );
  t.is(page.split('staging').length, 2);
});

test('a monitor that uses another key is a warning', (t) => {
  const house = new SurveyedHouse();
  house.warnings.add({ kind: 'wrongKey', address: '10.0.0.9', count: 7 }, house.clock.now());
  t.regex(front(house), /Warnings.*<li>a monitor of our realm at 10\.0\.0\.9 uses another key/s);
});

test('a monitor that does not know all yet says so', (t) => {
  const house = new SurveyedHouse();
  house.monitorState = 'gathering';
  for (const page of [front(house), list(house), details(house)])
    t.regex(page, /gathering.*does not know all yet/s);
  house.monitorState = 'complete';
  t.notRegex(front(house), /does not know all yet/);
});

test('the inspector is linked where it is, and where it is not the page says how to get it', (t) => {
  const house = new SurveyedHouse();
  t.regex(front(house, true), /<a href="\/inspector">/);
  t.regex(front(house, false), /off.*vagus run --inspect/s);
  t.notRegex(front(house, false), /href="\/inspector"/);
});

test('more than a page holds is counted', (t) => {
  const house = new SurveyedHouse();
  for (let id = 0; id < 1_007; id += 1) house.keepAlive(`${id}`, 60_000);
  t.regex(list(house), /<p class="hint">and 7 more<\/p>/);
});
