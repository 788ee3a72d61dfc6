import { formatDuration } from '@flowprof/flame';
import { Link } from 'react-router';
import { sparkBars } from '../charts/spark.ts';
import { formatExactMs } from '../format/duration.ts';
import { useNodeHistory, type NodeRun } from './queries.ts';
import type { Source } from './tabs/tab.ts';

const MS = 1000;
const WIDTH = 280;
const HEIGHT = 36;
/** So many bars have room, and so many runs are listed. */
const MOST_BARS = 30;
const MOST_ROWS = 8;

interface RunsProps {
  readonly runs: readonly NodeRun[];
  readonly numbers: ReadonlyMap<string, number>;
  /** The id of the execution on the page. */
  readonly current: string;
}

/** The runs as bars as high as the node took long; that of the page is filled, and so said below in words. */
function Bars({ runs, current }: RunsProps) {
  const shown = runs.slice(-MOST_BARS);
  const bars = sparkBars(
    shown.map(({ time }) => time),
    WIDTH,
    HEIGHT,
  );
  return (
    <svg className="node-history" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      {shown.map(({ executionId }, at) => (
        <rect key={executionId} className={executionId === current ? 'node-run-current' : 'node-run'} {...bars[at]} />
      ))}
    </svg>
  );
}

function Rows({ runs, numbers, current }: RunsProps) {
  return (
    <details className="summary">
      <summary>The last {Math.min(MOST_ROWS, runs.length)} runs</summary>
      <ul className="node-runs">
        {runs
          .slice(-MOST_ROWS)
          .reverse()
          .map(({ executionId, time, failed, attempts }) => {
            const number = numbers.get(executionId);
            const name = number === undefined ? executionId.slice(0, 8) : `#${number}`;
            return (
              <li key={executionId}>
                {executionId === current ? (
                  <strong>{name}, this one</strong>
                ) : (
                  <Link to={`/executions/${encodeURIComponent(executionId)}`}>{name}</Link>
                )}
                <span title={formatExactMs(time * MS)}>{formatDuration(time * MS)}</span>
                <span className="muted">
                  {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
                  {failed > 0 && `, ${failed} failed`}
                </span>
              </li>
            );
          })}
      </ul>
    </details>
  );
}

interface NodeHistoryProps {
  readonly source: Source;
  /** The node's key. */
  readonly node: string;
}

/** How long a node took in the last runs of its workflow. Nothing where there is but this one. */
export function NodeHistory({ source, node }: NodeHistoryProps) {
  const { workspace, execution } = source;
  const { data, isPending, error } = useNodeHistory(workspace, execution.workflowId, node);
  const current = execution.id;
  if (isPending) return <output className="skeleton skeleton-bar" aria-label="Loading the history" />;
  if (error || data.runs.length < 2) return null;
  const { runs, usual, numbers } = data;
  const here = runs.find(({ executionId }) => executionId === current);
  return (
    <section className="drawer-section" aria-label="History of the node">
      <h3>Over the runs</h3>
      <Bars runs={runs} numbers={numbers} current={current} />
      <p>
        {here && `${formatDuration(here.time * MS)} in this run`}
        {here && usual !== null && ', '}
        {usual !== null && `usually ${formatDuration(usual * MS)}`}
        <span className="muted"> · {runs.length.toLocaleString('en')} runs, all instances and waits</span>
      </p>
      <Rows runs={runs} numbers={numbers} current={current} />
    </section>
  );
}
