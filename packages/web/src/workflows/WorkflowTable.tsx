/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- As cards the
   rows are no table boxes, and some browsers then drop the roles that the elements have by themselves. */
import { Button } from 'react-aria-components';
import { Link } from 'react-router';
import type { Workflow } from '../api/types.ts';
import { RunSpark } from '../charts/Spark.tsx';
import { Icon } from '../components/Icon.tsx';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatSeconds } from '../format/duration.ts';
import { formatExact, formatRelative } from '../format/time.ts';
import { formatRate } from '../statistics/format.ts';
import type { Statistics } from '../statistics/types.ts';
import type { Run } from '../run/useRun.ts';
import { useWorkflowStatistics } from './queries.ts';
import { runsWords, sparkOf, sparkWords } from './rows.ts';

function LastRun({ statistics, now }: { readonly statistics: Statistics; readonly now: number }) {
  const [last] = statistics.recent;
  if (!last) return <span className="muted">never</span>;
  return (
    <span className="last-run">
      <StatusBadge status={last.status} />
      {last.startedAt !== null && (
        <time className="muted" dateTime={new Date(last.startedAt).toISOString()} title={formatExact(last.startedAt)}>
          {formatRelative(last.startedAt, now)}
        </time>
      )}
    </span>
  );
}

interface RowProps {
  readonly workspace: string | undefined;
  readonly workflow: Workflow;
  readonly now: number;
  /** Null for who may not run it. */
  readonly run: Run | null;
}

function RunButton({ workflow, run }: Pick<RowProps, 'workflow' | 'run'>) {
  if (!workflow.canRun) return <span className="muted">imported</span>;
  if (run === null) return null;
  const isStarting = run.starting === workflow.id;
  return (
    <Button
      className="button button-small"
      aria-label={`Run ${workflow.name}`}
      isDisabled={run.starting !== null}
      onPress={() => run.ask(workflow)}
    >
      <Icon name={isStarting ? 'running' : 'play'} />
      {isStarting ? 'Starting' : 'Run'}
    </Button>
  );
}

function Row({ workspace, workflow, now, run }: RowProps) {
  const { data: statistics, error } = useWorkflowStatistics(workspace, workflow.id);
  const waits = error ? <span className="muted">not known</span> : <span className="skeleton skeleton-short" />;
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className="cell-workflow">
        <Link to={`/workflows/${encodeURIComponent(workflow.id)}`} className="row-link">
          <bdi className="name-text">{workflow.name}</bdi>
        </Link>
        {workflow.description !== null && <p className="workflow-description">{workflow.description}</p>}
      </th>
      <td role="cell" className="cell-number" data-label="Runs">
        {statistics ? runsWords(statistics.metrics) : waits}
      </td>
      <td role="cell" className="cell-number" data-label="Success">
        {statistics && formatRate(statistics.metrics.successRate)}
      </td>
      <td role="cell" className="cell-number" data-label="Median">
        {statistics && formatSeconds(statistics.metrics.p50)}
      </td>
      <td role="cell" className="cell-last" data-label="Last run">
        {statistics && <LastRun statistics={statistics} now={now} />}
      </td>
      <td role="cell" className="cell-spark">
        {statistics && statistics.recent.length > 0 && (
          <RunSpark runs={sparkOf(statistics.recent)} label={sparkWords(statistics.recent)} />
        )}
      </td>
      <td role="cell" className="cell-run">
        <RunButton workflow={workflow} run={run} />
      </td>
    </tr>
  );
}

const TITLES = ['Workflow', 'Runs', 'Success', 'Median', 'Last run', 'Newest runs', 'Run'] as const;
const NUMBERS: readonly string[] = ['Runs', 'Success', 'Median'];

interface WorkflowTableProps extends Omit<RowProps, 'workflow'> {
  readonly workflows: readonly Workflow[];
}

/** Workflows with how their runs went; on a narrow screen each row is a card. */
export function WorkflowTable({ workflows, ...row }: WorkflowTableProps) {
  return (
    <table className="workflow-table" role="table" aria-label="Workflows">
      <thead role="rowgroup">
        <tr role="row">
          {TITLES.map((title) => (
            <th key={title} role="columnheader" scope="col" className={NUMBERS.includes(title) ? 'cell-number' : ''}>
              {title === 'Run' ? <span className="visually-hidden">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {workflows.map((workflow) => (
          <Row key={workflow.id} workflow={workflow} {...row} />
        ))}
      </tbody>
    </table>
  );
}
