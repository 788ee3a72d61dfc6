import { isJsonObject, type JsonObject } from '@flowprof/model';
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { requestFields } from '../api/client.ts';
import type { Fields } from '../api/fields.ts';
import { askAgainAfter } from '../api/polling.ts';
import { readExecution, readPage, type Execution, type Page } from '../api/types.ts';
import { asJson } from '../editor/json.ts';
import { inOrder } from '../editor/jsonText.ts';

/** How many versions are listed. */
const MOST_VERSIONS = 100;

/** A version of a workflow. Moments are milliseconds since the epoch. */
export interface Version {
  readonly version: number;
  readonly createdAt: number | null;
  readonly createdBy: string | null;
  readonly message: string | null;
}

function readVersion(fields: Fields): Version {
  return {
    version: fields.number('version'),
    createdAt: fields.optionalTime('created_at'),
    createdBy: fields.optionalString('created_by'),
    message: fields.optionalString('message'),
  };
}

function pathOf(workflowId: string): string {
  return `/api/workflows/${encodeURIComponent(workflowId)}`;
}

/** The versions of a workflow, the newest first. */
export function useVersions(workspace: string, workflowId: string): UseQueryResult<Page<Version>> {
  return useQuery({
    queryKey: ['versions', workspace, workflowId],
    queryFn: async ({ signal }) =>
      readPage(
        await requestFields(`${pathOf(workflowId)}/versions?limit=${MOST_VERSIONS}`, { workspace, signal }),
        readVersion,
      ),
    refetchInterval: ({ state }) => askAgainAfter(state.error, 15_000),
  });
}

/** The file of a version. */
export function useVersionFile(workspace: string, workflowId: string, version: number): UseQueryResult<JsonObject> {
  return useQuery({
    queryKey: ['version-file', workspace, workflowId, version],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const answer = await requestFields(`${pathOf(workflowId)}/versions/${version}`, { workspace, signal });
      const file = asJson(answer.any('definition'));
      return inOrder(isJsonObject(file) ? file : {});
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

/** The newest executions of a version. */
export function useVersionRuns(
  workspace: string,
  workflowId: string,
  version: number,
): UseQueryResult<Page<Execution>> {
  return useQuery({
    queryKey: ['version-runs', workspace, workflowId, version],
    queryFn: async ({ signal }) =>
      readPage(
        await requestFields(`${pathOf(workflowId)}/executions?workflow_version=${version}&limit=5`, {
          workspace,
          signal,
        }),
        readExecution,
      ),
    refetchInterval: ({ state }) => askAgainAfter(state.error, 15_000),
  });
}

/** Makes the file of a version the newest again. */
export function useRestore(workspace: string, workflowId: string): UseMutationResult<void, Error, number> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (version: number) => {
      const body = { message: `Version ${version} again` };
      await requestFields(`${pathOf(workflowId)}/versions/${version}/restore`, { method: 'POST', body, workspace });
    },
    onSettled: () =>
      Promise.all(
        ['versions', 'workflow'].map((what) => client.invalidateQueries({ queryKey: [what, workspace, workflowId] })),
      ),
  });
}

/** Starts a version with the usual inputs; gives the id of the execution. */
export function useRunVersion(workspace: string, workflowId: string): UseMutationResult<string, Error, number> {
  return useMutation({
    mutationFn: async (version: number) => {
      const body = { workflow_version: version };
      return (await requestFields(`${pathOf(workflowId)}/execute`, { method: 'POST', body, workspace })).string('id');
    },
  });
}
