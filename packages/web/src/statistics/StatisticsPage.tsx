import '../styles/statistics.css';
import { Link, useSearchParams } from 'react-router';
import { isMissing } from '../api/errors.ts';
import { useWorkspace, useWorkflows } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { NoExecutions, NoWorkspace } from '../executions/EmptyState.tsx';
import { useNow } from '../shell/useNow.ts';
import { useTitle } from '../shell/useTitle.ts';
import { Activity } from './Activity.tsx';
import { DurationTiles, LongestRunTile, OutcomeTiles, UsageTile, UsedWorkflowTile } from './Figures.tsx';
import { useFiring, useWorkspaceStatistics, type WorkspaceStatistics } from './queries.ts';
import { RecentRuns } from './RecentRuns.tsx';
import { readStatisticsState, statisticsParams, type StatisticsState } from './state.ts';
import { Tile, Tiles } from './Tiles.tsx';
import { TotalsTable } from './TotalsTable.tsx';
import { UsageTable } from './UsageTable.tsx';

const NOW_MS = 15_000;

/** The alerts that fire, each by its name, with the way to them. */
function FiringNow({ workspace }: { readonly workspace: string | undefined }) {
  const firing = useFiring(workspace);
  if (firing.length === 0) return null;
  return (
    <div className="banner banner-error">
      <Icon name="warning" />
      <span>
        <strong>
          {firing.length === 1 ? '1 alert fires' : `${firing.length === 10 ? '10 or more' : firing.length} alerts fire`}
          :
        </strong>{' '}
        {firing.map(({ id, name }, at) => (
          <span key={id}>
            {at > 0 && ', '}
            <bdi>{name}</bdi>
          </span>
        ))}
      </span>
      <Link className="button button-small" to="/alerts">
        Show alerts
      </Link>
    </div>
  );
}

function Figures({ statistics }: { readonly statistics: WorkspaceStatistics }) {
  const { metrics, components, taskQueues, workflows, projects } = statistics;
  return (
    <Tiles label="Statistics">
      <Tile label="Workflows" note={`in ${projects.toLocaleString('en')} ${projects === 1 ? 'project' : 'projects'}`}>
        {workflows.toLocaleString('en')}
      </Tile>
      <OutcomeTiles metrics={metrics} total="Total executions" />
      <DurationTiles metrics={metrics} />
      <UsedWorkflowTile workflow={statistics.mostUsedWorkflow} />
      <UsageTile label="Most used component" usage={components[0]} />
      <UsageTile label="Most used task queue" usage={taskQueues[0]} />
      <LongestRunTile run={statistics.longestRun} />
    </Tiles>
  );
}

interface LoadedProps {
  readonly statistics: WorkspaceStatistics;
  readonly state: StatisticsState;
  readonly onChange: (change: Partial<StatisticsState>) => void;
}

function Loaded({ statistics, state, onChange }: LoadedProps) {
  const now = useNow(NOW_MS);
  const { activity, busiest, slowest, failing, recent, components, taskQueues } = statistics;
  return (
    <div className="stack">
      <Figures statistics={statistics} />
      <Activity activity={activity} state={state} onChange={onChange} />
      <div className="halves">
        <TotalsTable title="Busiest workflows" totals={busiest} none="No workflow has run yet." />
        <TotalsTable title="Slowest workflows" totals={slowest} none="No execution has ended yet." />
        <TotalsTable title="Most errors" totals={failing} none="No execution failed or timed out." />
        <UsageTable title="Task queues" one="Task queue" usage={taskQueues} none="No node ran in a task queue." />
        <UsageTable title="Components" one="Component" usage={components} none="None is counted yet." />
        <RecentRuns executions={recent} now={now} isOfOne={false} />
      </div>
    </div>
  );
}

/** What all executions of the workspace tell together: figures, when they ran, and which workflows stand out. */
export function StatisticsPage() {
  useTitle('Statistics');
  const { data: workspace, error: noWorkspace, refetch } = useWorkspace();
  const workflows = useWorkflows(workspace?.id);
  const [params, setParams] = useSearchParams();
  const state = readStatisticsState(params);
  const statistics = useWorkspaceStatistics(workspace?.id, state.days, state.until);
  const { data } = statistics;
  const error = noWorkspace ?? statistics.error;
  const isNone = noWorkspace !== null && isMissing(noWorkspace);
  const retry = () => void (noWorkspace ? refetch() : statistics.refetch());
  return (
    <div className="page page-list">
      <div className="page-head">
        <h1>Statistics</h1>
      </div>
      {error && data && <LostConnection loadedAt={statistics.dataUpdatedAt} onRetry={retry} />}
      <FiringNow workspace={workspace?.id} />
      {isNone && <NoWorkspace />}
      {error && !isNone && !data && <ErrorState error={error} what="The statistics" onRetry={retry} />}
      {!error && !data && <output className="skeleton skeleton-page" aria-label="Loading the statistics" />}
      {data?.metrics.total === 0 && (
        <section className="list">
          <NoExecutions workspace={workspace?.slug ?? ''} workflows={(workflows.data?.items.length ?? 0) > 0} />
        </section>
      )}
      {data && data.metrics.total > 0 && (
        <Loaded
          statistics={data}
          state={state}
          onChange={(change) => setParams(statisticsParams({ ...state, ...change }), { replace: true })}
        />
      )}
    </div>
  );
}
