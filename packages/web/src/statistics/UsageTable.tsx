import { formatSeconds } from '../format/duration.ts';
import { TableScroll } from '../charts/TableScroll.tsx';
import type { Usage } from './types.ts';

const TITLES = ['Runs', 'Errors', 'Retries', 'Total', 'Average'] as const;

interface UsageTableProps {
  readonly title: string;
  /** What one of them is called: "Component". */
  readonly one: string;
  readonly usage: readonly Usage[];
  /** What to say where there are none. */
  readonly none: string;
}

/** What executions used, that with the most runs first. */
export function UsageTable({ title, one, usage, none }: UsageTableProps) {
  return (
    <section className="list card" aria-label={title}>
      <h2 className="list-title">{title}</h2>
      {usage.length === 0 && <p className="list-empty muted">{none}</p>}
      {usage.length > 0 && (
        <TableScroll label={`${title}, table`}>
          <table className="fact-table">
            <thead>
              <tr>
                <th scope="col">{one}</th>
                {TITLES.map((text) => (
                  <th key={text} scope="col" className="cell-number">
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {usage.map(({ name, runs, errors, retries, totalSeconds, averageSeconds }) => (
                <tr key={name}>
                  <th scope="row">
                    <bdi>{name}</bdi>
                  </th>
                  <td className="cell-number">{runs.toLocaleString('en')}</td>
                  <td className="cell-number">{errors.toLocaleString('en')}</td>
                  <td className="cell-number">{retries.toLocaleString('en')}</td>
                  <td className="cell-number">{formatSeconds(totalSeconds)}</td>
                  <td className="cell-number">{formatSeconds(averageSeconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </section>
  );
}
