import { STATUSES } from '@flowprof/model';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { readAlert, type Alert } from '../alerts/types.ts';
import { requestFields } from '../api/client.ts';
import { Fields } from '../api/fields.ts';
import { askAgainAfter, pathIn } from '../api/polling.ts';
import { readExecution, readPage, type Execution } from '../api/types.ts';
import type { BarSlot } from '../charts/barPicture.ts';
import { barOf } from './activity.ts';
import { readStatistics, type Statistics } from './types.ts';

const QUIET_MS = 15_000;

/** What the executions of a workflow come to. */
export interface WorkflowTotals {
  readonly id: string;
  readonly name: string;
  readonly executions: number;
  readonly errors: number;
  /** Percent; null where none completed or failed. */
  readonly successRate: number | null;
  /** Seconds; null where none has ended. */
  readonly average: number | null;
}

/** What is told of all executions of a workspace. */
export interface WorkspaceStatistics extends Statistics {
  readonly projects: number;
  readonly workflows: number;
  readonly mostUsedWorkflow: { readonly id: string; readonly name: string; readonly executions: number } | null;
  readonly longestRun: Execution | null;
  readonly busiest: readonly WorkflowTotals[];
  readonly slowest: readonly WorkflowTotals[];
  readonly failing: readonly WorkflowTotals[];
  readonly activity: {
    /** Milliseconds since the epoch. */
    readonly from: number;
    readonly to: number;
    readonly step: number;
    readonly slots: readonly BarSlot[];
    /** Whether there are more than were counted. */
    readonly isCapped: boolean;
  };
}

function readTotals(fields: Fields): WorkflowTotals {
  const average = fields.optionalNumber('average_duration_seconds');
  const [rate, errors] = [fields.number('success_rate'), fields.number('errors')];
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    executions: fields.number('executions'),
    errors,
    // 0 is also said where nothing has ended: then there are no errors either.
    successRate: rate === 0 && errors === 0 ? null : rate,
    average,
  };
}

function readSlot(fields: Fields): BarSlot {
  const counts = new Fields(fields.record('executions'));
  return barOf(
    fields.optionalTime('from') ?? 0,
    STATUSES.map((status) => [status, counts.optionalNumber(status) ?? 0] as const).filter(([, count]) => count > 0),
  );
}

function readWorkspaceStatistics(fields: Fields): WorkspaceStatistics {
  const activity = fields.object('activity');
  return {
    ...readStatistics(fields),
    projects: fields.number('total_projects'),
    workflows: fields.number('total_workflows'),
    mostUsedWorkflow: fields.optionalObject('most_used_workflow', (workflow) => ({
      id: workflow.string('id'),
      name: workflow.string('name'),
      executions: workflow.number('executions'),
    })),
    longestRun: fields.optionalObject('longest_run', readExecution),
    busiest: fields.list('busiest_workflows', readTotals),
    slowest: fields.list('slowest_workflows', readTotals),
    failing: fields.list('failing_workflows', readTotals),
    activity: {
      from: activity.optionalTime('from') ?? 0,
      to: activity.optionalTime('to') ?? 0,
      step: activity.number('step_seconds') * 1000,
      slots: activity.list('slots', readSlot),
      isCapped: activity.boolean('is_capped'),
    },
  };
}

/**
 * What is told of all executions of a workspace.
 * @param until a moment in the last of the days, in ISO 8601; null for now
 */
export function useWorkspaceStatistics(
  workspace: string | undefined,
  days: number,
  until: string | null,
): UseQueryResult<WorkspaceStatistics> {
  const query = new URLSearchParams({ days: String(days) });
  if (until !== null) query.set('until', until);
  return useQuery({
    queryKey: ['workspace-statistics', workspace, days, until],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readWorkspaceStatistics(await requestFields(pathIn(workspace, `statistics?${query}`), { signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
  });
}

/** The alerts that fire, ten at most. */
export function useFiring(workspace: string | undefined): readonly Alert[] {
  const { data } = useQuery({
    queryKey: ['alerts', workspace, 'firing', 'list'],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readPage(await requestFields(pathIn(workspace, 'alerts?state=firing&limit=10'), { signal }), readAlert).items,
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
  });
  return data ?? [];
}
