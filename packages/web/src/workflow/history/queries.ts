import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { requestFields } from '../../api/client.ts';
import { askAgainAfter } from '../../api/polling.ts';
import { readHistory, readRegression, type History, type Regression } from './types.ts';
import type { Against, HistoryState } from './state.ts';

/** How often the server is asked, and how soon while executions are still to be summed up. Milliseconds. */
const QUIET_MS = 15_000;
const INCOMPLETE_MS = 1500;

/** What of a workflow is asked for. */
export interface Asked {
  readonly workspace: string;
  readonly workflowId: string;
}

/** An analysis of a workflow's executions; asked for again soon while some are missing in it. */
export function useAnalysis<T extends { readonly incomplete: number }>(
  { workspace, workflowId }: Asked,
  rest: string,
  read: (fields: Awaited<ReturnType<typeof requestFields>>) => T,
): UseQueryResult<T> {
  return useQuery({
    queryKey: ['workflow-analysis', workspace, workflowId, rest],
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/${encodeURIComponent(workflowId)}/${rest}`;
      return read(await requestFields(path, { workspace, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      askAgainAfter(state.error, (state.data?.incomplete ?? 0) > 0 ? INCOMPLETE_MS : QUIET_MS),
  });
}

/** The last executions, and a node over them. */
export function useHistory(
  asked: Asked,
  { runs, version }: Pick<HistoryState, 'runs' | 'version'>,
  node: string | null = null,
): UseQueryResult<History> {
  const query = new URLSearchParams({ limit: String(runs) });
  if (version !== null) query.set('version', String(version));
  if (node !== null) query.set('node', node);
  return useAnalysis(asked, `history?${query}`, readHistory);
}

function againstQuery(against: Against): URLSearchParams {
  switch (against.kind) {
    case 'auto':
      return new URLSearchParams();
    case 'previous':
    case 'last':
      return new URLSearchParams({ against: against.kind });
    case 'baseline':
      return new URLSearchParams({ against: 'baseline', baseline: against.id });
    default:
      return against satisfies never;
  }
}

/** Whether the newest executions are slower than others, and why. */
export function useRegression(asked: Asked, against: Against): UseQueryResult<Regression> {
  return useAnalysis(asked, `regressions?${againstQuery(against)}`, readRegression);
}
