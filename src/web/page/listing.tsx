/** The list of all actors: what is asked for on top, monitors and instances below. */

import { keyOf } from '../../inspect/inspected.ts';
import type { Listing as Listed, Query, Row, Section } from '../../inspect/listing.ts';
import type { LifecycleState } from '../../model/instance.ts';
import { linkTo } from './words.ts';

const STATES: readonly LifecycleState[] = ['alive', 'suspect', 'dead'];

export interface ListingProps {
  readonly listing: Listed;
  readonly query: Query;
  /** The key of the actor that is picked. */
  readonly pickedKey: string | undefined;
  readonly onQuery: (query: Query) => void;
}

export function Listing({ listing, query, pickedKey, onQuery }: ListingProps) {
  return (
    <nav aria-label="Monitors and instances" onKeyDown={moveFocus}>
      <Filter listing={listing} query={query} onQuery={onQuery} />
      <Rows title="Monitors" section={listing.peers} pickedKey={pickedKey} />
      <Rows title="Instances" section={listing.instances} pickedKey={pickedKey} />
    </nav>
  );
}

function Filter({ listing, query, onQuery }: Omit<ListingProps, 'pickedKey'>) {
  const { counts } = listing.instances;
  return (
    <search class="filter">
      <input
        type="search"
        placeholder="Find by name or info"
        aria-label="Find by name or info"
        maxLength={100}
        value={query.text}
        onInput={({ currentTarget }) => onQuery({ ...query, text: currentTarget.value })}
      />
      <select
        aria-label="Cluster"
        value={query.cluster}
        onChange={({ currentTarget }) => onQuery({ ...query, cluster: currentTarget.value })}
      >
        <option value="">all clusters</option>
        {listing.clusters.map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
      <fieldset class="states">
        <legend class="unseen">State</legend>
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            data-state={state}
            aria-pressed={query.state === state}
            onClick={() => onQuery({ ...query, state: query.state === state ? '' : state })}
          >
            {state} <b>{counts[state].toLocaleString('en')}</b>
          </button>
        ))}
      </fieldset>
    </search>
  );
}

function Rows({
  title,
  section,
  pickedKey,
}: {
  title: string;
  section: Section;
  pickedKey: string | undefined;
}) {
  const { rows, matchCount, totalCount } = section;
  const more = matchCount - rows.length;
  return (
    <section>
      <h2>
        {title} <small>{matchCount === totalCount ? totalCount : `${matchCount} of ${totalCount}`}</small>
      </h2>
      <ul>
        {rows.map((row) => (
          <Entry key={keyOf(row.name)} row={row} isPicked={keyOf(row.name) === pickedKey} />
        ))}
      </ul>
      {rows.length === 0 && <p class="hint">{totalCount === 0 ? 'none is known yet' : 'none matches'}</p>}
      {more > 0 && <p class="hint">{more.toLocaleString('en')} more match: find by name to see them</p>}
    </section>
  );
}

function Entry({ row, isPicked }: { row: Row; isPicked: boolean }) {
  const { title, info, home, state, name } = row;
  return (
    <li>
      <a href={linkTo(name)} class="row" data-state={state} aria-current={isPicked}>
        <span class="title">{title}</span>
        <span class="state">{state}</span>
        <span class="info">{[info, home && `on ${home}`].filter(Boolean).join(' · ')}</span>
      </a>
    </li>
  );
}

/** Arrow keys go from row to row. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const rows = [...document.querySelectorAll<HTMLElement>('a.row')];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  if (step === undefined || at < 0) return;
  event.preventDefault();
  rows[at + step]?.focus();
}
