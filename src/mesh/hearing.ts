/**
 * A frame of protocol 2, from its bytes to those who deal with what it says. What is not of our realm, not sealed as it should be, or was heard
 * before ends here, counted. Of who has not proven that he is there, only the proof is heeded.
 */
import type { Subject } from 'rxjs';
import type { Counters } from '../membership/counters.ts';
import type { MeshFact } from '../membership/peer-sets.ts';
import type { Beacon, Challenge, Endpoint, Response, Section } from '../model/frame.ts';
import type { Bytes } from '../model/names.ts';
import type { Origin, Packet } from '../model/packet.ts';
import { decodeHead, decodeSections, type Frame, type FrameFault } from '../wire/decode-frame.ts';
import type { Keyring } from '../wire/keyring.ts';
import type { Acquaintance, Acquaintances, Linked } from './acquaintances.ts';
import type { ClockCheck } from './clock-check.ts';
import type { Doubts } from './doubts.ts';
import type { Handshake } from './handshake.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { Pulls } from './pulls.ts';
import type { Recollection } from './recollection.ts';
import type { Strangers } from './strangers.ts';
import type { Voice } from './voice.ts';

/** Who deals with what is said. */
export interface HearingOptions {
  readonly identity: Bytes;
  readonly keyring: Keyring;
  readonly counters: Counters;
  readonly voice: Voice;
  readonly facts: Subject<MeshFact>;
  readonly acquaintances: Acquaintances;
  readonly strangers: Strangers;
  readonly handshake: Handshake;
  readonly pulls: Pulls;
  readonly doubts: Doubts;
  readonly recollection: Recollection;
  readonly neighbourhood: Neighbourhood;
  readonly clockCheck: ClockCheck;
  /** Called when our own frame comes back, or somebody uses our name. */
  readonly onOwn: (origin: Origin) => void;
}

/** Faults that say that somebody has another key. */
const KEY_FAULTS: readonly FrameFault[] = ['unsealed', 'sealed', 'unknownKey', 'badSeal'];

/** What is true only when it is said: of a frame that was overtaken, which may be a recording, it is not taken. */
const FLEETING: readonly Section['kind'][] = ['beacon', 'answer'];

/** Hears for one monitor. */
export class Hearing {
  readonly #options: HearingOptions;

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** Takes a packet of protocol 2. */
  hear({ bytes, origin, receivedAt }: Packet): void {
    const frame = decodeHead(bytes, this.#options.keyring);
    if (typeof frame === 'string') {
      if (frame === 'foreignRealm') this.#options.strangers.hear(origin.address, bytes);
      this.#options.counters.add(`frames.${frame}`);
    } else if (frame.boot === this.#options.voice.boot) {
      this.#options.counters.add('frames.own');
      if (origin.isOwnAddress) this.#options.onOwn(origin); // else somebody plays it back
    } else this.#hearFrame(frame, origin, receivedAt);
  }

  /** A host says that nobody listens there. */
  hearRefusal({ transport, host, port }: Endpoint, now: number): void {
    for (const { peer, link } of this.#options.acquaintances.linked()) {
      const { endpoint } = link;
      const isThere = endpoint.transport === transport && endpoint.host === host && endpoint.port === port;
      if (isThere && peer.isInQuestion) this.#options.facts.next({ kind: 'departed', peer, link, now });
    }
  }

  #hearFrame(frame: Frame, origin: Origin, now: number): void {
    const { counters, keyring } = this.#options;
    const known = this.#options.acquaintances.find(frame.boot);
    const refusal = known?.refusalOf(frame.sequence, { now, isSealed: keyring.isSealing });
    if (refusal !== undefined) {
      counters.add(`frames.${refusal}`);
      return;
    }
    const sections = decodeSections(frame, keyring);
    if (typeof sections === 'string') {
      if (KEY_FAULTS.includes(sections)) this.#options.strangers.hearWrongKey(origin.address);
      counters.add(`frames.${sections}`);
      return;
    }
    const acquaintance = known ?? this.#options.acquaintances.of(frame.boot);
    const isNewest = acquaintance.window.isNewest(frame.sequence);
    acquaintance.window.isNew(frame.sequence);
    counters.add('frames.accepted');
    if (acquaintance.link !== undefined && isNewest)
      this.#witness(acquaintance as Linked, frame, { origin, now });
    let beacon: Beacon | undefined;
    for (const section of sections) {
      if (section.kind === 'beacon') beacon = section;
      if (isNewest || !FLEETING.includes(section.kind))
        this.#take(acquaintance, section, { beacon, origin, now });
    }
    if (acquaintance.link === undefined && !acquaintance.isRetired(now))
      this.#options.handshake.challenge(acquaintance, now);
  }

  /** Whatever it says, it lives; unless it said so before we last heard of it: that may be a recording, of what we did not hear then. */
  #witness(linked: Linked, { isDirect }: Frame, { origin, now }: { origin: Origin; now: number }): void {
    const { peer, link } = linked;
    linked.hearFrom(origin, now);
    link.evidenceAt = now;
    link.heardAt = now;
    if (!isDirect) link.heardInPublicAt = now;
    peer.heardAt = now;
    peer.address = origin.address;
    if (peer.state !== 'alive') this.#options.facts.next({ kind: 'witnessed', peer, link, now });
  }

  #take(
    from: Acquaintance,
    section: Section,
    { beacon, origin, now }: { beacon: Beacon | undefined; origin: Origin; now: number },
  ): void {
    if (section.kind === 'beacon') this.#takeBeacon(from, section, { origin, now });
    else if (section.kind === 'challenge' || section.kind === 'response') {
      if (beacon !== undefined) this.#takeOfStranger(from, section, { beacon, now });
    } else if (from.link !== undefined) this.#takeOfPeer(from as Linked, section, now);
  }

  /** Heeded beside a beacon only: what we answer is as long as what we are asked by, whoever's address that came from. */
  #takeOfStranger(
    from: Acquaintance,
    { kind, nonce }: Challenge | Response,
    { beacon, now }: { beacon: Beacon; now: number },
  ): void {
    if (kind === 'challenge') this.#options.handshake.respond(from, nonce, now);
    else if (this.#options.handshake.prove(from, { nonce, beacon, now })) from.window.refuseEarlier(); // that may be a recording
  }

  #takeBeacon(from: Acquaintance, beacon: Beacon, { origin, now }: { origin: Origin; now: number }): void {
    const { identity, realm, ports, periodMs, set } = beacon;
    if (realm !== this.#options.keyring.realm) {
      this.#options.counters.add('beacons.foreign'); // it has our tag, and says another name
      return;
    }
    if (identity === this.#options.identity) {
      this.#options.counters.add('beacons.own');
      this.#options.onOwn(origin);
      return;
    }
    from.identity = identity;
    from.ports = ports;
    from.hearFrom(origin, now);
    const { link } = from;
    if (link !== undefined) {
      this.#options.clockCheck.hear(from as Linked, beacon.wallMs, now);
      link.observeBeacon(now);
      link.periodMs = periodMs;
      if (set.version >= link.digest.version) link.digest = set;
      this.#options.pulls.review(from as Linked, now);
    }
  }

  #takeOfPeer(from: Linked, section: Section, now: number): void {
    const { peer, link } = from;
    switch (section.kind) {
      case 'changes':
        this.#options.pulls.hear(from, section, now);
        if (
          section.through > link.through ||
          link.isSweepDue ||
          (section.isWhole && this.#options.pulls.isDue(link))
        )
          this.#options.facts.next({ kind: 'setHeard', peer, link, changes: section, now });
        break;
      case 'pull':
        this.#options.pulls.answer(from, section.from, now);
        break;
      case 'ask':
        this.#options.doubts.hearAsk(from, section);
        break;
      case 'answer':
        this.#options.doubts.hearAnswer(section, now);
        break;
      case 'goodbye':
        from.leftAt = now;
        this.#options.facts.next({ kind: 'departed', peer, link, now });
        break;
      case 'subscribe':
        this.#options.neighbourhood.subscribe(from, now);
        break;
      case 'neighbours':
        this.#options.neighbourhood.hear(section, now);
        break;
      case 'recall':
        if (this.#options.recollection.answer(from, now)) this.#options.neighbourhood.introduce(from);
        break;
      case 'memories':
        this.#options.recollection.hear(from, section, now);
        break;
    }
  }
}
