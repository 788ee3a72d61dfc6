import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { requestFields, requestNothing } from '../api/client.ts';
import { askAgainAfter, pathIn } from '../api/polling.ts';
import { readExecution, type Execution } from '../api/types.ts';
import {
  readCheck,
  readConnection,
  readSynced,
  type Synced,
  type TemporalCheck,
  type TemporalConnection,
} from './types.ts';

/** How often the state of the sync is asked for. Milliseconds. */
const POLL_MS = 3000;

const CONNECTIONS = 'temporal/connections';

const itemPath = (workspace: string, id: string) => pathIn(workspace, `${CONNECTIONS}/${encodeURIComponent(id)}`);

/** The connections to Temporal servers, by name, with how far their sync is. */
export function useTemporalConnections(workspace: string | undefined): UseQueryResult<readonly TemporalConnection[]> {
  return useQuery({
    queryKey: [CONNECTIONS, workspace],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      (await requestFields(pathIn(workspace, CONNECTIONS), { signal })).list('items', readConnection),
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

function useChange<Given, Result>(work: (given: Given) => Promise<Result>): UseMutationResult<Result, Error, Given> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSettled: () => client.invalidateQueries({ queryKey: [CONNECTIONS] }),
  });
}

/** A connection to be made, or what is to change of one. */
export interface WantedConnection {
  readonly id: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export function useSaveConnection(workspace: string): UseMutationResult<TemporalConnection, Error, WantedConnection> {
  return useChange(async ({ id, body }: WantedConnection) =>
    readConnection(
      id === null
        ? await requestFields(pathIn(workspace, CONNECTIONS), { method: 'POST', body })
        : await requestFields(itemPath(workspace, id), { method: 'PUT', body }),
    ),
  );
}

/** A connection to be removed, with or without what was synced by it. */
interface UnwantedConnection {
  readonly id: string;
  readonly withExecutions: boolean;
}

export function useDeleteConnection(workspace: string): UseMutationResult<void, Error, UnwantedConnection> {
  return useChange(({ id, withExecutions }: UnwantedConnection) =>
    requestNothing(`${itemPath(workspace, id)}?with_executions=${withExecutions}`, { method: 'DELETE' }),
  );
}

/** Tries a connection. */
export function useCheckConnection(workspace: string): UseMutationResult<TemporalCheck, Error, string> {
  return useChange(async (id: string) =>
    readCheck(await requestFields(`${itemPath(workspace, id)}/check`, { method: 'POST', body: {} })),
  );
}

/** Lists the executions of a connection now, and waits a while for them to be read. */
export function useSyncConnection(workspace: string): UseMutationResult<Synced, Error, string> {
  return useChange(async (id: string) =>
    readSynced(await requestFields(`${itemPath(workspace, id)}/sync`, { method: 'POST', body: {} })),
  );
}

/** Has an execution read from Temporal now. */
export function useSyncExecution(workspace: string | undefined, id: string): UseMutationResult<Execution, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () =>
      readExecution(
        await requestFields(pathIn(workspace, `executions/${encodeURIComponent(id)}/sync`), {
          method: 'POST',
          body: {},
        }),
      ),
    onSuccess: (execution) => client.setQueryData(['execution', workspace, id], execution),
    // Also where it failed, something may have been read, and why is told with the execution.
    onSettled: () =>
      Promise.all(
        ['execution', 'timeline', 'trace'].map((what) => client.invalidateQueries({ queryKey: [what, workspace, id] })),
      ),
  });
}
