import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { requestFields } from '../api/client.ts';
import { askAgainAfter } from '../api/polling.ts';
import { readWorkflowDetails, type WorkflowDetails } from './types.ts';

const QUIET_MS = 15_000;

/** A workflow with its definition. */
export function useWorkflowDetails(workspace: string | undefined, id: string): UseQueryResult<WorkflowDetails> {
  return useQuery({
    queryKey: ['workflow', workspace, id, 'details'],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/${encodeURIComponent(id)}`;
      return readWorkflowDetails(await requestFields(path, { ...(workspace !== undefined && { workspace }), signal }));
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
  });
}
