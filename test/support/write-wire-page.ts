/**
 * Writes the frames of protocol 2 that src/wire/README.md shows, byte by byte, as the encoder makes them. Run by `npm run diagrams`; a
 * test compares the page with what this would write.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Beacon, Changes, FrameHead } from '../../src/model/frame.ts';
import { encodeFrame } from '../../src/wire/encode-frame.ts';
import { Keyring } from '../../src/wire/keyring.ts';
import { annotated } from './annotated-frame.ts';
import { ROOT, readSource } from './source-files.ts';

/** The page, from the root. */
export const WIRE_PAGE = 'src/wire/README.md';

const tagOf = (hex: string) => Buffer.from(hex, 'hex').toString('latin1');

const HEAD: FrameHead = { boot: tagOf('5f3a9c0e11d24b87'), sequence: 7, isDirect: false };

const CHANGES: Changes = {
  kind: 'changes',
  from: 2,
  through: 3,
  hasMore: false,
  isWhole: false,
  entries: () => [
    { cluster: 'web', id: 'web-1', version: 3, state: 'alive', lifetimeMs: 2_500, info: '10.0.0.7:80' },
  ],
};

const BEACON: Beacon = {
  kind: 'beacon',
  identity: 'hosta',
  realm: 'default',
  periodMs: 500,
  wallMs: 1_795_349_526_000,
  ports: { udp: 8721, multicast: 8721, tcp: 8721 },
  set: { version: 3, count: 2, hash: tagOf('c0ffee0123456789') },
};

/** The frames that the page shows, by the names that stand before them there. */
export const SHOWN: Readonly<Record<string, Buffer>> = {
  open: encodeFrame(HEAD, [CHANGES, BEACON], new Keyring('default', [])),
  sealed: encodeFrame(HEAD, [BEACON], new Keyring('default', ['an-example-that-everybody-knows'])),
};

/** The page as it should be. @param text the page as it is */
export function wirePageOf(text: string): string {
  return text.replace(/(<!-- frame: (\w+) -->\n\n```\n)[^`]*(```)/g, (_, before, name, after) => {
    return `${before}${annotated(SHOWN[name]!)}\n${after}`;
  });
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(ROOT, WIRE_PAGE), wirePageOf(readSource(WIRE_PAGE).text));
}
