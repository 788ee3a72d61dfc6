import { isTerminal } from '@flowprof/model';
import {
  useInfiniteQuery,
  useQuery,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { requestFields } from '../api/client.ts';
import { askAgainAfter } from '../api/polling.ts';
import { readPage, readWorkflow, type Page, type Workflow } from '../api/types.ts';
import { readStatistics, type Statistics } from '../statistics/types.ts';

/** How often the server is asked while something runs, and while nothing does. Milliseconds. */
const LIVE_MS = 2000;
const QUIET_MS = 15_000;
const PAGE_SIZE = 25;

interface WorkflowPage extends Page<Workflow> {
  readonly nextCursor: string | null;
}

function headers(workspace: string | undefined) {
  return workspace === undefined ? {} : { workspace };
}

/**
 * The workflows of a workspace whose name has a text in it, page after page.
 * @param project only those of this project
 */
export function useWorkflowList(
  workspace: string | undefined,
  search: string,
  project: string | null = null,
): UseInfiniteQueryResult<InfiniteData<WorkflowPage, string | null>> {
  return useInfiniteQuery({
    queryKey: ['workflows', workspace, 'list', search, project],
    enabled: workspace !== undefined,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
      if (search !== '') query.set('search', search);
      if (project !== null) query.set('project_id', project);
      if (pageParam !== null) query.set('cursor', pageParam);
      const answer = await requestFields(`/api/workflows?${query}`, { ...headers(workspace), signal });
      return { ...readPage(answer, readWorkflow), nextCursor: answer.optionalString('next_cursor') };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
  });
}

/** What is told of all executions of a workflow. */
export function useWorkflowStatistics(workspace: string | undefined, id: string): UseQueryResult<Statistics> {
  return useQuery({
    queryKey: ['workflow-statistics', workspace, id],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/${encodeURIComponent(id)}/statistics`;
      return readStatistics(await requestFields(path, { ...headers(workspace), signal }));
    },
    refetchInterval: ({ state }) => {
      const runs = state.data?.recent.some(({ status }) => !isTerminal(status)) ?? false;
      return askAgainAfter(state.error, runs ? LIVE_MS : QUIET_MS);
    },
  });
}
