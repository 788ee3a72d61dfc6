import { formatDuration, mergedOf } from '@flowprof/flame';
import { mergedNames, type Micros, type Trace } from '@flowprof/model';
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { formatExactMs, formatPercent } from '../../format/duration.ts';
import { NAME_COLUMNS, sortedNames, type NameColumn } from './names.ts';

/** At most so many names are listed; the search finds the others. */
const MOST_ROWS = 200;

const TITLES: Record<NameColumn, string> = { name: 'Name', self: 'Self', total: 'Total', count: 'Count' };

interface NamesTableProps {
  readonly trace: Trace;
  readonly now: Micros | null;
  readonly search: string;
  /** The name that is looked at. */
  readonly focus: string | null;
  readonly onFocus: (name: string) => void;
}

/** All names of a run with their times: what a sandwich is chosen from. */
export function NamesTable({ trace, now, search, focus, onFocus }: NamesTableProps) {
  const [by, setBy] = useState<NameColumn>('self');
  const [reversed, setReversed] = useState(false);
  const names = useMemo(() => mergedNames(mergedOf(trace, now)), [trace, now]);
  const sorted = useMemo(() => sortedNames(names, search, by, reversed), [names, search, by, reversed]);
  const work = useMemo(() => names.reduce((sum, { self }) => sum + self, 0), [names]);
  const sortBy = (column: NameColumn) => {
    setReversed(column === by && !reversed);
    setBy(column);
  };
  const left = sorted.length - MOST_ROWS;
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="names" aria-label="Names" tabIndex={0}>
      <table className="range-table names-table">
        <thead>
          <tr>
            {NAME_COLUMNS.map((column) => {
              const ascending = (column === 'name') !== reversed;
              const sort = ascending ? 'ascending' : 'descending';
              return (
                <th
                  key={column}
                  scope="col"
                  className={column === 'name' ? undefined : 'right'}
                  aria-sort={column === by ? sort : 'none'}
                >
                  <Button className="sort-button" onPress={() => sortBy(column)}>
                    {TITLES[column]}
                    <span aria-hidden="true" className="sort-sign">
                      {column === by ? (ascending ? '▲' : '▼') : ''}
                    </span>
                  </Button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, MOST_ROWS).map((row) => (
            <tr key={row.name} data-selected={row.name === focus || undefined}>
              <th scope="row">
                <Button className="link-button" aria-current={row.name === focus} onPress={() => onFocus(row.name)}>
                  {row.name}
                </Button>
              </th>
              <td className="right" title={formatExactMs(row.self)}>
                {formatDuration(row.self)}
                {work > 0 && <span className="muted names-share"> {formatPercent(row.self, work)}</span>}
              </td>
              <td className="right" title={formatExactMs(row.total)}>
                {formatDuration(row.total)}
              </td>
              <td className="right">{row.count.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length === 0 && <p className="range-empty muted">No name contains “{search}”.</p>}
      {left > 0 && <p className="range-empty muted">{left.toLocaleString('en')} more: search to find them.</p>}
    </section>
  );
}
