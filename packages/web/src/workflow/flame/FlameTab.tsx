import { DARK, LIGHT } from '@flowprof/flame';
import { FlameGraph, MergedTable } from '@flowprof/flame/react';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { requestFields } from '../../api/client.ts';
import { askAgainAfter } from '../../api/polling.ts';
import { ChartOrTable } from '../../charts/ChartOrTable.tsx';
import { TableScroll } from '../../charts/TableScroll.tsx';
import { ErrorState, LostConnection } from '../../components/Notice.tsx';
import { useTheme } from '../../shell/theme.ts';
import { RunChoices } from '../history/Choices.tsx';
import type { HistoryState } from '../history/state.ts';
import { useHistoryState } from '../history/useHistoryState.ts';
import { formatMs } from '../history/words.ts';
import { NoRuns } from '../NoRuns.tsx';
import type { WorkflowTabProps } from '../types.ts';
import { readMergedRuns, type MergedRuns } from './mergedRuns.ts';

const QUIET_MS = 60_000;
/** CSS pixels; what is deeper scrolls within the picture. */
const MOST_HEIGHT = 560;

function useMergedRuns(
  { workspace, workflow }: WorkflowTabProps,
  { runs, version }: HistoryState,
): UseQueryResult<MergedRuns> {
  const query = new URLSearchParams({ runs: String(runs) });
  if (version !== null) query.set('version', String(version));
  const path = `/api/workflows/${encodeURIComponent(workflow.id)}/flame-graph?${query}`;
  return useQuery({
    queryKey: ['workflow-flame-graph', workspace, path],
    queryFn: async ({ signal }) => readMergedRuns(await requestFields(path, { workspace, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
    // It is made anew only with what it shows; the picture would lose its place.
    structuralSharing: (before, after) =>
      before !== undefined && JSON.stringify(before) === JSON.stringify(after) ? before : after,
  });
}

function says({ runs, other, leftOut }: MergedRuns): string {
  const parts = [
    `Where the time of ${runs === 1 ? 'the last run' : `the last ${runs} runs`} that completed went, added up by the names that stand above each other.`,
    other.count > 0 && `${other.count} smaller blocks (${formatMs(other.self)}) are not shown.`,
    leftOut > 0 && `${leftOut} older runs were left out, since they have too many spans.`,
  ];
  return parts.filter((part) => part !== false).join(' ');
}

/** Where the time of many runs of a workflow went, as one flame graph. */
export function FlameTab(props: WorkflowTabProps) {
  const { workflow, mayChange } = props;
  const [state, change] = useHistoryState();
  const merged = useMergedRuns(props, state);
  const theme = useTheme();
  const [height, setHeight] = useState(0);
  const [selected, setSelected] = useState<number | null>(null);
  const { data, error } = merged;
  const retry = () => void merged.refetch();
  if (!data && error) return <ErrorState error={error} what="The flame graph" onRetry={retry} />;
  if (!data) return <output className="skeleton skeleton-chart" aria-label="Loading the flame graph" />;
  if (data.runs === 0 && state.version === null) return <NoRuns workflow={workflow} mayChange={mayChange} />;
  return (
    <div className="stack">
      {error && <LostConnection loadedAt={merged.dataUpdatedAt} onRetry={retry} />}
      <div className="choices">
        <RunChoices state={state} onChange={change} version={workflow.version} />
      </div>
      {data.runs === 0 && <p className="list list-empty muted">No run of this version has completed.</p>}
      {data.runs > 0 && (
        <ChartOrTable
          title="Flame graph"
          says={<p>{says(data)}</p>}
          isTable={state.isTable}
          onTable={(isTable) => change({ isTable })}
          chart={
            <div className="merged-chart" style={{ height: Math.min(MOST_HEIGHT, Math.max(120, height)) }}>
              <FlameGraph
                graph={data.graph}
                theme={theme === 'dark' ? DARK : LIGHT}
                label={`Flame graph of ${data.runs} runs`}
                colour="node"
                selected={selected}
                onSelect={setSelected}
                onHeight={setHeight}
              />
            </div>
          }
          table={
            <TableScroll label="Flame graph, as a table">
              <MergedTable graph={data.graph} selected={selected} onSelect={setSelected} />
            </TableScroll>
          }
        />
      )}
    </div>
  );
}
