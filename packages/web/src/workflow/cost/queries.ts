import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { requestFields } from '../../api/client.ts';
import type { Fields } from '../../api/fields.ts';
import { askAgainAfter, pathIn } from '../../api/polling.ts';

const QUIET_MS = 30_000;

/** What the last executions of a workflow cost. Amounts are null where nothing of it has a price. */
export interface WorkflowCost {
  readonly runs: number;
  readonly currency: string | null;
  readonly total: number | null;
  readonly mean: number | null;
  readonly runtime: number | null;
  readonly tokens: number | null;
  readonly failedAttempts: number | null;
  /** Models and types of nodes that have no price. */
  readonly unpriced: readonly string[];
  readonly models: readonly {
    readonly model: string;
    readonly calls: number;
    readonly input: number;
    readonly output: number;
    readonly cost: number | null;
  }[];
  /** Oldest first. */
  readonly executions: readonly {
    readonly id: string;
    readonly number: number | null;
    readonly total: number | null;
    readonly failedAttempts: number | null;
  }[];
  readonly incomplete: number;
}

function readUsage(fields: Fields) {
  const cost = fields.object('cost');
  const unpriced = fields.object('unpriced');
  const types: unknown = unpriced.any('node_types');
  return {
    currency: fields.optionalString('currency'),
    total: cost.optionalNumber('total'),
    runtime: cost.optionalNumber('runtime'),
    tokens: cost.optionalNumber('tokens'),
    failedAttempts: cost.optionalNumber('failed_attempts'),
    unpriced: [
      ...unpriced.strings('models'),
      ...(Array.isArray(types) ? types.filter((type: unknown) => typeof type === 'string') : []),
    ],
    models: fields.list('models', (model) => ({
      model: model.string('model'),
      calls: model.number('calls'),
      input: model.object('tokens').number('input'),
      output: model.object('tokens').number('output'),
      cost: model.optionalNumber('cost'),
    })),
  };
}

const NO_USAGE = {
  currency: null,
  total: null,
  runtime: null,
  tokens: null,
  failedAttempts: null,
  unpriced: [],
  models: [],
} as const;

function readWorkflowCost(fields: Fields): WorkflowCost {
  return {
    ...(fields.optionalObject('cost', readUsage) ?? NO_USAGE),
    runs: fields.number('runs'),
    mean: fields.optionalNumber('mean'),
    executions: fields.list('executions', (run) => ({
      id: run.string('execution_id'),
      number: run.optionalNumber('number'),
      total: run.optionalNumber('total'),
      failedAttempts: run.optionalNumber('failed_attempts'),
    })),
    incomplete: fields.number('incomplete'),
  };
}

export function useWorkflowCost(workspace: string, workflowId: string): UseQueryResult<WorkflowCost> {
  return useQuery({
    queryKey: ['workflow-cost', workspace, workflowId],
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/${encodeURIComponent(workflowId)}/cost?limit=50`;
      return readWorkflowCost(await requestFields(path, { workspace, signal }));
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
  });
}

/** Whether the workspace has a price list; false until that is known. */
export function useHasPrices(workspace: string | undefined): boolean {
  const { data } = useQuery({
    queryKey: ['prices', workspace, 'has'],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      (await requestFields(pathIn(workspace, 'prices'), { signal })).any('prices') !== null,
  });
  return data ?? false;
}
