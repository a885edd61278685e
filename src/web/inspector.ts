/**
 * The inspector on the web port: its page, the page's feed, and the messages of Stately's inspector. The monitor loads
 * this when it is asked to be inspected, and not before.
 */
import { defer, distinctUntilChanged, of, Subject, share, take, throttleTime } from 'rxjs';
import type { WebSocket } from 'ws';
import type { ActorName, Inspected } from '../inspect/inspected.ts';
import { Observations } from '../inspect/observations.ts';
import { statelyMessages } from '../inspect/stately.ts';
import type { Counters } from '../membership/counters.ts';
import { bytesOf } from '../model/names.ts';
import { messagesFor } from './feed.ts';
import { readPages } from './pages.ts';
import type { Page, WebPortOptions } from './server.ts';
import { type Attach, WebSockets } from './sockets.ts';
import { readWish, type Wish } from './wish.ts';

/** What the inspector is made with. */
export interface InspectorOptions {
  readonly inspected: Inspected;
  readonly counters: Counters;
  /** Default: as they were built. */
  readonly pages?: ReadonlyMap<string, Page>;
}

/** Who attaches and leaves more than this unread is cut, bytes. */
const UNREAD_BYTES_MAX = 1_048_576;

/** WebSocket's words for a message against the rules, and for a fault of ours. */
const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;

/** A page's wishes are carried out this often at most, ms. */
const WISH_MS = 100;

/** What the inspector adds to a web port. @throws Error when the pages were not built */
export function inspectorOf({
  inspected,
  counters,
  pages = readPages(),
}: InspectorOptions): Pick<WebPortOptions, 'pages' | 'sockets'> {
  const observations = new Observations(inspected);
  const attachments = new Map<string, Attach>([
    ['/inspector/feed', (socket) => feed(socket, { inspected, observations, counters })],
    [
      '/inspector/stately',
      (socket, parameters) => attach(socket, { inspected, observations, counters, name: nameIn(parameters) }),
    ],
  ]);
  return { pages, sockets: new WebSockets(attachments, counters) };
}

interface FeedContext {
  readonly inspected: Inspected;
  readonly observations: Observations;
  readonly counters: Counters;
}

/** Tells a page what it wishes to see. */
function feed(socket: WebSocket, { inspected, observations, counters }: FeedContext): void {
  const wishes = new Subject<Wish>();
  const taken = new Subject<void>();
  let untakenCount = 0;
  const taken$ = defer(() => (untakenCount === 0 ? of(undefined) : taken.pipe(take(1))));
  const wishes$ = wishes.pipe(
    throttleTime(WISH_MS, inspected.clock.scheduler, { leading: true, trailing: true }),
    share(),
  );
  const messages = messagesFor({ inspected, observations, wishes$, taken$ }).subscribe({
    next: (message) => {
      untakenCount += 1;
      socket.send(message, () => {
        untakenCount -= 1;
        if (untakenCount === 0) taken.next();
      });
    },
    error: () => fail(socket, counters),
  });
  socket.on('close', () => messages.unsubscribe());
  socket.on('message', (data) => {
    const wish = readWish(String(data));
    if (wish !== undefined) return wishes.next(wish);
    counters.add('web.malformed');
    socket.close(POLICY_VIOLATION);
  });
}

interface AttachContext extends FeedContext {
  /** Undefined: all that others watch. */
  readonly name: ActorName | undefined;
}

/** Tells a tool of Stately's what happens to watched actors. One that does not read is cut. */
function attach(socket: WebSocket, { inspected, observations, counters, name }: AttachContext): void {
  const observations$ =
    name === undefined ? observations.all$ : observations.observe(name).pipe(distinctUntilChanged());
  const messages = statelyMessages(observations$, () => inspected.clock.wallNow()).subscribe({
    next: (message) => {
      if (socket.bufferedAmount > UNREAD_BYTES_MAX) socket.terminate();
      else socket.send(JSON.stringify(message));
    },
    error: () => fail(socket, counters),
  });
  socket.on('close', () => messages.unsubscribe());
}

/** A fault of the inspector ends a conversation, and nothing else. */
function fail(socket: WebSocket, counters: Counters): void {
  counters.add('web.failed');
  socket.close(INTERNAL_ERROR);
}

/** The actor that a URL names: `?peer=…`, or `?monitor=…&cluster=…&id=…`. */
function nameIn(parameters: URLSearchParams): ActorName | undefined {
  const [peer, monitor, cluster, id] = ['peer', 'monitor', 'cluster', 'id'].map((name) => {
    const text = parameters.get(name);
    return text === null ? undefined : bytesOf(text);
  });
  if (peer !== undefined) return { kind: 'peer', identity: peer };
  if (monitor === undefined || cluster === undefined || id === undefined) return undefined;
  return { kind: 'instance', monitor, cluster, id };
}
