import { isTerminal } from '@flowprof/model';
import { useState, type ReactNode } from 'react';
import { Button, Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { Link } from 'react-router';
import { isMissing } from '../api/errors.ts';
import { useWorkspace } from '../api/queries.ts';
import { Copy } from '../components/Copy.tsx';
import { Icon } from '../components/Icon.tsx';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import type { ListedExecution } from '../executions/listed.ts';
import { useListed } from '../executions/queries.ts';
import { useTitle } from '../shell/useTitle.ts';
import { FlameView } from './FlameView.tsx';
import { Head, nameOf } from './Heads.tsx';
import { markdownOf, textOf, type Titles } from './markdown.ts';
import { NodesView } from './NodesView.tsx';
import { PartsView } from './PartsView.tsx';
import { PickDialog } from './PickDialog.tsx';
import { useComparison, usePrevious, type Pair } from './queries.ts';
import { RunsView } from './RunsView.tsx';
import { StructureView } from './StructureView.tsx';
import type { Comparison } from './types.ts';
import { VIEWS, type CompareState, type CompareView } from './urlState.ts';
import { useCompareState } from './useCompareState.ts';
import '../styles/compare.css';

const VIEW_NAMES: Readonly<Record<CompareView, string>> = {
  parts: 'What differs',
  runs: 'Both runs',
  flame: 'Flame graph',
  nodes: 'Nodes',
  structure: 'Structure and retries',
};

/** Both executions, and why one of them is not there. */
function usePair(workspace: string | undefined, { base, candidate }: CompareState) {
  const isPrevious = base === 'previous';
  const after = useListed(workspace, candidate);
  const named = useListed(workspace, isPrevious ? null : base);
  const previous = usePrevious(workspace, after.data, isPrevious);
  const before = isPrevious ? (previous.data ?? undefined) : named.data;
  return {
    before,
    after: after.data,
    error: after.error ?? named.error ?? previous.error,
    isBaseMissing: (named.error !== null && isMissing(named.error)) || (isPrevious && previous.data === null),
    isCandidateMissing: after.error !== null && isMissing(after.error),
    retry: () => {
      if (after.error) void after.refetch();
      if (named.error) void named.refetch();
      if (previous.error) void previous.refetch();
    },
  };
}

function Note({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="state">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** In place of a comparison that cannot be: what is missing, and what to do. */
function Unpaired({ state, of }: { readonly state: CompareState; readonly of: ReturnType<typeof usePair> }) {
  if (state.base === null || state.candidate === null) {
    return (
      <Note title="Choose two executions">
        <p>Choose above what came before and what came after, or tick two in the list of executions.</p>
        <div className="state-actions">
          <Link className="button" to="/">
            All executions
          </Link>
        </div>
      </Note>
    );
  }
  if (of.isCandidateMissing || of.isBaseMissing) {
    const which = of.isCandidateMissing ? (of.isBaseMissing ? 'Neither execution is' : 'The one after is not') : null;
    const isFirst = state.base === 'previous' && !of.isCandidateMissing;
    return (
      <Note title={isFirst ? 'Nothing came before it' : `${which ?? 'The one before is not'} there`}>
        <p>
          {isFirst
            ? 'No execution of this workflow that started earlier has completed. Choose another one to compare with.'
            : 'It may have been deleted, or belong to another workspace. Choose another one above.'}
        </p>
      </Note>
    );
  }
  if (of.error) return <ErrorState error={of.error} what="The comparison" onRetry={of.retry} />;
  return <Skeleton />;
}

function Skeleton() {
  return (
    <output aria-label="Comparing the executions">
      <span className="skeleton skeleton-title" />
      <span className="skeleton skeleton-chart" />
    </output>
  );
}

interface ReadyProps {
  readonly workspace: string | undefined;
  readonly before: ListedExecution;
  readonly after: ListedExecution;
  readonly state: CompareState;
  readonly onChange: (change: Partial<CompareState>) => void;
}

function Actions({ comparison, titles }: { readonly comparison: Comparison; readonly titles: () => Titles }) {
  return (
    <div className="compare-copy">
      <span className="muted">For an issue:</span>
      <span>
        Markdown <Copy what="the comparison as Markdown" text={() => markdownOf(comparison, titles())} />
      </span>
      <span>
        Text <Copy what="the comparison as text" text={() => textOf(comparison, titles())} />
      </span>
    </div>
  );
}

function Views({ comparison, pair, ...props }: ReadyProps & { readonly comparison: Comparison; readonly pair: Pair }) {
  const { workspace, before, after, state, onChange } = props;
  const onNode = (node: string | null) => onChange({ node });
  const view = (name: CompareView): ReactNode => {
    switch (name) {
      case 'parts':
        return (
          <PartsView comparison={comparison} node={state.node} onNode={(node) => onChange({ node, view: 'nodes' })} />
        );
      case 'runs':
        return (
          <RunsView
            key={pair.base + pair.candidate}
            workspace={workspace}
            base={before}
            candidate={after}
            comparison={comparison}
            state={state}
            onChange={onChange}
          />
        );
      case 'flame':
        return (
          <FlameView workspace={workspace} pair={pair} block={state.block} onBlock={(block) => onChange({ block })} />
        );
      case 'nodes':
        return (
          <NodesView
            comparison={comparison}
            node={state.node}
            onNode={onNode}
            onShow={() => onChange({ view: 'runs' })}
          />
        );
      case 'structure':
        return <StructureView comparison={comparison} />;
      default:
        return name satisfies never;
    }
  };
  return (
    <Tabs
      className="tabs"
      selectedKey={state.view}
      onSelectionChange={(key) => onChange({ view: VIEWS.find((name) => name === key) ?? 'parts' })}
    >
      <TabList className="tab-list" aria-label="Views of the comparison">
        {VIEWS.map((name) => (
          <Tab key={name} id={name} className="tab">
            {VIEW_NAMES[name]}
          </Tab>
        ))}
      </TabList>
      <TabPanel id={state.view} className="tab-panel">
        {view(state.view)}
      </TabPanel>
    </Tabs>
  );
}

/** The comparison of two executions that are there. */
function Ready(props: ReadyProps) {
  const { workspace, before, after } = props;
  const pair: Pair = { base: before.id, candidate: after.id, statuses: [before.status, after.status] };
  const { data, error, dataUpdatedAt, refetch } = useComparison(workspace, pair);
  const retry = () => void refetch();
  const titles = (): Titles => ({ base: nameOf(before), candidate: nameOf(after), address: location.href });
  const running = [before, after].filter(({ status }) => !isTerminal(status)).map(nameOf);
  if (error && !data) return <ErrorState error={error} what="The comparison" onRetry={retry} />;
  if (!data) return <Skeleton />;
  return (
    <>
      {error && <LostConnection loadedAt={dataUpdatedAt} onRetry={retry} />}
      {running.length > 0 && (
        <p className="banner">
          <Icon name="running" />
          <span>
            <bdi>{running.join(' and ')}</bdi> {running.length === 1 ? 'has' : 'have'} not ended. What follows is as of
            now, and changes while it goes on.
          </span>
        </p>
      )}
      {before.workflowId !== after.workflowId && (
        <p className="banner banner-warning">
          <Icon name="warning" />
          <span>These are of two workflows. Only what has the same ids, names or place in the graph is matched.</span>
        </p>
      )}
      <div className={`verdict verdict-${data.verdict}`}>
        <p className="verdict-text">
          <bdi>{data.summary}</bdi>
        </p>
        <Actions comparison={data} titles={titles} />
      </div>
      <Views {...props} comparison={data} pair={pair} />
    </>
  );
}

/** Why did it take longer this time? Two executions compared: the answer first, then all that it rests upon. */
export function ComparePage() {
  const workspace = useWorkspace();
  const id = workspace.data?.id;
  const { state, change } = useCompareState();
  const of = usePair(id, state);
  const [picking, setPicking] = useState<'base' | 'candidate' | null>(null);
  const { before, after } = of;
  useTitle(before && after ? `${nameOf(after)} compared with ${nameOf(before)}` : 'Compare');
  const isSame = before !== undefined && before.id === after?.id;
  const fresh = { node: null, block: null, part: null, isAligned: false } as const;
  const pick = (chosen: string) => {
    change({ ...fresh, [picking ?? 'base']: chosen });
    setPicking(null);
  };
  const missing = (isMissingHere: boolean, given: string | null) =>
    given === null ? 'None chosen' : isMissingHere ? 'Not there' : of.error ? 'Not known' : null;
  return (
    <div className="page page-compare">
      <div className="page-head">
        <h1>Compare</h1>
      </div>
      {workspace.error && !id && (
        <ErrorState error={workspace.error} what="The workspace" onRetry={() => void workspace.refetch()} />
      )}
      <div className="compare-heads">
        <Head
          side="Before"
          execution={before}
          missing={missing(of.isBaseMissing, state.base)}
          onChoose={() => setPicking('base')}
        />
        <Button
          className="icon-button compare-swap"
          aria-label="Swap before and after"
          isDisabled={!before || !after}
          onPress={() => before && after && change({ ...fresh, base: after.id, candidate: before.id })}
        >
          <Icon name="swap" />
        </Button>
        <Head
          side="After"
          execution={after}
          missing={missing(of.isCandidateMissing, state.candidate)}
          onChoose={() => setPicking('candidate')}
        />
      </div>
      {isSame && (
        <Note title="This is one execution">
          <p>Compared with itself nothing differs. Choose another one to compare it with.</p>
        </Note>
      )}
      {!isSame && before && after && (
        <Ready workspace={id} before={before} after={after} state={state} onChange={change} />
      )}
      {!isSame && !(before && after) && !workspace.error && <Unpaired state={state} of={of} />}
      <PickDialog
        workspace={id}
        title={picking === 'candidate' ? 'What came after?' : 'Compare with what?'}
        workflow={(picking === 'candidate' ? before : after)?.workflowId ?? null}
        offersBefore={picking === 'base' && after !== undefined}
        except={(picking === 'candidate' ? before : after)?.id ?? null}
        isOpen={picking !== null}
        onPick={pick}
        onClose={() => setPicking(null)}
      />
    </div>
  );
}
