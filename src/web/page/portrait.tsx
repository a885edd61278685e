/** The one actor that was picked: its state, large; what is due, counting down; its chart; what it went through. */
import { useEffect, useState } from 'preact/hooks';
import { interval } from 'rxjs';
import type { Line } from '../../inspect/timeline.ts';
import type { Clock } from '../../time/clock.ts';
import { durationOf } from '../durations.ts';
import { Chart } from './chart.tsx';
import type { Shown } from './connection.ts';
import { timeOf } from './words.ts';

/** How often what counts up and down is written anew, ms. */
const TICK_MS = 100;

export interface PortraitProps {
  readonly portrait: Shown;
  readonly isConnected: boolean;
  readonly clock: Clock;
}

export function Portrait({ portrait, isConnected, clock }: PortraitProps) {
  const { name, title, state, chartState, reason, facts, lines } = portrait;
  const last = lines.findLast(({ isAbsorbed }) => !isAbsorbed);
  return (
    <article data-state={state} class={isConnected ? '' : 'stale'}>
      <header>
        <h2>
          <small>{name.kind === 'peer' ? 'monitor' : 'instance'}</small> {title}
        </h2>
        <p class="verdict" aria-live="polite">
          <strong>{state}</strong> <span class="reason">{reason}</span>
        </p>
        <Times portrait={portrait} isConnected={isConnected} clock={clock} />
        <dl>
          {Object.entries(facts).map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </header>
      <Chart kind={name.kind} state={chartState} last={last} />
      <Timeline lines={lines} />
    </article>
  );
}

/** Between two pictures the page counts by itself, for as long as it is connected. */
function Times({ portrait, isConnected, clock }: PortraitProps) {
  const { receivedAt, sinceMs, due, state } = portrait;
  const [now, setNow] = useState(receivedAt);
  useEffect(() => {
    if (!isConnected) return;
    const ticks = interval(TICK_MS).subscribe(() => setNow(clock.now()));
    return () => ticks.unsubscribe();
  }, [isConnected, clock]);
  const passedMs = Math.max(0, now - receivedAt);
  if (state === 'forgotten') return <p class="times">nobody remembers it; it shows here when it is back</p>;
  const leftMs = due === undefined ? 0 : Math.max(0, due.inMs - passedMs);
  return (
    <div class="times">
      <p>for {durationOf(sinceMs + passedMs)}</p>
      {due !== undefined && (
        <p class="due">
          <b>{due.event}</b> in <time>{durationOf(leftMs)}</time>
          <progress aria-label={`time until ${due.event}`} value={leftMs} max={Math.max(1, due.inMs)} />
          <small>unless heard before</small>
        </p>
      )}
    </div>
  );
}

function Timeline({ lines }: { lines: readonly Line[] }) {
  return (
    <section class="timeline">
      <h3>Events</h3>
      {lines.length === 0 && <p class="hint">none since somebody looks; they show here as they come</p>}
      <ol>
        {lines.toReversed().map(({ number, at, event, from, to, isAbsorbed, count }) => (
          <li key={number} class={isAbsorbed ? 'absorbed' : ''}>
            <time>{timeOf(at)}</time>
            <span class="event">
              {event}
              {count > 1 && <span class="count"> ×{count}</span>}
            </span>
            <span class="step">
              {isAbsorbed ? (
                <>absorbed in {from}</>
              ) : (
                <>
                  <b data-state={from}>{from}</b> → <b data-state={to}>{to}</b>
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
