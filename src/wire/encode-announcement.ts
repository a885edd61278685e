/**
 * Announcement → bytes, in the original's layout (see decode-announcement). An announcement that would be larger
 * than one datagram should be is split into several of the same cluster: every receiver merges them. A frame that
 * does not name all is marked, so that a receiver does not take for gone whom it leaves out: its first instance stands
 * twice, which an original reads as once.
 */

import type { AnnouncedInstance } from '../model/announcement.ts';
import type { Bytes } from '../model/names.ts';
import { ANNOUNCEMENT_TYPE, HEADER_BYTES } from './decode-announcement.ts';

/** The largest datagram that we send: it fits an Ethernet frame with room for tunnels. */
export const FRAME_BYTES_MAX = 1_400;

/** What an announcement says, whole. */
export interface AnnouncementContent {
  /** Sender's wall clock + 2 × its announcement-interval-max, seconds. */
  readonly endOfLifeSeconds: number;
  readonly monitor: Bytes;
  readonly cluster: Bytes;
  readonly instances: readonly AnnouncedInstance[];
  /** True when the cluster has more instances than these; default false. */
  readonly isPart?: boolean;
}

/**
 * Writes an announcement in as many frames as it needs, at least one.
 * @param content monitor, cluster, ids and infos of at most 255 bytes each
 * @param frameBytesMax bytes of one frame, 1,311 (the largest single instance, marked) and more, default 1,400
 */
export function encodeAnnouncement(content: AnnouncementContent, frameBytesMax = FRAME_BYTES_MAX): Buffer[] {
  const { instances } = content;
  const headBytes = HEADER_BYTES + 4 + 1 + content.monitor.length + 1 + content.cluster.length;
  const wholeBytes = instances.reduce((bytes, instance) => bytes + bytesIn(instance), headBytes);
  if (!content.isPart && wholeBytes <= frameBytesMax) return [encodeFrame(content, instances, wholeBytes)];
  const frames: Buffer[] = [];
  let part: AnnouncedInstance[] = [];
  let partBytes = headBytes;
  for (const instance of instances) {
    if (partBytes + bytesIn(instance) > frameBytesMax && part.length > 0) {
      frames.push(encodeFrame(content, part, partBytes));
      part = [];
      partBytes = headBytes;
    }
    const marked = part.length === 0 ? [{ ...instance, info: '' }, instance] : [instance];
    part.push(...marked);
    for (const each of marked) partBytes += bytesIn(each);
  }
  if (part.length > 0) frames.push(encodeFrame(content, part, partBytes));
  return frames;
}

function bytesIn({ id, info }: AnnouncedInstance): number {
  return 1 + id.length + 8 + 1 + info.length;
}

function encodeFrame(
  content: AnnouncementContent,
  instances: readonly AnnouncedInstance[],
  frameBytes: number,
): Buffer {
  const frame = Buffer.allocUnsafe(frameBytes);
  let at = frame.write('vagus', 'latin1');
  at = frame.writeUInt32BE(frameBytes, at);
  at = frame.writeUInt8(ANNOUNCEMENT_TYPE, at);
  at = frame.writeUInt32BE(Math.trunc(content.endOfLifeSeconds) >>> 0, at);
  at = writeShort(frame, content.monitor, at);
  at = writeShort(frame, content.cluster, at);
  for (const instance of instances) {
    const endOfLifeMs = Math.min(Math.max(0, Math.trunc(instance.endOfLifeMs)), Number.MAX_SAFE_INTEGER);
    at = writeShort(frame, instance.id, at);
    at = frame.writeUInt32BE(Math.floor(endOfLifeMs / 0x1_0000_0000), at);
    at = frame.writeUInt32BE(endOfLifeMs % 0x1_0000_0000, at);
    at = writeShort(frame, instance.info, at);
  }
  return frame;
}

function writeShort(frame: Buffer, bytes: Bytes, at: number): number {
  const next = frame.writeUInt8(bytes.length, at);
  return next + frame.write(bytes, next, 'latin1');
}
