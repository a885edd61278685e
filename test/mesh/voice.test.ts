/** What a monitor says leaves under its boot, each frame with a number of its own. */
import test from 'ava';
import { type Sending, Voice } from '../../src/mesh/voice.ts';
import { decodeHead, type Frame } from '../../src/wire/decode-frame.ts';
import { Keyring } from '../../src/wire/keyring.ts';

const KEYRING = new Keyring('default', []);

function heardVoice() {
  const voice = new Voice(() => 'the boot', KEYRING);
  const sendings: Sending[] = [];
  voice.sendings$.subscribe((sending) => sendings.push(sending));
  const heads = () => sendings.map(({ bytes }) => decodeHead(bytes, KEYRING) as Frame);
  return { voice, sendings, heads };
}

test('frames are numbered from 1 on, whomever they are for', (t) => {
  const { voice, sendings, heads } = heardVoice();
  const to = { transport: 'udp', host: 'h', port: 1 };
  voice.toAll([{ kind: 'goodbye' }]);
  voice.to(to, [{ kind: 'goodbye' }]);
  voice.probe(to, [{ kind: 'goodbye' }]);
  t.deepEqual(
    heads().map(({ boot, sequence, isDirect }) => [boot, sequence, isDirect]),
    [
      ['the boot', 1, false],
      ['the boot', 2, true],
      ['the boot', 3, true],
    ],
  );
  t.deepEqual(
    sendings.map((sending) => [sending.to, sending.isProbe]),
    [
      [undefined, false],
      [to, false],
      [to, true],
    ],
  );
});

test('after it was closed nothing is said', (t) => {
  const { voice, sendings } = heardVoice();
  voice.close();
  voice.toAll([{ kind: 'goodbye' }]);
  t.deepEqual(sendings, []);
});
