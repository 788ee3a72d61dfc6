import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { requestFields } from '../../api/client.ts';
import { askAgainAfter } from '../../api/polling.ts';
import {
  readCohorts,
  readHistory,
  readPathFrequency,
  readRegression,
  type Cohorts,
  type History,
  type PathFrequency,
  type Regression,
} from './types.ts';
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
function useAnalysis<T extends { readonly incomplete: number }>(
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

/** The last executions, a node over them, and of the first nodes what they took in each. */
export function useHistory(
  asked: Asked,
  { runs, version }: Pick<HistoryState, 'runs' | 'version'>,
  node: string | null = null,
  trends = 0,
): UseQueryResult<History> {
  const query = new URLSearchParams({ limit: String(runs) });
  if (version !== null) query.set('version', String(version));
  if (node !== null) query.set('node', node);
  if (trends > 0) query.set('trends', String(trends));
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

/** How often each node held the critical path. */
export function usePathFrequency(
  asked: Asked,
  { runs, version }: Pick<HistoryState, 'runs' | 'version'>,
): UseQueryResult<PathFrequency> {
  const query = new URLSearchParams({ runs: String(runs) });
  if (version !== null) query.set('version', String(version));
  return useAnalysis(asked, `critical-path?${query}`, readPathFrequency);
}

/** What tells slow or failed runs from the others. */
export function useCohorts(asked: Asked, by: string): UseQueryResult<Cohorts> {
  return useAnalysis(asked, `cohorts?${new URLSearchParams({ by })}`, readCohorts);
}
