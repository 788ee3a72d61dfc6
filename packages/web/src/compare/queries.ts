import { isTerminal, type Status } from '@flowprof/model';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { requestFields } from '../api/client.ts';
import { askAgainAfter, pathIn } from '../api/polling.ts';
import { readListedPage, type ListedExecution } from '../executions/listed.ts';
import { readDifference, type Difference } from './graph.ts';
import { readComparison, type Comparison } from './types.ts';

/** How often two executions are compared again while one of them runs. Milliseconds. */
const LIVE_MS = 3000;
/** So many executions are offered at once to compare with. */
const OFFERED = 20;

/** Which two executions are compared, and how they stand; undefined while that is not known. */
export interface Pair {
  readonly base: string;
  readonly candidate: string;
  readonly statuses: readonly Status[];
}

function comparePathOf(workspace: string | undefined, { base, candidate }: Pair, more = ''): string {
  const query = new URLSearchParams({ base });
  return pathIn(workspace, `executions/${encodeURIComponent(candidate)}/compare?${query}${more}`);
}

/** Whether both have ended, so that their comparison stays what it is. */
function isSettled(pair: Pair): boolean {
  return pair.statuses.every(isTerminal);
}

function refetchOf(pair: Pair | null, error: unknown): number | false {
  return askAgainAfter(error, pair !== null && !isSettled(pair) ? LIVE_MS : false);
}

/** What an execution took more or less than another. */
export function useComparison(workspace: string | undefined, pair: Pair | null): UseQueryResult<Comparison> {
  return useQuery({
    queryKey: ['comparison', workspace, pair],
    enabled: workspace !== undefined && pair !== null,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => {
      if (pair === null) throw new Error('nothing is compared');
      return readComparison(await requestFields(comparePathOf(workspace, pair), { signal }));
    },
    refetchInterval: ({ state }) => refetchOf(pair, state.error),
  });
}

/** The differential flame graph of two executions. */
export function useDifference(workspace: string | undefined, pair: Pair | null): UseQueryResult<Difference> {
  return useQuery({
    queryKey: ['difference', workspace, pair],
    enabled: workspace !== undefined && pair !== null,
    structuralSharing: false,
    queryFn: async ({ signal }) => {
      if (pair === null) throw new Error('nothing is compared');
      return readDifference(await requestFields(comparePathOf(workspace, pair, '&diff=flame'), { signal }));
    },
    refetchInterval: ({ state }) => refetchOf(pair, state.error),
  });
}

/**
 * The last execution of the same workflow that started before another one and completed; null where there is none.
 * @param isAsked whether it is wanted
 */
export function usePrevious(
  workspace: string | undefined,
  execution: ListedExecution | undefined,
  isAsked: boolean,
): UseQueryResult<ListedExecution | null> {
  return useQuery({
    queryKey: ['previous-of', workspace, execution?.id],
    enabled: workspace !== undefined && execution !== undefined && isAsked,
    queryFn: async ({ signal }) => {
      if (execution === undefined || execution.startedAt === null) return null;
      const query = new URLSearchParams({
        status: 'completed',
        limit: '1',
        started_to: new Date(execution.startedAt).toISOString(),
      });
      const path = `/api/workflows/${encodeURIComponent(execution.workflowId)}/executions?${query}`;
      const options = { signal, ...(workspace !== undefined && { workspace }) };
      const { items } = readListedPage(await requestFields(path, options));
      return items.find(({ id }) => id !== execution.id) ?? null;
    },
  });
}

/** Executions to compare with: those of a workflow, or of all, that match a search; the newest first. */
export function useOffered(
  workspace: string | undefined,
  workflow: string | null,
  search: string,
): UseQueryResult<readonly ListedExecution[]> {
  return useQuery({
    queryKey: ['offered', workspace, workflow, search],
    enabled: workspace !== undefined,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ limit: String(OFFERED), ...(search !== '' && { search }) });
      const path =
        workflow === null
          ? pathIn(workspace, `executions?${query}`)
          : `/api/workflows/${encodeURIComponent(workflow)}/executions?${query}`;
      const options = { signal, ...(workspace !== undefined && { workspace }) };
      return readListedPage(await requestFields(path, options)).items;
    },
  });
}

/** A baseline of a workflow, and of its runs the one in the middle by its makespan. */
export interface OfferedBaseline {
  readonly id: string;
  readonly name: string;
  readonly execution: string;
  readonly number: number | null;
}

/** The baselines of a workflow, the first few, each with its most typical run. */
export function useBaselines(
  workspace: string | undefined,
  workflow: string | null,
): UseQueryResult<readonly OfferedBaseline[]> {
  return useQuery({
    queryKey: ['offered-baselines', workspace, workflow],
    enabled: workspace !== undefined && workflow !== null,
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ limit: '5', workflow_id: workflow ?? '' });
      const list = await requestFields(pathIn(workspace, `baselines?${query}`), { signal });
      const ids = list.list('items', (item) => item.string('id'));
      const baselines = await Promise.all(
        ids.map(async (id) => {
          const one = await requestFields(pathIn(workspace, `baselines/${encodeURIComponent(id)}`), { signal });
          const runs = one
            .list('runs', (run) => ({
              execution: run.string('execution_id'),
              number: run.optionalNumber('number'),
              makespan: run.optionalNumber('makespan_ms'),
            }))
            .filter(({ makespan }) => makespan !== null)
            .toSorted((a, b) => (a.makespan ?? 0) - (b.makespan ?? 0));
          const middle = runs[Math.floor((runs.length - 1) / 2)];
          return middle === undefined
            ? null
            : { id, name: one.string('name'), execution: middle.execution, number: middle.number };
        }),
      );
      return baselines.filter((one) => one !== null);
    },
  });
}
