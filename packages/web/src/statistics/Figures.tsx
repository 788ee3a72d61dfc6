import { Link } from 'react-router';
import type { Execution } from '../api/types.ts';
import { formatSeconds } from '../format/duration.ts';
import { formatRate } from './format.ts';
import { Tile } from './Tiles.tsx';
import type { Metrics, Usage } from './types.ts';

const whole = (count: number): string => count.toLocaleString('en');

/** What of the executions is not over. */
function openWords({ running, pending }: Metrics): string | null {
  const parts = [running > 0 && `${whole(running)} running`, pending > 0 && `${whole(pending)} waiting to start`];
  return parts.filter((part) => part !== false).join(', ') || null;
}

/** How many executions there are and how they ended, as tiles. */
export function OutcomeTiles({ metrics, total }: { readonly metrics: Metrics; readonly total: string }) {
  const { succeeded, failed, timedOut, cancelled } = metrics;
  return (
    <>
      <Tile label={total} note={openWords(metrics)}>
        {whole(metrics.total)}
      </Tile>
      <Tile
        label="Success rate"
        note={
          metrics.successRate === null ? 'none has ended yet' : `${whole(succeeded)} of ${whole(succeeded + failed)}`
        }
      >
        {formatRate(metrics.successRate)}
      </Tile>
      <Tile
        label="Errors"
        note={
          timedOut > 0
            ? `${whole(timedOut)} of them timed out`
            : cancelled > 0 && `${whole(cancelled)} cancelled beside`
        }
      >
        {whole(failed)}
      </Tile>
    </>
  );
}

/** How long executions took, as tiles. */
export function DurationTiles({ metrics }: { readonly metrics: Metrics }) {
  const { average, shortest, longest, p50, p95, p99 } = metrics;
  return (
    <>
      <Tile
        label="Average duration"
        note={longest === null ? null : `${formatSeconds(shortest)} to ${formatSeconds(longest)}`}
      >
        {formatSeconds(average)}
      </Tile>
      <Tile label="Median" note="half took less">
        {formatSeconds(p50)}
      </Tile>
      <Tile label="95th percentile" note="1 in 20 took longer">
        {formatSeconds(p95)}
      </Tile>
      <Tile label="99th percentile" note="1 in 100 took longer">
        {formatSeconds(p99)}
      </Tile>
    </>
  );
}

/** What was used most, as a tile. */
export function UsageTile({ label, usage }: { readonly label: string; readonly usage: Usage | undefined }) {
  if (!usage) return <Tile label={label}>–</Tile>;
  return (
    <Tile
      label={label}
      note={`${whole(usage.runs)} ${usage.runs === 1 ? 'run' : 'runs'}, ${formatSeconds(usage.averageSeconds)} on average`}
    >
      <bdi>{usage.name}</bdi>
    </Tile>
  );
}

interface UsedWorkflowProps {
  readonly workflow: { readonly id: string; readonly name: string; readonly executions: number } | null;
}

/** The workflow with the most executions, as a tile. */
export function UsedWorkflowTile({ workflow }: UsedWorkflowProps) {
  if (!workflow) return <Tile label="Most used workflow">–</Tile>;
  const { id, name, executions } = workflow;
  return (
    <Tile label="Most used workflow" note={`${whole(executions)} ${executions === 1 ? 'execution' : 'executions'}`}>
      <Link to={`/workflows/${encodeURIComponent(id)}`}>
        <bdi>{name}</bdi>
      </Link>
    </Tile>
  );
}

/** The execution that took longest, as a tile. */
export function LongestRunTile({ run }: { readonly run: Execution | null }) {
  if (!run) return <Tile label="Longest run">–</Tile>;
  return (
    <Tile
      label="Longest run"
      note={
        <Link to={`/executions/${encodeURIComponent(run.id)}`}>
          <bdi>{run.workflowName}</bdi> {run.number !== null && `#${run.number}`}
        </Link>
      }
    >
      {formatSeconds(run.durationSeconds)}
    </Tile>
  );
}
