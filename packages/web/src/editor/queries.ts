import { isJsonObject, type JsonObject } from '@flowprof/model';
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { requestFields } from '../api/client.ts';
import type { Fields } from '../api/fields.ts';
import { askAgainAfter } from '../api/polling.ts';
import { readWorkflowDetails, type WorkflowDetails } from '../workflow/types.ts';
import type { Problem } from './checks.ts';
import { asJson } from './json.ts';
import { paramsOf, type NodeType } from './params.ts';
import type { Base } from './state.ts';

/** Over how many of the newest runs the time of a node is told. */
export const TIMED_RUNS = 20;

function readNodeType(fields: Fields): NodeType {
  return {
    name: fields.string('name'),
    params: paramsOf(asJson(fields.any('params'))),
    fields: fields.strings('fields'),
  };
}

/** The node types that workflows can use. */
export function useNodeTypes(workspace: string): UseQueryResult<readonly NodeType[]> {
  return useQuery({
    queryKey: ['node-types', workspace],
    queryFn: async ({ signal }) =>
      (await requestFields('/api/node-types', { workspace, signal })).list('node_types', readNodeType),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

function readProblem(fields: Fields): Problem {
  const place = fields.any('place') === null ? null : fields.object('place');
  return {
    code: fields.string('code'),
    message: fields.string('message'),
    pointer: fields.string('pointer'),
    place: place && { line: place.number('line'), column: place.number('column') },
  };
}

/** What the server finds wrong with a file; what it found before while it looks. Nothing is asked while the file is null. */
export function useServerProblems(
  workspace: string,
  file: JsonObject | null,
): UseQueryResult<{ readonly file: JsonObject; readonly problems: readonly Problem[] }> {
  return useQuery({
    queryKey: ['workflow-problems', workspace, file],
    enabled: file !== null,
    placeholderData: keepPreviousData,
    // By identity: whether the answer is of the file as it is now.
    structuralSharing: false,
    gcTime: 10_000,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const path = '/api/workflows/validate';
      const answer = await requestFields(path, { method: 'POST', body: { definition: file }, workspace, signal });
      return { file: file ?? {}, problems: answer.list('faults', readProblem) };
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

/** What is saved: a new workflow, or a new version of one. */
export interface SaveRequest {
  /** Null for a new workflow. */
  readonly id: string | null;
  readonly definition: JsonObject;
  /** What it was made from. */
  readonly base: Base;
  readonly message: string;
}

/** Saves a workflow file; an error of the problem `version_conflict` where somebody else has saved meanwhile. */
export function useSaveWorkflow(workspace: string): UseMutationResult<WorkflowDetails, Error, SaveRequest> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, definition, base, message }: SaveRequest) => {
      if (id === null) {
        return readWorkflowDetails(
          await requestFields('/api/workflows', { method: 'POST', body: { definition }, workspace }),
        );
      }
      const { name, description } = definition;
      const body = {
        definition,
        // Its name in lists may be another one than its file has, and stays so unless that was changed.
        ...(typeof name === 'string' && name !== base.file['name'] && { name }),
        ...(description !== base.file['description'] && { description: description ?? null }),
        ...(base.version !== null && { expected_version: base.version }),
        ...(message !== '' && { message }),
      };
      const path = `/api/workflows/${encodeURIComponent(id)}`;
      return readWorkflowDetails(await requestFields(path, { method: 'PUT', body, workspace }));
    },
    onSuccess: (workflow) => {
      client.setQueryData(['workflow', workspace, workflow.id, 'details'], workflow);
      void client.invalidateQueries({ queryKey: ['workflow', workspace, workflow.id] });
      void client.invalidateQueries({ queryKey: ['workflows'] });
      void client.invalidateQueries({ queryKey: ['versions', workspace, workflow.id] });
    },
  });
}

/** How long a node takes, in the median over runs. Milliseconds. */
export interface NodeTime {
  readonly runs: number;
  readonly time: number;
}

/** How long the nodes of a workflow took in its newest runs, by id. */
export function useNodeTimes(workspace: string, workflowId: string | null): ReadonlyMap<string, NodeTime> {
  const { data } = useQuery({
    queryKey: ['node-times', workspace, workflowId],
    enabled: workflowId !== null,
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/${encodeURIComponent(workflowId ?? '')}/history?limit=${TIMED_RUNS}`;
      const answer = await requestFields(path, { workspace, signal });
      const nodes = answer.list('nodes', (node) => ({
        id: node.string('id'),
        runs: node.number('runs'),
        time: node.number('time_ms'),
      }));
      return new Map(nodes.map(({ id, runs, time }) => [id, { runs, time }]));
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
  return data ?? NO_TIMES;
}

const NO_TIMES: ReadonlyMap<string, NodeTime> = new Map();

/** The definition of a workflow as the editor takes it. */
export function definitionOf(workflow: Pick<WorkflowDetails, 'definition'>): JsonObject {
  const value = asJson(workflow.definition);
  return isJsonObject(value) ? value : {};
}
