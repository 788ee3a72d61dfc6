import { useId, useMemo, useState, type ReactNode } from 'react';
import type { ProfilerStore } from '../../profiler/api.ts';
import { sharedProfilerStore } from '../../profiler/shared.ts';
import type { ProfilerGraph, StorageProblem, WorkflowProfiles, WorkflowRunProfile } from '../../profiler/types.ts';
import { ClearButton, ExportMenu, RecordButton } from './controls.tsx';
import { Bottlenecks, Comparison, Insights, Parallelisation } from './findings.tsx';
import { History, type ProfilerRun } from './history.tsx';
import { NodeTable } from './node-table.tsx';
import { Summary } from './summary.tsx';
import { useProfiles } from './use-profiler.ts';

export interface WorkflowProfilerPanelProps {
  readonly workflowId: string;
  /** That of the page when absent. */
  readonly store?: ProfilerStore;
  /** What waits for what. Keep it between renders: for another object everything is found out again. */
  readonly graph?: ProfilerGraph | null;
  readonly title?: string;
  /** Whether a run can be recorded and what was recorded be cleared by hand; true when absent. */
  readonly canRecord?: boolean;
  /** All runs there are, newest first, where more exist than the store holds; those of the store when absent. */
  readonly runs?: readonly ProfilerRun[];
  /** The run that is looked at; the newest when absent or not known. */
  readonly selectedRunId?: string | null;
  readonly onSelectRun?: (runId: string) => void;
  /** Told of another baseline in place of the store. */
  readonly onBaseline?: (runId: string | null) => void;
  /** In place of the analyses while the store does not hold the selected run. */
  readonly pending?: ReactNode;
  /** Someone wants to see a node, in an editor perhaps. */
  readonly onNode?: (nodeId: string) => void;
  readonly theme?: 'light' | 'dark';
  readonly className?: string;
}

const STORAGE_WORDS: Readonly<Record<StorageProblem, string>> = {
  unavailable: 'This browser keeps nothing for the page: recordings are gone when it is closed.',
  full: 'The browser has no more room: what is recorded now is gone when the page is closed.',
  failed: 'The last recording could not be kept: it is gone when the page is closed.',
};

function Notices({ known }: { readonly known: WorkflowProfiles }): ReactNode {
  const { storageProblem, unreadable, recordings } = known;
  const nodes = recordings.reduce((sum, { nodeCount }) => sum + nodeCount, 0);
  return (
    <>
      {recordings.length > 0 && (
        <output className="flowprof-profiler-notice">
          {recordings.length === 1 ? 'Recording' : `Recording ${recordings.length} runs`}: {nodes}{' '}
          {nodes === 1 ? 'node' : 'nodes'} so far.
        </output>
      )}
      {storageProblem !== null && <p className="flowprof-profiler-notice">{STORAGE_WORDS[storageProblem]}</p>}
      {unreadable > 0 && (
        <p className="flowprof-profiler-notice">
          {unreadable} stored {unreadable === 1 ? 'recording' : 'recordings'} could not be read.
        </p>
      )}
    </>
  );
}

function runOf({ runId, status, startTime, totalDuration }: WorkflowRunProfile): ProfilerRun {
  return { runId, status, startTime, duration: totalDuration };
}

interface FindingsProps {
  readonly store: ProfilerStore;
  readonly profile: WorkflowRunProfile;
  readonly known: WorkflowProfiles;
  readonly graph: ProfilerGraph | null;
  readonly onNode: ((nodeId: string) => void) | undefined;
}

/** Everything that is found out about a run, once for each of its changes. */
function useFindings({ store, profile, known, graph }: Omit<FindingsProps, 'onNode'>) {
  // a node that is recorded meanwhile changes none of it
  const { profiles, baselineId, alerts } = known;
  return useMemo(() => {
    const { workflowId, runId } = profile;
    const run = { runId };
    return {
      bottlenecks: store.getBottlenecks(workflowId, 3, run),
      parallelisation: store.getParallelizationAnalysis(workflowId, graph, run),
      insights: store.getPerformanceInsights(workflowId, graph, run),
      comparison: baselineId === null ? null : store.compareWithBaseline(workflowId, graph, run),
      cost: store.getCost(workflowId, run),
    };
    // profiles and alerts are what the store reads
    // oxlint-disable-next-line react/exhaustive-deps
  }, [store, profile, profiles, baselineId, alerts, graph]);
}

function Findings(props: FindingsProps): ReactNode {
  const { bottlenecks, parallelisation, insights, comparison, cost } = useFindings(props);
  const { profile, onNode } = props;
  return (
    <>
      <Summary profile={profile} cost={cost} />
      <Comparison comparison={comparison} />
      <NodeTable key={profile.runId} profile={profile} onNode={onNode} />
      <Bottlenecks items={bottlenecks} />
      <Parallelisation analysis={parallelisation} />
      <Insights items={insights} />
    </>
  );
}

function Empty({ canRecord }: { readonly canRecord: boolean }): ReactNode {
  return (
    <p className="flowprof-profiler-empty">
      Nothing is recorded yet.{' '}
      {canRecord ? 'Press Record, run the workflow, and press Stop: ' : 'Once the workflow has run, '}
      here is how long each node took, what held the run up, and what could be faster.
    </p>
  );
}

/** Which run is looked at, whoever decides that. */
function useSelection({ selectedRunId, onSelectRun }: WorkflowProfilerPanelProps, runs: readonly ProfilerRun[]) {
  const [own, setOwn] = useState<string | null>(null);
  const wanted = selectedRunId === undefined ? own : selectedRunId;
  const isThere = runs.some(({ runId }) => runId === wanted);
  const select = (runId: string): void => {
    setOwn(runId);
    onSelectRun?.(runId);
  };
  return [isThere ? wanted : (runs[0]?.runId ?? null), select] as const;
}

/**
 * What the recordings of a workflow show: how long each node took, what held the run up, what could have run at once,
 * what got slower. The page loads `@flowprof/flame/profiler.css`.
 */
export function WorkflowProfilerPanel(props: WorkflowProfilerPanelProps): ReactNode {
  const { workflowId, graph = null, title = 'Profiler', canRecord = true, onBaseline, onNode, theme } = props;
  const store = props.store ?? sharedProfilerStore();
  const known = useProfiles(store, workflowId);
  const runs = props.runs ?? known.profiles.map(runOf).toReversed();
  const [selectedId, select] = useSelection(props, runs);
  const profile = known.profiles.find(({ runId }) => runId === selectedId) ?? null;
  const titleId = useId();
  return (
    <section
      className={['flowprof-profiler', props.className].filter(Boolean).join(' ')}
      aria-labelledby={titleId}
      data-theme={theme}
    >
      <div className="flowprof-profiler-head">
        <h2 id={titleId}>{title}</h2>
        <div className="flowprof-profiler-controls">
          {canRecord && <RecordButton store={store} workflowId={workflowId} known={known} />}
          {profile !== null && <ExportMenu choice={{ store, workflowId, runId: profile.runId, graph }} />}
          {canRecord && <ClearButton count={known.profiles.length} onClear={() => store.clearProfiles(workflowId)} />}
        </div>
      </div>
      <Notices known={known} />
      {runs.length === 0 && <Empty canRecord={canRecord} />}
      <div className="flowprof-profiler-parts">
        {profile === null ? (
          runs.length > 0 && <div className="flowprof-profiler-wide">{props.pending}</div>
        ) : (
          <Findings {...{ store, profile, known, graph, onNode }} />
        )}
        {runs.length > 0 && (
          <History
            runs={runs}
            selectedId={selectedId}
            baselineId={known.baselineId}
            onSelect={select}
            onBaseline={onBaseline ?? ((runId) => store.setBaseline(workflowId, runId))}
          />
        )}
      </div>
    </section>
  );
}
