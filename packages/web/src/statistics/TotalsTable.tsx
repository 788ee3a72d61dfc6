import { Link } from 'react-router';
import { TableScroll } from '../charts/TableScroll.tsx';
import { formatSeconds } from '../format/duration.ts';
import { formatRate } from './format.ts';
import type { WorkflowTotals } from './queries.ts';

interface TotalsTableProps {
  readonly title: string;
  readonly totals: readonly WorkflowTotals[];
  readonly none: string;
}

/** Workflows with what their executions come to. */
export function TotalsTable({ title, totals, none }: TotalsTableProps) {
  return (
    <section className="list card" aria-label={title}>
      <h2 className="list-title">{title}</h2>
      {totals.length === 0 && <p className="list-empty muted">{none}</p>}
      {totals.length > 0 && (
        <TableScroll label={`${title}, table`}>
          <table className="fact-table">
            <thead>
              <tr>
                <th scope="col">Workflow</th>
                {['Executions', 'Average', 'Success', 'Errors'].map((text) => (
                  <th key={text} scope="col" className="cell-number">
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {totals.map(({ id, name, executions, average, successRate, errors }) => (
                <tr key={id}>
                  <th scope="row" aria-label={name}>
                    <Link to={`/workflows/${encodeURIComponent(id)}`}>
                      <bdi>{name}</bdi>
                    </Link>
                  </th>
                  <td className="cell-number">{executions.toLocaleString('en')}</td>
                  <td className="cell-number">{formatSeconds(average)}</td>
                  <td className="cell-number">{formatRate(successRate)}</td>
                  <td className="cell-number">{errors.toLocaleString('en')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </section>
  );
}
