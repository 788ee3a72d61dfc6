import { Link } from 'react-router';
import { ErrorState, LostConnection } from '../../components/Notice.tsx';
import { useNow } from '../../shell/useNow.ts';
import { DurationTiles, OutcomeTiles, UsageTile } from '../../statistics/Figures.tsx';
import { RecentRuns } from '../../statistics/RecentRuns.tsx';
import { Tiles } from '../../statistics/Tiles.tsx';
import { UsageTable } from '../../statistics/UsageTable.tsx';
import { useWorkflowStatistics } from '../../workflows/queries.ts';
import { NoRuns } from '../NoRuns.tsx';
import type { WorkflowTabProps } from '../types.ts';

const NOW_MS = 15_000;

/** The figures of all executions of a workflow, what they used most, and the newest of them. */
export function Overview({ workspace, workflow, mayChange }: WorkflowTabProps) {
  const statistics = useWorkflowStatistics(workspace, workflow.id);
  const now = useNow(NOW_MS);
  const { data, error } = statistics;
  const retry = () => void statistics.refetch();
  if (!data && error) return <ErrorState error={error} what="The statistics" onRetry={retry} />;
  if (!data) return <span className="skeleton skeleton-chart" aria-busy="true" />;
  if (data.metrics.total === 0) return <NoRuns workflow={workflow} mayChange={mayChange} />;
  return (
    <div className="stack">
      {error && <LostConnection loadedAt={statistics.dataUpdatedAt} onRetry={retry} />}
      <Tiles label="Statistics">
        <OutcomeTiles metrics={data.metrics} total="Total runs" />
        <DurationTiles metrics={data.metrics} />
        <UsageTile label="Most used component" usage={data.components[0]} />
        {data.taskQueues.length > 0 && <UsageTile label="Most used task queue" usage={data.taskQueues[0]} />}
      </Tiles>
      <div className="halves">
        <RecentRuns executions={data.recent} now={now} isOfOne />
        <div className="stack">
          <UsageTable
            title="Components"
            one="Component"
            usage={data.components}
            none="None is counted yet: components are counted when an execution ends."
          />
          {data.taskQueues.length > 0 && (
            <UsageTable title="Task queues" one="Task queue" usage={data.taskQueues} none="" />
          )}
        </div>
      </div>
      <p className="muted">
        All executions are counted. <Link to="?tab=history">The history</Link> tells whether they got slower, and why.
      </p>
    </div>
  );
}
