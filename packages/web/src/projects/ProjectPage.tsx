import '../styles/projects.css';
import '../styles/workflow.css';
import '../styles/workflows.css';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Link, useNavigate, useParams } from 'react-router';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { RunAsked } from '../run/RunAsked.tsx';
import { useRun } from '../run/useRun.ts';
import { useNow } from '../shell/useNow.ts';
import { useTitle } from '../shell/useTitle.ts';
import { DurationTiles, LongestRunTile, OutcomeTiles, UsageTile, UsedWorkflowTile } from '../statistics/Figures.tsx';
import { RecentRuns } from '../statistics/RecentRuns.tsx';
import { Tile, Tiles } from '../statistics/Tiles.tsx';
import { UsageTable } from '../statistics/UsageTable.tsx';
import { useWorkflowList } from '../workflows/queries.ts';
import { WorkflowTable } from '../workflows/WorkflowTable.tsx';
import { RenameDialog } from '../workflow/baselines/RenameDialog.tsx';
import { useChangeProject, useProject, useProjectStatistics, type Project, type ProjectStatistics } from './queries.ts';

const NOW_MS = 15_000;

function Actions({ workspace, project }: { readonly workspace: string; readonly project: Project }) {
  const change = useChangeProject(workspace);
  const navigate = useNavigate();
  const [isRenaming, setRenaming] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  return (
    <div className="page-actions">
      {change.error && (
        <span className="inline-error" role="alert">
          It could not be done: {change.error.message}
        </span>
      )}
      <Button className="button" onPress={() => setRenaming(true)}>
        Rename
      </Button>
      <Button className="button" onPress={() => setDeleting(true)}>
        Delete
      </Button>
      <RenameDialog
        title="Rename the project"
        name={isRenaming ? project.name : null}
        onRename={(name) => {
          change.mutate({ kind: 'rename', id: project.id, name });
          setRenaming(false);
        }}
        onClose={() => setRenaming(false)}
      />
      <DialogFrame title={`Delete ${project.name}?`} isOpen={isDeleting} onClose={() => setDeleting(false)}>
        <p>Only a project without workflows can be deleted here, so nothing else goes with it.</p>
        <div className="dialog-actions">
          <Button className="button" onPress={() => setDeleting(false)}>
            Cancel
          </Button>
          <Button
            className="button button-primary"
            onPress={() => {
              change.mutate({ kind: 'delete', id: project.id }, { onSuccess: () => void navigate('/projects') });
              setDeleting(false);
            }}
          >
            Delete
          </Button>
        </div>
      </DialogFrame>
    </div>
  );
}

function Workflows({
  workspace,
  project,
  now,
}: {
  readonly workspace: string;
  readonly project: string;
  readonly now: number;
}) {
  const list = useWorkflowList(workspace, '', project);
  const run = useRun(workspace);
  const mayRun = useMayChange();
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="list card" aria-labelledby="workflows-of-title">
      <h2 id="workflows-of-title" className="list-title">
        Workflows
      </h2>
      {list.data && items.length === 0 && <p className="list-empty muted">No workflow is in this project yet.</p>}
      {items.length > 0 && (
        <WorkflowTable workspace={workspace} workflows={items} now={now} run={mayRun ? run : null} />
      )}
      {list.hasNextPage && (
        <div className="list-foot">
          <span />
          <Button className="button" isDisabled={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading' : 'Load more'}
          </Button>
        </div>
      )}
      <RunAsked run={run} />
    </section>
  );
}

function Figures({ statistics, now }: { readonly statistics: ProjectStatistics; readonly now: number }) {
  const { metrics, components, taskQueues, mostUsedWorkflow, longestRun, recent, workflows } = statistics;
  return (
    <>
      <Tiles label="Statistics">
        <Tile label="Workflows">{workflows.toLocaleString('en')}</Tile>
        <OutcomeTiles metrics={metrics} total="Total executions" />
        <DurationTiles metrics={metrics} />
        <UsedWorkflowTile workflow={mostUsedWorkflow} />
        <UsageTile label="Most used component" usage={components[0]} />
        <UsageTile label="Most used task queue" usage={taskQueues[0]} />
        <LongestRunTile run={longestRun} />
      </Tiles>
      {metrics.total === 0 && (
        <p className="list list-empty muted">
          No workflow of this project has run yet. Its figures show from the first run on.
        </p>
      )}
      {metrics.total > 0 && (
        <div className="halves">
          <RecentRuns executions={recent} now={now} isOfOne={false} />
          <UsageTable title="Components" one="Component" usage={components} none="None is counted yet." />
        </div>
      )}
    </>
  );
}

function ProjectById({ id }: { readonly id: string }) {
  const { data: workspace, error: noWorkspace, refetch } = useWorkspace();
  const project = useProject(workspace?.id, id);
  const statistics = useProjectStatistics(workspace?.id, project.data?.id ?? id);
  const mayChange = useMayChange();
  const now = useNow(NOW_MS);
  useTitle(project.data?.name ?? 'Project');
  const error = noWorkspace ?? project.error ?? statistics.error;
  const retry = () => {
    if (noWorkspace) void refetch();
    for (const query of [project, statistics]) if (query.error) void query.refetch();
  };
  if (error && (!project.data || !statistics.data)) {
    return (
      <ErrorState error={error} what="The project" onRetry={retry}>
        <Link className="button" to="/projects">
          All projects
        </Link>
      </ErrorState>
    );
  }
  if (!project.data || !statistics.data || !workspace) {
    return (
      <output className="page page-list" aria-label="Loading the project">
        <span className="skeleton skeleton-title" />
        <span className="skeleton skeleton-bar" />
      </output>
    );
  }
  return (
    <div className="page page-list">
      <header className="workflow-head">
        <Link to="/projects" className="crumb">
          <Icon name="back" />
          All projects
        </Link>
        <div className="page-head">
          <h1>
            <bdi>{project.data.name}</bdi>
          </h1>
          {mayChange && <Actions workspace={workspace.id} project={project.data} />}
        </div>
      </header>
      {error && <LostConnection loadedAt={statistics.dataUpdatedAt} onRetry={retry} />}
      <div className="stack">
        <Figures statistics={statistics.data} now={now} />
        <Workflows workspace={workspace.id} project={project.data.id} now={now} />
      </div>
    </div>
  );
}

/** One project: what its executions tell together, and its workflows. */
export function ProjectPage() {
  const { id = '' } = useParams();
  return <ProjectById key={id} id={id} />;
}
