import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { Html, html } from '../../src/web/html.ts';

test('what is put into a template is text, in an element and in an attribute', (t) => {
  const hostile = `</td><script>alert("1")</script>'&`;
  const { text } = html`<td title="${hostile}">${hostile}</td>`;
  const escaped = '&#60;/td&#62;&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#39;&#38;';
  t.is(text, `<td title="${escaped}">${escaped}</td>`);
});

test('what would move the cursor or turn the line is shown, not done', (t) => {
  t.is(html`${'a\u0000b\u202ec\r\n'}`.text, 'a\\u0000b\\u202ec\\u000d\\u000a');
});

test('markup goes into markup as it is, one piece or many', (t) => {
  const rows = ['a', '<'].map((name) => html`<li>${name}</li>`);
  t.is(html`<ul>${rows}</ul>${html`<hr>`}${3}`.text, '<ul><li>a</li><li>&#60;</li></ul><hr>3');
  t.is(html`${[]}`.text, '');
  t.is(new Html('<b>').text, '<b>');
});

testProp('no text breaks out of its place', [fc.string({ unit: 'binary' })], (t, hostile) => {
  t.notRegex(html`${hostile}`.text, /[<>"'\x00-\x1f]/);
});
