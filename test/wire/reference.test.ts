/** What the original sent and how it took what it was sent, byte for byte (see test/data). */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { endOfLifeMsOf, idOf, infoOf } from '../../src/model/announcement.ts';
import { decodeAnnouncement } from '../../src/wire/decode-announcement.ts';
import { encodeAnnouncement } from '../../src/wire/encode-announcement.ts';

interface Datagram {
  readonly name: string;
  readonly hex: string;
  readonly fields: {
    readonly endOfLife: number;
    readonly vagusId: string;
    readonly cluster: string;
    readonly instances: readonly {
      readonly id: string;
      readonly endOfLifeMs: number;
      readonly extra: string;
    }[];
  };
}

interface Inbound {
  readonly name: string;
  readonly hex: string;
  readonly senderInVagusList: boolean;
}

const DATAGRAM_BYTES_MAX = 65_507;

const linesOf = (file: string) =>
  readFileSync(new URL(`../data/${file}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const datagrams: readonly Datagram[] = linesOf('datagrams.jsonl');
const inbound: readonly Inbound[] = linesOf('inbound.jsonl');

const fieldsOf = (bytes: Buffer) => {
  const announcement = decodeAnnouncement(bytes);
  if (typeof announcement === 'string') return announcement;
  return {
    endOfLife: announcement.endOfLifeSeconds,
    vagusId: announcement.monitor,
    cluster: announcement.cluster,
    instances: announcement.entries.map((entry) => ({
      id: idOf(announcement, entry),
      endOfLifeMs: endOfLifeMsOf(entry),
      extra: infoOf(announcement, entry),
    })),
  };
};

for (const { name, hex, fields } of datagrams) {
  const { endOfLife, vagusId, cluster, instances } = fields;

  test(`the original's ${name} decodes to its fields`, (t) => {
    t.deepEqual(fieldsOf(Buffer.from(hex, 'hex')), {
      endOfLife,
      vagusId,
      cluster,
      instances: [...instances],
    });
  });

  test(`the original's ${name} is written byte for byte`, (t) => {
    const content = {
      endOfLifeSeconds: endOfLife,
      monitor: vagusId,
      cluster,
      instances: instances.map(({ id, endOfLifeMs, extra }) => ({ id, endOfLifeMs, info: extra })),
    };
    const frames = encodeAnnouncement(content, DATAGRAM_BYTES_MAX);
    t.deepEqual(
      frames.map((frame) => frame.toString('hex')),
      [hex],
    );
  });
}

/** Why what the original drops is malformed; what is not here is an announcement. */
const REASONS: Readonly<Record<string, string>> = {
  '9-bytes': 'tooShort',
  '10-bytes-no-payload': 'tooShort',
  '0-bytes': 'tooShort',
  'bad-magic': 'badMagic',
  'length-minus-1': 'badLength',
  'length-plus-1': 'badLength',
  'length-0': 'badLength',
  'length-negative': 'badLength',
  'trailing-byte-after-length': 'badLength',
  'type-0': 'unknownType',
  'type-2': 'unknownType',
  'payload-7': 'tooShort',
};

for (const { name, hex, senderInVagusList } of inbound) {
  const reaction = fieldsOf(Buffer.from(hex, 'hex'));

  if (senderInVagusList) {
    test(`${name}, which the original takes, is an announcement`, (t) => {
      t.not(typeof reaction, 'string');
    });
  } else {
    const reason = REASONS[name] ?? 'truncated';
    test(`${name}, which the original drops, is malformed: ${reason}`, (t) => {
      t.is(typeof reaction, 'string');
      t.true(reason.includes(reaction as string), `${reaction}`);
    });
  }
}
