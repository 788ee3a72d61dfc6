import { useMemo } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useNavigate } from 'react-router';
import { ChartOrTable } from '../../charts/ChartOrTable.tsx';
import { RunChart } from '../../charts/RunChart.tsx';
import { Icon } from '../../components/Icon.tsx';
import { ErrorState, LostConnection } from '../../components/Notice.tsx';
import { useBaselineBands, useBaselines } from '../baselines/queries.ts';
import { Incomplete } from '../Incomplete.tsx';
import { NoRuns } from '../NoRuns.tsx';
import type { WorkflowTabProps } from '../types.ts';
import { AgainstChoice, RunChoices } from './Choices.tsx';
import { Changes } from './Changes.tsx';
import { CohortsOf } from './CohortsOf.tsx';
import { pictureOf, windowBetween } from './picture.ts';
import { useHistory, useRegression } from './queries.ts';
import { RunsTable } from './RunsTable.tsx';
import type { History } from './types.ts';
import { useHistoryState } from './useHistoryState.ts';
import { Verdict, VerdictToCome } from './Verdict.tsx';
import { bandsSentence } from './words.ts';

interface DurationsProps extends Pick<WorkflowTabProps, 'workspace' | 'workflow'> {
  readonly history: History;
}

/** How long each run took, as a chart or a table, with the baselines that they are held against. */
function Durations({ workspace, workflow, history }: DurationsProps) {
  const [state, change] = useHistoryState();
  const navigate = useNavigate();
  const { data: baselines } = useBaselines(workspace, workflow.id);
  const { against } = state;
  const drawn = useMemo(
    () =>
      (baselines ?? []).filter(({ id, isDefault }) => (against.kind === 'baseline' ? id === against.id : isDefault)),
    [baselines, against],
  );
  const bands = useBaselineBands(
    workspace,
    drawn.map(({ id }) => id),
  );
  const picture = useMemo(() => {
    const lines = drawn.flatMap(({ id, name }) => {
      const own = bands.get(id);
      return own ? [{ label: `baseline ${name}`, value: own.p50 }] : [];
    });
    return pictureOf(history, lines);
  }, [history, drawn, bands]);
  return (
    <ChartOrTable
      title="Duration of each run"
      says={<p>{bandsSentence(history)}</p>}
      isTable={state.isTable}
      onTable={(isTable) => change({ isTable })}
      choices={
        !state.isTable && (
          <ToggleButton
            className="button button-small"
            isSelected={state.byTime}
            onChange={(byTime) => change({ byTime })}
          >
            <Icon name="clock" />
            By time
          </ToggleButton>
        )
      }
      chart={
        <RunChart
          picture={picture}
          label="Duration of each run"
          byTime={state.byTime}
          window={windowBetween(picture, state.from, state.to)}
          onWindow={(window) =>
            change({
              from: (window && picture.points[window.from]?.id) ?? null,
              to: (window && picture.points[window.to]?.id) ?? null,
            })
          }
          onOpen={(id) => void navigate(`/executions/${encodeURIComponent(id)}`)}
        />
      }
      table={<RunsTable runs={history.runs} />}
    />
  );
}

/** Whether the runs of a workflow got slower, since when and why: the verdict, each run, and where they changed. */
export function HistoryTab({ workspace, workflow, mayChange }: WorkflowTabProps) {
  const [state, change] = useHistoryState();
  const asked = { workspace, workflowId: workflow.id };
  const history = useHistory(asked, state);
  const regression = useRegression(asked, state.against);
  const { data: baselines = [] } = useBaselines(workspace, workflow.id);
  const { data, error } = history;
  const retry = () => void history.refetch();
  if (!data && error) return <ErrorState error={error} what="The history" onRetry={retry} />;
  if (!data) return <output className="skeleton skeleton-chart" aria-label="Loading the history" />;
  if (data.runs.length === 0 && data.incomplete === 0 && state.version === null)
    return <NoRuns workflow={workflow} mayChange={mayChange} />;
  return (
    <div className="stack">
      {error && <LostConnection loadedAt={history.dataUpdatedAt} onRetry={retry} />}
      <div className="choices">
        <RunChoices state={state} onChange={change} version={workflow.version} />
        <AgainstChoice state={state} onChange={change} baselines={baselines} />
      </div>
      <Incomplete count={data.incomplete} />
      {!regression.data && !regression.error && <VerdictToCome />}
      {regression.data && <Verdict regression={regression.data} />}
      {regression.error && !regression.data && (
        <p className="inline-error" role="alert">
          Whether it got slower is not known: {regression.error.message}
        </p>
      )}
      {data.runs.length === 0 && <p className="list list-empty muted">No run of this version has ended.</p>}
      {data.runs.length > 0 && <Durations workspace={workspace} workflow={workflow} history={data} />}
      <Changes changes={data.changePoints.changes} runs={data.bands?.runs ?? 0} />
      <CohortsOf asked={asked} />
    </div>
  );
}
