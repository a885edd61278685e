/** The inspector's page: the list on the left, the picked actor on the right. What is picked stands in the address. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { BehaviorSubject } from 'rxjs';
import { keyOf } from '../../inspect/inspected.ts';
import { systemClock } from '../../time/clock.ts';
import type { Wish } from '../wish.ts';
import { isOf, type Knowledge, knowledge } from './connection.ts';
import { Listing } from './listing.tsx';
import { Portrait } from './portrait.tsx';
import { nameIn } from './words.ts';

const clock = systemClock();
const wish$ = new BehaviorSubject<Wish>({
  query: { text: '', cluster: '', state: '' },
  picked: nameIn(location.hash),
});
const knowledge$ = knowledge(`ws://${location.host}/inspector/feed`, wish$, clock);
window.addEventListener('hashchange', () => wish$.next({ ...wish$.value, picked: nameIn(location.hash) }));

function Inspector() {
  const [known, setKnown] = useState<Knowledge>();
  const [wish, setWish] = useState(wish$.value);
  useEffect(() => {
    const knowing = knowledge$.subscribe(setKnown);
    knowing.add(wish$.subscribe(setWish));
    return () => knowing.unsubscribe();
  }, []);
  const { query, picked } = wish;
  const portrait =
    picked !== null && known?.portrait && isOf(known.portrait, picked) ? known.portrait : undefined;
  const title = portrait === undefined ? known?.listing?.identity : `${portrait.state}: ${portrait.title}`;
  useEffect(() => {
    document.title = [title, 'vagus'].filter(Boolean).join(' · ');
  }, [title]);
  if (known?.listing === undefined) return <p class="hint">connecting to the monitor …</p>;
  const { listing, isConnected } = known;
  return (
    <>
      <header class="top">
        <h1>
          vagus <span>{listing.identity}</span>
        </h1>
        <p role="status" class={isConnected ? 'live' : 'lost'}>
          {isConnected ? 'live' : 'connection lost, trying again'}
        </p>
      </header>
      <main class={picked === null ? '' : 'picked'}>
        <Listing
          listing={listing}
          query={query}
          pickedKey={picked === null ? undefined : keyOf(picked)}
          onQuery={(next) => wish$.next({ ...wish$.value, query: next })}
        />
        <div class="portrait">
          {picked !== null && (
            <a class="back" href="#all">
              ← all
            </a>
          )}
          {portrait && <Portrait portrait={portrait} isConnected={isConnected} clock={clock} />}
          {picked === null && <p class="hint">Pick a monitor or an instance to see its chart live.</p>}
        </div>
      </main>
    </>
  );
}

render(<Inspector />, document.body);
