import {
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { requestFields, requestNothing } from '../../api/client.ts';
import type { Fields } from '../../api/fields.ts';
import { askAgainAfter, pathIn } from '../../api/polling.ts';
import { readPage } from '../../api/types.ts';
import { readBands, type Bands } from '../history/types.ts';

const QUIET_MS = 15_000;

/** What a baseline was made of, as it was asked for. */
export type BaselineSource =
  | { readonly kind: 'execution'; readonly execution_id: string }
  | { readonly kind: 'list'; readonly count: number }
  | { readonly kind: 'last'; readonly runs: number }
  | { readonly kind: 'version'; readonly version: number; readonly runs: number };

/** Executions that others are held against, as they were when it was made. */
export interface Baseline {
  readonly id: string;
  readonly name: string;
  /** Whether it counts where nothing is named. */
  readonly isDefault: boolean;
  readonly madeOf: BaselineSource;
  readonly runs: number;
  readonly createdBy: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | null;
}

function readSource(fields: Fields): BaselineSource {
  switch (fields.string('kind')) {
    case 'execution':
      return { kind: 'execution', execution_id: fields.string('execution_id') };
    case 'list':
      return { kind: 'list', count: fields.strings('execution_ids').length };
    case 'version':
      return { kind: 'version', version: fields.number('version'), runs: fields.number('runs') };
    default:
      return { kind: 'last', runs: fields.number('runs') };
  }
}

function readBaseline(fields: Fields): Baseline {
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    isDefault: fields.boolean('is_default'),
    madeOf: readSource(fields.object('made_of')),
    runs: fields.number('run_count'),
    createdBy: fields.optionalString('created_by'),
    createdAt: fields.optionalTime('created_at'),
  };
}

/** The baselines of a workflow, oldest first; it has at most 100. */
export function useBaselines(workspace: string, workflowId: string): UseQueryResult<readonly Baseline[]> {
  return useQuery({
    queryKey: ['baselines', workspace, workflowId, 'all'],
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ workflow_id: workflowId, limit: '100' });
      const answer = await requestFields(pathIn(workspace, `baselines?${query}`), { signal });
      return readPage(answer, readBaseline).items;
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
  });
}

/** Where the makespans of baselines lie, by their ids; those that are not known yet are left out. */
export function useBaselineBands(workspace: string, ids: readonly string[]): ReadonlyMap<string, Bands> {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ['baselines', workspace, 'one', id],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const answer = await requestFields(baselinePath(workspace, id), { signal });
        return { id, bands: answer.optionalObject('bands', readBands) };
      },
      // What it is made of stays, unless it is made anew, which asks for all of them.
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine: bandsById,
  });
}

function bandsById(
  results: readonly { readonly data?: { readonly id: string; readonly bands: Bands | null } | undefined }[],
): ReadonlyMap<string, Bands> {
  const known = new Map<string, Bands>();
  for (const { data } of results) if (data?.bands) known.set(data.id, data.bands);
  return known;
}

function baselinePath(workspace: string, id: string): string {
  return pathIn(workspace, `baselines/${encodeURIComponent(id)}`);
}

/** What is done with a baseline. */
export type BaselineChange =
  | {
      readonly kind: 'create';
      readonly name: string;
      readonly isDefault: boolean;
      readonly madeOf: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'rename'; readonly id: string; readonly name: string }
  | { readonly kind: 'default'; readonly id: string; readonly isDefault: boolean }
  | { readonly kind: 'delete'; readonly id: string };

/** Makes, changes and deletes baselines; what is held against them is asked for anew. */
export function useChangeBaseline(
  workspace: string,
  workflowId: string,
): UseMutationResult<void, Error, BaselineChange> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: BaselineChange) => {
      switch (change.kind) {
        case 'create': {
          const { name, isDefault, madeOf } = change;
          const body = { workflow_id: workflowId, name, is_default: isDefault, made_of: madeOf };
          await requestFields(pathIn(workspace, 'baselines'), { method: 'POST', body });
          return;
        }
        case 'rename':
          await requestFields(baselinePath(workspace, change.id), { method: 'PUT', body: { name: change.name } });
          return;
        case 'default':
          await requestFields(baselinePath(workspace, change.id), {
            method: 'PUT',
            body: { is_default: change.isDefault },
          });
          return;
        case 'delete':
          await requestNothing(baselinePath(workspace, change.id), { method: 'DELETE' });
          return;
        default:
          change satisfies never;
      }
    },
    onSettled: () =>
      Promise.all(
        ['baselines', 'workflow-analysis'].map((key) =>
          client.invalidateQueries({ queryKey: [key, workspace, workflowId] }),
        ),
      ),
  });
}
