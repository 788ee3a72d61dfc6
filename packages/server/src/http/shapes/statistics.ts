import { isoFromEpoch, STATUSES, toEpochMicros } from '@flowprof/model';
import type {
  ProjectStatistics,
  Statistics,
  StatisticsPeriod,
  StatisticsReport,
  UsageStatistics,
  WorkflowTotals,
  WorkspaceStatistics,
} from '@flowprof/store';
import { z } from 'zod';
import type { Named } from '../../services/statistics.ts';
import { timestamp } from './common.ts';
import { executionShape, toExecution } from './execution.ts';
import { metricsShape, toMetrics } from './metrics.ts';

const count = z.int().min(0);
const seconds = z.number().min(0);

const usageShape = z
  .object({
    name: z.string().describe('Its first 200 characters'),
    runs: count.describe('Steps that started, of executions that have ended'),
    errors: count.describe('Of these, how many failed or timed out'),
    retries: count,
    total_duration_seconds: seconds,
    average_duration_seconds: seconds,
  })
  .meta({ id: 'UsageStatistics' });

const shared = {
  average_duration_seconds: seconds.describe('Of the executions that have ended'),
  success_rate: metricsShape.shape.success_rate,
  most_used_component: usageShape.nullable(),
  most_used_task_queue: usageShape
    .nullable()
    .describe('A task queue is the pool of a workflow file, or one of Temporal'),
  components: z.array(usageShape).max(10).describe('The ten with the most runs'),
  task_queues: z.array(usageShape).max(10),
  recent_executions: z.array(executionShape).max(10).describe('The newest ten'),
  metrics: metricsShape,
};

export const workflowStatisticsShape = z
  .object({
    workflow_id: z.string(),
    workflow_name: z.string(),
    total_runs: count,
    error_count: count.describe('Executions that failed or timed out'),
    ...shared,
  })
  .meta({ id: 'WorkflowStatistics' });

export const projectStatisticsShape = z
  .object({
    project_id: z.string(),
    project_name: z.string(),
    total_workflows: count,
    total_executions: count,
    total_errors: count.describe('Executions that failed or timed out'),
    ...shared,
    most_used_workflow: z.object({ id: z.string(), name: z.string(), executions: count }).nullable(),
    longest_run: executionShape.nullable().describe('Of the executions that have ended'),
  })
  .meta({ id: 'ProjectStatistics' });

function toUsage({ name, runs, errors, retries, sum }: UsageStatistics): z.output<typeof usageShape> {
  return {
    name,
    runs,
    errors,
    retries,
    total_duration_seconds: Math.round(sum) / 1_000_000,
    average_duration_seconds: runs === 0 ? 0 : Math.round(sum / runs) / 1_000_000,
  };
}

function toShared({ metrics, components, taskQueues, recent }: Statistics) {
  const [usedComponents, usedQueues] = [components.map(toUsage), taskQueues.map(toUsage)];
  const shown = toMetrics(metrics);
  return {
    average_duration_seconds: shown.average_duration_seconds,
    success_rate: shown.success_rate,
    most_used_component: usedComponents[0] ?? null,
    most_used_task_queue: usedQueues[0] ?? null,
    components: usedComponents,
    task_queues: usedQueues,
    recent_executions: recent.map(toExecution),
    metrics: shown,
  };
}

export function toWorkflowStatistics(statistics: Named<Statistics>): z.output<typeof workflowStatisticsShape> {
  const { total, failed } = statistics.metrics;
  return {
    workflow_id: statistics.id,
    workflow_name: statistics.name,
    total_runs: total,
    error_count: failed,
    ...toShared(statistics),
  };
}

export function toProjectStatistics(statistics: Named<ProjectStatistics>): z.output<typeof projectStatisticsShape> {
  const { longestRun, metrics } = statistics;
  return {
    project_id: statistics.id,
    project_name: statistics.name,
    total_workflows: statistics.workflowCount,
    total_executions: metrics.total,
    total_errors: metrics.failed,
    ...toShared(statistics),
    most_used_workflow: statistics.mostUsedWorkflow,
    longest_run: longestRun && toExecution(longestRun),
  };
}

const totalsShape = z
  .object({
    id: z.string(),
    name: z.string(),
    executions: count,
    errors: count.describe('Executions that failed or timed out'),
    success_rate: metricsShape.shape.success_rate,
    average_duration_seconds: seconds.nullable().describe('Of the executions that have ended'),
  })
  .meta({ id: 'WorkflowTotals' });

export const workspaceStatisticsShape = z
  .object({
    workspace_id: z.string(),
    total_projects: count,
    total_workflows: count,
    total_executions: count,
    total_errors: count.describe('Executions that failed or timed out'),
    ...shared,
    most_used_workflow: z.object({ id: z.string(), name: z.string(), executions: count }).nullable(),
    longest_run: executionShape.nullable().describe('Of the executions that have ended'),
    busiest_workflows: z.array(totalsShape).max(10).describe('Those with the most executions'),
    slowest_workflows: z.array(totalsShape).max(10).describe('Those that take longest on average'),
    failing_workflows: z.array(totalsShape).max(10).describe('Those with the most errors'),
    activity: z
      .object({
        from: timestamp,
        to: timestamp.describe('The end of the day that `until` is in, in UTC'),
        step_seconds: count.describe('How long each part is: an hour, a day or a week'),
        slots: z.array(
          z.object({
            from: timestamp,
            executions: z.partialRecord(z.enum(STATUSES), count).describe('By their status now'),
          }),
        ),
        is_capped: z.boolean().describe('Whether there are more than were counted, the newest 200,000'),
      })
      .describe('When executions started; parts in which none did are left out'),
  })
  .meta({ id: 'WorkspaceStatistics' });

export const workspaceStatisticsQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(730).default(30).describe('How many days `activity` tells of'),
  until: z.iso
    .datetime({ offset: true })
    .refine((text) => text >= '1971' && text < '2999', 'is not between 1971 and 2999')
    .optional()
    .describe('A moment in the last of these days; now when absent'),
});

function toTotals({ id, name, executions, completed, errors, average }: WorkflowTotals): z.output<typeof totalsShape> {
  return {
    id,
    name,
    executions,
    errors,
    success_rate: completed + errors === 0 ? 0 : (completed / (completed + errors)) * 100,
    average_duration_seconds: average === null ? null : Math.round(average) / 1_000_000,
  };
}

export function toWorkspaceStatistics(
  workspaceId: string,
  statistics: WorkspaceStatistics,
  { from, step, count: parts }: StatisticsPeriod,
): z.output<typeof workspaceStatisticsShape> {
  const { metrics, busiest, longestRun, activity } = statistics;
  const [used] = busiest;
  return {
    workspace_id: workspaceId,
    total_projects: statistics.projectCount,
    total_workflows: statistics.workflowCount,
    total_executions: metrics.total,
    total_errors: metrics.failed,
    ...toShared(statistics),
    most_used_workflow: used ? { id: used.id, name: used.name, executions: used.executions } : null,
    longest_run: longestRun && toExecution(longestRun),
    busiest_workflows: busiest.map(toTotals),
    slowest_workflows: statistics.slowest.map(toTotals),
    failing_workflows: statistics.failing.map(toTotals),
    activity: {
      from: isoFromEpoch(from),
      to: isoFromEpoch(toEpochMicros(from + step * parts)),
      step_seconds: step / 1_000_000,
      slots: activity.slots.map(({ from: start, counts }) => ({
        from: isoFromEpoch(start),
        executions: Object.fromEntries(counts),
      })),
      is_capped: activity.isCapped,
    },
  };
}

export const statisticsReportShape = z
  .object({
    workflows: count,
    executions: count,
    difference_count: count,
    differences: z
      .array(
        z.object({
          workflow_id: z.string(),
          table: z.string(),
          key: z.string().describe('The row of the table: a bucket, or kind and name of what was used'),
          column: z.string(),
          stored: z.number(),
          expected: z.number().describe('What the rows come to'),
        }),
      )
      .describe('The first 1000'),
  })
  .meta({ id: 'StatisticsReport' });

export function toStatisticsReport(report: StatisticsReport): z.output<typeof statisticsReportShape> {
  const { workflows, executions, differenceCount, differences } = report;
  return {
    workflows,
    executions,
    difference_count: differenceCount,
    differences: differences.map(({ workflowId, ...rest }) => ({ workflow_id: workflowId, ...rest })),
  };
}
