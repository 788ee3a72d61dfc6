import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { ChartOrTable } from '../../charts/ChartOrTable.tsx';
import { RunChart } from '../../charts/RunChart.tsx';
import { ErrorState, LostConnection } from '../../components/Notice.tsx';
import { RunChoices } from '../history/Choices.tsx';
import { nodePictureOf, windowBetween } from '../history/picture.ts';
import { useHistory, usePathFrequency } from '../history/queries.ts';
import type { History } from '../history/types.ts';
import { useHistoryState } from '../history/useHistoryState.ts';
import { changeSentence, formatMs } from '../history/words.ts';
import { Incomplete } from '../Incomplete.tsx';
import { NoRuns } from '../NoRuns.tsx';
import type { WorkflowTabProps } from '../types.ts';
import { NodeRunsTable } from './NodeRunsTable.tsx';
import { NodeTable } from './NodeTable.tsx';
import { Paths } from './Paths.tsx';

/** Of how many nodes the trend is drawn. */
const TRENDS = 30;

/** The node that is looked at, over the runs. */
function NodeOver({ history }: { readonly history: History }) {
  const [state, change] = useHistoryState();
  const navigate = useNavigate();
  const picture = useMemo(() => nodePictureOf(history), [history]);
  const { node } = history;
  if (!node) return null;
  const name = node.name ?? node.id;
  const { bands, changePoints } = node;
  return (
    <ChartOrTable
      title={`${name} in each run`}
      says={
        <>
          {bands === null && <p className="muted">It took part in none of these runs that completed.</p>}
          {bands && (
            <p>
              Half of the time at most {formatMs(bands.p50)}, nine of ten times at most {formatMs(bands.p90)}.
            </p>
          )}
          {changePoints.changes.map((one) => (
            <p key={one.firstRun}>
              <bdi>{changeSentence(one, name)}</bdi>
            </p>
          ))}
        </>
      }
      isTable={state.isTable}
      onTable={(isTable) => change({ isTable })}
      chart={
        <RunChart
          picture={picture}
          label={`Time of ${name} in each run`}
          window={windowBetween(picture, state.from, state.to)}
          onWindow={(window) =>
            change({
              from: (window && picture.points[window.from]?.id) ?? null,
              to: (window && picture.points[window.to]?.id) ?? null,
            })
          }
          onOpen={(id) => void navigate(`/executions/${encodeURIComponent(id)}`)}
          height={200}
        />
      }
      table={<NodeRunsTable history={history} />}
    />
  );
}

/** The nodes of a workflow over its runs: which take long, how each changed, and which hold the critical path how often. */
export function NodesTab({ workspace, workflow, mayChange }: WorkflowTabProps) {
  const [state, change] = useHistoryState();
  const asked = { workspace, workflowId: workflow.id };
  const history = useHistory(asked, state, state.node, TRENDS);
  const paths = usePathFrequency(asked, state);
  const { data, error } = history;
  const retry = () => void history.refetch();
  if (!data && error) return <ErrorState error={error} what="The nodes" onRetry={retry} />;
  if (!data) return <output className="skeleton skeleton-chart" aria-label="Loading the nodes" />;
  if (data.runs.length === 0 && data.incomplete === 0 && state.version === null)
    return <NoRuns workflow={workflow} mayChange={mayChange} />;
  return (
    <div className="stack">
      {error && <LostConnection loadedAt={history.dataUpdatedAt} onRetry={retry} />}
      <div className="choices">
        <RunChoices state={state} onChange={change} version={workflow.version} />
      </div>
      <Incomplete count={data.incomplete} />
      {data.nodes.length === 0 && <p className="list list-empty muted">These runs tell of no nodes, only of spans.</p>}
      {data.nodes.length > 0 && (
        <NodeTable
          nodes={data.nodes}
          paths={paths.data}
          selected={state.node}
          onSelect={(node) => change({ node, from: null, to: null })}
        />
      )}
      {state.node !== null && <NodeOver history={data} />}
      {paths.data && paths.data.paths.length > 0 && <Paths paths={paths.data} />}
    </div>
  );
}
