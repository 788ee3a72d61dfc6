import { Link } from 'react-router';
import { ShareBar } from '../../charts/ShareBar.tsx';
import { TableScroll } from '../../charts/TableScroll.tsx';
import { ErrorState, LostConnection } from '../../components/Notice.tsx';
import { Tile, Tiles } from '../../statistics/Tiles.tsx';
import { runLabel } from '../history/words.ts';
import { Incomplete } from '../Incomplete.tsx';
import { NoRuns } from '../NoRuns.tsx';
import type { WorkflowTabProps } from '../types.ts';
import { formatMoney } from './money.ts';
import { useWorkflowCost, type WorkflowCost } from './queries.ts';

const whole = (count: number): string => count.toLocaleString('en');

function Models({ cost: { models, currency } }: { readonly cost: WorkflowCost }) {
  if (models.length === 0) return null;
  return (
    <section className="list card" aria-labelledby="models-title">
      <h2 id="models-title" className="list-title">
        Models
      </h2>
      <TableScroll label="Models, table">
        <table className="fact-table">
          <thead>
            <tr>
              <th scope="col">Model</th>
              {['Calls', 'Input tokens', 'Output tokens', 'Cost'].map((title) => (
                <th key={title} scope="col" className="cell-number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {models.map(({ model, calls, input, output, cost }) => (
              <tr key={model}>
                <th scope="row">
                  <bdi>{model}</bdi>
                </th>
                <td className="cell-number">{whole(calls)}</td>
                <td className="cell-number">{whole(input)}</td>
                <td className="cell-number">{whole(output)}</td>
                <td className="cell-number">{formatMoney(cost, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

function Runs({ cost: { executions, currency } }: { readonly cost: WorkflowCost }) {
  const most = executions.reduce((top, { total }) => Math.max(top, total ?? 0), 0);
  return (
    <section className="list card" aria-labelledby="cost-runs-title">
      <h2 id="cost-runs-title" className="list-title">
        Each run
      </h2>
      <TableScroll label="Cost of each run, table">
        <table className="fact-table">
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Cost</th>
              <th scope="col" className="cell-number">
                Of it, failed attempts
              </th>
            </tr>
          </thead>
          <tbody>
            {executions.toReversed().map(({ id, number, total, failedAttempts }) => (
              <tr key={id}>
                <th scope="row">
                  <Link to={`/executions/${encodeURIComponent(id)}`}>{runLabel({ id, number })}</Link>
                </th>
                <td>
                  {formatMoney(total, currency)}
                  <ShareBar share={most > 0 ? (total ?? 0) / most : 0} />
                </td>
                <td className="cell-number">{formatMoney(failedAttempts, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

/** What the last executions of a workflow cost by the price list of the workspace, each and together. */
export function CostTab({ workspace, workflow, mayChange }: WorkflowTabProps) {
  const cost = useWorkflowCost(workspace, workflow.id);
  const { data, error } = cost;
  const retry = () => void cost.refetch();
  if (!data && error) return <ErrorState error={error} what="The cost" onRetry={retry} />;
  if (!data) return <output className="skeleton skeleton-chart" aria-label="Loading the cost" />;
  if (data.runs === 0 && data.incomplete === 0) return <NoRuns workflow={workflow} mayChange={mayChange} />;
  const { currency, runs } = data;
  return (
    <div className="stack">
      {error && <LostConnection loadedAt={cost.dataUpdatedAt} onRetry={retry} />}
      <Incomplete count={data.incomplete} />
      <Tiles label="Cost">
        <Tile label={`Cost of the last ${runs === 1 ? 'run' : `${whole(runs)} runs`}`}>
          {formatMoney(data.total, currency)}
        </Tile>
        <Tile label="A run on average">{formatMoney(data.mean, currency)}</Tile>
        <Tile label="Run time">{formatMoney(data.runtime, currency)}</Tile>
        <Tile label="Tokens">{formatMoney(data.tokens, currency)}</Tile>
        <Tile label="Failed attempts" note="what they cost of it">
          {formatMoney(data.failedAttempts, currency)}
        </Tile>
      </Tiles>
      {data.unpriced.length > 0 && (
        <p className="banner banner-warning">
          <span>
            Not counted, since the price list has no price for it: <bdi>{data.unpriced.join(', ')}</bdi>.
          </span>
        </p>
      )}
      <div className="halves">
        <Runs cost={data} />
        <Models cost={data} />
      </div>
      <p className="muted">Costs are what the price list of the workspace says, not what you are billed.</p>
    </div>
  );
}
