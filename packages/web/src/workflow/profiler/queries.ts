import { isTerminal, type Trace } from '@flowprof/model';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { requestBytes, requestFields } from '../../api/client.ts';
import { askAgainAfter, pathIn } from '../../api/polling.ts';
import { readExecution, readPage, type Execution } from '../../api/types.ts';

/** How many of the newest executions are offered. */
const RUNS = 50;
const POLL_MS = 5000;

/** The newest executions of a workflow that have ended. */
export function useEndedRuns(workspace: string, workflowId: string): UseQueryResult<readonly Execution[]> {
  return useQuery({
    queryKey: ['executions', workspace, 'of-workflow', workflowId],
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/${encodeURIComponent(workflowId)}/executions?limit=${RUNS}`;
      const { items } = readPage(await requestFields(path, { workspace, signal }), readExecution);
      return items.filter(({ status }) => isTerminal(status));
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

/** The spans of an execution that has ended; asks for nothing where none is named. */
export function useRunTrace(workspace: string, id: string | null): UseQueryResult<Trace> {
  return useQuery<Trace>({
    queryKey: ['trace', workspace, id, 'ended'],
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
    // Columns are compared by identity: a deep comparison would cost more than it saves.
    structuralSharing: false,
    queryFn: async ({ signal }) => {
      const path = pathIn(workspace, `executions/${encodeURIComponent(id ?? '')}/flame-chart`);
      const { readTrace } = await import('../../api/trace.ts');
      return readTrace(await requestBytes(path, { accept: 'application/vnd.apache.arrow.stream', signal }));
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}
