import '../styles/workflow.css';
import { Suspense } from 'react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { Link, useParams, useSearchParams } from 'react-router';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { RunAsked } from '../run/RunAsked.tsx';
import { useRun } from '../run/useRun.ts';
import { useTitle } from '../shell/useTitle.ts';
import { useHasPrices } from './cost/queries.ts';
import { useWorkflowDetails } from './queries.ts';
import { WORKFLOW_TABS } from './tabs.ts';
import type { WorkflowTabProps } from './types.ts';

function Head({ workspace, workflow, mayChange }: WorkflowTabProps) {
  const run = useRun(workspace);
  const isStarting = run.starting === workflow.id;
  return (
    <header className="workflow-head">
      <Link to="/workflows" className="crumb">
        <Icon name="back" />
        All workflows
      </Link>
      <div className="page-head">
        <div className="workflow-title">
          <h1>
            <bdi>{workflow.name}</bdi>
          </h1>
          <span className="muted">
            version {workflow.version}
            {!workflow.canRun && ', imported'}
            {!workflow.isEnabled && ', switched off'}
          </span>
        </div>
        {mayChange && workflow.canRun && workflow.isEnabled && (
          <Button
            className="button button-primary"
            isDisabled={run.starting !== null}
            onPress={() => run.ask(workflow)}
          >
            <Icon name={isStarting ? 'running' : 'play'} />
            {isStarting ? 'Starting' : 'Run'}
          </Button>
        )}
      </div>
      {workflow.description !== null && <p className="workflow-about">{workflow.description}</p>}
      {run.error && run.asked === null && (
        <p className="inline-error" role="alert">
          It could not be started: {run.error.message}
        </p>
      )}
      <RunAsked run={run} />
    </header>
  );
}

/** The tabs; which is open is in the address, and what another tab had there goes when it is left. */
function TabsOf(props: WorkflowTabProps) {
  const [params, setParams] = useSearchParams();
  const hasPrices = useHasPrices(props.workspace);
  const offered = WORKFLOW_TABS.filter(({ suits }) => suits?.(props.workflow, { hasPrices }) ?? true);
  const open = offered.find(({ id }) => id === params.get('tab')) ?? offered[0];
  return (
    <Tabs
      className="tabs"
      selectedKey={open?.id ?? ''}
      onSelectionChange={(key) => setParams(key === offered[0]?.id ? {} : { tab: String(key) })}
    >
      <TabList className="tab-list" aria-label="Views of the workflow">
        {offered.map(({ id, label }) => (
          <Tab key={id} id={id}>
            {label}
          </Tab>
        ))}
      </TabList>
      {offered.map(({ id, component: Content }) => (
        <TabPanel key={id} id={id} className="tab-panel tab-panel-workflow">
          <Suspense fallback={<span className="skeleton skeleton-chart" aria-busy="true" />}>
            <Content {...props} />
          </Suspense>
        </TabPanel>
      ))}
    </Tabs>
  );
}

function WorkflowById({ id }: { readonly id: string }) {
  const workspace = useWorkspace();
  const workflow = useWorkflowDetails(workspace.data?.id, id);
  const mayChange = useMayChange();
  useTitle(workflow.data?.name ?? 'Workflow');
  const error = workspace.error ?? workflow.error;
  const retry = () => void (workspace.error ? workspace.refetch() : workflow.refetch());
  if (error && !workflow.data) {
    return (
      <ErrorState error={error} what="The workflow" onRetry={retry}>
        <Link className="button" to="/workflows">
          All workflows
        </Link>
      </ErrorState>
    );
  }
  if (!workflow.data || !workspace.data) {
    return (
      <output className="page page-list" aria-label="Loading the workflow">
        <span className="skeleton skeleton-title" />
        <span className="skeleton skeleton-bar" />
      </output>
    );
  }
  const shown = { workspace: workspace.data.id, workflow: workflow.data, mayChange };
  return (
    <div className="page page-list page-workflow">
      <Head {...shown} />
      {error && <LostConnection loadedAt={workflow.dataUpdatedAt} onRetry={retry} />}
      <TabsOf {...shown} />
    </div>
  );
}

/** One workflow: what its runs tell together, and what it is made of. */
export function WorkflowPage() {
  const { id = '' } = useParams();
  return <WorkflowById key={id} id={id} />;
}
