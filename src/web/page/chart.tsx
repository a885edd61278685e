/** An actor's chart, as it is drawn from the machine for the README, with what it is in now lit, and how it came there. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import instance from '../../../diagrams/instance.svg?raw';
import peer from '../../../diagrams/peer.svg?raw';
import type { ActorName } from '../../inspect/inspected.ts';
import type { Line } from '../../inspect/timeline.ts';

const CHARTS = { instance, peer };

export interface ChartProps {
  readonly kind: ActorName['kind'];
  readonly state: string;
  /** What it did last that was not absorbed. */
  readonly last: Line | undefined;
}

export function Chart({ kind, state, last }: ChartProps) {
  const chart = useRef<HTMLDivElement>(null);
  const step = last === undefined ? undefined : `${last.from}->${last.to}`;
  useLayoutEffect(() => {
    for (const part of chart.current!.querySelectorAll('g.state, g.transition')) {
      const title = part.querySelector('title')?.textContent;
      part.classList.toggle('lit', title === state || title === step);
    }
  }, [kind, state, step]);
  const svg = CHARTS[kind].slice(CHARTS[kind].indexOf('<svg'));
  return (
    <div
      class="chart"
      role="img"
      aria-label={`chart of the lifecycle; the present state is ${state}`}
      data-state={state}
      ref={chart}
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  );
}
