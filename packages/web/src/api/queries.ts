import { isTerminal, type Status, type Trace } from '@flowprof/model';
import {
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { fileNameIn } from '../execution/exports.ts';
import { listedExecution } from '../executions/known.ts';
import { chosenWorkspace, shownOf } from './chosen-workspace.ts';
import { requestBytes, requestFields, requestFile } from './client.ts';
import { keepCredential } from './credential.ts';
import { ApiError } from './errors.ts';
import { askAgainAfter, pathIn } from './polling.ts';
import { saveFile } from './saveFile.ts';
import {
  readExecution,
  readMe,
  readPage,
  readTimeline,
  readWorkflow,
  readWorkspace,
  type Execution,
  type Me,
  type Page,
  type Timeline,
  type Workflow,
  type Workspace,
} from './types.ts';

/** How often an execution is asked for that may have gone on meanwhile. Milliseconds. */
const LIVE_MS = 1000;

const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => readMe(await requestFields('/api/me', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Who the page's user is; an error of the code `unauthorized` when the server wants to know that first. */
export function useMe(): UseQueryResult<Me> {
  return useQuery({
    ...meQuery,
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

/** The role of the page's user in the workspace that is shown; null while nobody knows. Asks nothing by itself. */
export function useRole(): string | null {
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const { data: workspaces } = useQuery({ ...workspacesQuery, enabled: false });
  if (me === undefined) return null;
  return workspaces === undefined ? me.role : (me.roles.get(workspaces.shown.id) ?? null);
}

/** Whether the page's user may run and change things; who may only read is not offered it. Asks nothing by itself. */
export function useMayChange(): boolean {
  return useRole() !== 'viewer';
}

/** Signs in with a credential if the server takes it: keeps it, and asks for everything anew. */
export function useSignIn(): UseMutationResult<void, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (text: string) => {
      readMe(await requestFields('/api/me', { credential: text }));
      keepCredential(text);
      client.removeQueries({ type: 'inactive' });
      await client.resetQueries();
    },
  });
}

/** Forgets the credential and all that was answered for it. */
export function useSignOut(): () => void {
  const client = useQueryClient();
  return () => {
    keepCredential(null);
    client.removeQueries({ type: 'inactive' });
    void client.resetQueries();
  };
}

interface Workspaces {
  readonly shown: Workspace;
  readonly all: readonly Workspace[];
}

const workspacesQuery = queryOptions({
  queryKey: ['workspaces'],
  queryFn: async ({ signal }): Promise<Workspaces> => {
    const { items: all } = readPage(await requestFields('/api/workspaces', { signal }), readWorkspace);
    const shown = shownOf(all, chosenWorkspace());
    if (!shown) throw new ApiError('not_found', 'There is no workspace yet.');
    return { shown, all };
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** The workspaces that the page's user may see, and which of them is shown. */
export function useWorkspaces(): UseQueryResult<Workspaces> {
  return useQuery({
    ...workspacesQuery,
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

/** The workspace that is shown. */
export function useWorkspace() {
  const { data, error, refetch } = useWorkspaces();
  return { data: data?.shown, error, refetch };
}

/** The workflows that can be run. */
export function useWorkflows(workspace: string | undefined): UseQueryResult<Page<Workflow>> {
  return useQuery({
    queryKey: ['workflows', workspace],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readPage(await requestFields('/api/workflows?limit=100', { ...inWorkspace(workspace), signal }), readWorkflow),
  });
}

/** A workflow by its id. */
export function useWorkflow(workspace: string | undefined, id: string | undefined): UseQueryResult<Workflow> {
  return useQuery({
    queryKey: ['workflow', workspace, id],
    enabled: workspace !== undefined && id !== undefined,
    queryFn: async ({ signal }) =>
      readWorkflow(
        await requestFields(`/api/workflows/${encodeURIComponent(id ?? '')}`, { ...inWorkspace(workspace), signal }),
      ),
  });
}

/** What to run, with what. */
export interface RunRequest {
  readonly workflowId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Starts a workflow; gives the id of the new execution. */
export function useRunWorkflow(workspace: string | undefined): UseMutationResult<string, Error, RunRequest> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ workflowId, input }: RunRequest) => {
      const path = `/api/workflows/${encodeURIComponent(workflowId)}/execute`;
      const body = { input_variables: input };
      const answer = await requestFields(path, { method: 'POST', body, ...inWorkspace(workspace) });
      return answer.optionalString('execution_id') ?? answer.string('id');
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['executions', workspace] }),
  });
}

/** Asks a running execution to stop. */
export function useCancelExecution(workspace: string | undefined): UseMutationResult<void, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      const path = `/api/workflows/executions/${encodeURIComponent(id)}/cancel`;
      await requestFields(path, { method: 'POST', body: {}, ...inWorkspace(workspace) });
    },
    onSettled: (_, __, id) =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['execution', workspace, id] }),
        client.invalidateQueries({ queryKey: ['executions', workspace] }),
      ]),
  });
}

/** Saves an execution as a file of a format. */
export function useExport(workspace: string | undefined, id: string): UseMutationResult<void, Error, string> {
  return useMutation({
    mutationFn: async (format: string) => {
      const path = pathIn(workspace, `executions/${encodeURIComponent(id)}/export`);
      const { blob, disposition } = await requestFile(`${path}?format=${encodeURIComponent(format)}`);
      saveFile(blob, fileNameIn(disposition, `execution.${format}`));
    },
  });
}

/** An execution that is to go on, with the secret inputs that are not kept. */
export interface ResumeRequest {
  readonly executionId: string;
  readonly secrets: Readonly<Record<string, unknown>>;
}

/** Has an execution go on that ended without completing. */
export function useResumeExecution(workspace: string | undefined): UseMutationResult<void, Error, ResumeRequest> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ executionId, secrets }: ResumeRequest) => {
      const path = `/api/workflows/executions/${encodeURIComponent(executionId)}/resume`;
      const body = { input_variables: secrets };
      await requestFields(path, { method: 'POST', body, ...inWorkspace(workspace) });
    },
    // What was known of its end is the past.
    onSettled: (_, __, { executionId }) =>
      Promise.all(
        ['execution', 'timeline', 'trace'].map((what) =>
          client.invalidateQueries({ queryKey: [what, workspace, executionId] }),
        ),
      ),
  });
}

/** What is known of one execution apart from its spans. */
export function useExecution(workspace: string | undefined, id: string): UseQueryResult<Execution> {
  const client = useQueryClient();
  return useQuery({
    queryKey: ['execution', workspace, id],
    enabled: workspace !== undefined,
    placeholderData: () => (workspace === undefined ? undefined : listedExecution(client, workspace, id)),
    queryFn: async ({ signal }) =>
      readExecution(
        await requestFields(`/api/workflows/executions/${encodeURIComponent(id)}`, {
          ...inWorkspace(workspace),
          signal,
        }),
      ),
    // What runs is asked for by those who watch it.
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

/** The steps of an execution with what went in and out. */
export function useTimeline(
  workspace: string | undefined,
  id: string,
  status: Status | undefined,
): UseQueryResult<Timeline> {
  return useQuery({
    // A finished execution is another question than a running one: the last answer while it ran may lack its end.
    queryKey: ['timeline', workspace, id, phaseOf(status)],
    enabled: workspace !== undefined && status !== undefined,
    placeholderData: (previous) => previous,
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/executions/${encodeURIComponent(id)}/timeline`;
      return readTimeline(await requestFields(path, { ...inWorkspace(workspace), signal }));
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

/** The spans of an execution as columns. */
export function useTrace(workspace: string | undefined, id: string, status: Status | undefined): UseQueryResult<Trace> {
  return useQuery<Trace>({
    queryKey: ['trace', workspace, id, phaseOf(status)],
    enabled: workspace !== undefined && status !== undefined,
    placeholderData: (previous) => previous,
    // Columns are compared by identity: a deep comparison of a million spans would cost more than it saves.
    structuralSharing: false,
    queryFn: async ({ signal }) => {
      const path = pathIn(workspace, `executions/${encodeURIComponent(id)}/flame-chart`);
      const { readTrace } = await import('./trace.ts');
      return readTrace(await requestBytes(path, { accept: 'application/vnd.apache.arrow.stream', signal }));
    },
    refetchInterval: ({ state }) => {
      // An execution that goes on, and ends again at once, may have been asked for in between.
      const isUnfinished = state.data !== undefined && !isTerminal(state.data.execution.status);
      return askAgainAfter(state.error, phaseOf(status) === 'ended' && isUnfinished ? LIVE_MS : false);
    },
  });
}

function phaseOf(status: Status | undefined): 'running' | 'ended' {
  return status !== undefined && isTerminal(status) ? 'ended' : 'running';
}

function inWorkspace(workspace: string | undefined): { readonly workspace?: string } {
  return workspace === undefined ? {} : { workspace };
}
