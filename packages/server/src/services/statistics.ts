import { isUuid, toEpochMicros, type EpochMicros } from '@flowprof/model';
import type {
  ProjectStatistics,
  Statistics,
  StatisticsPeriod,
  TenantStore,
  WorkflowMetrics,
  WorkspaceStatistics,
} from '@flowprof/store';
import { notFound } from '../http/errors.ts';

/** The statistics of what has a name. */
export type Named<S> = S & { readonly id: string; readonly name: string };

/** @throws {ApiError} `not_found` */
export async function workflowMetrics(tenant: TenantStore, workflowId: string): Promise<WorkflowMetrics> {
  const metrics = isUuid(workflowId) ? await tenant.workflowMetrics(workflowId) : null;
  if (metrics === null) throw notFound();
  return metrics;
}

/**
 * What there is to say of a workflow's executions, right after the last change.
 * @throws {ApiError} `not_found`
 */
export async function workflowStatistics(tenant: TenantStore, workflowId: string): Promise<Named<Statistics>> {
  const workflow = await tenant.getWorkflow(workflowId);
  const statistics = workflow && (await tenant.workflowStatistics(workflow.id));
  if (workflow === null || statistics === null) throw notFound();
  return { ...statistics, id: workflow.id, name: workflow.name };
}

/**
 * As `workflowStatistics`, over all workflows of a project.
 * @param project its id or slug
 * @throws {ApiError} `not_found`
 */
export async function projectStatistics(tenant: TenantStore, project: string): Promise<Named<ProjectStatistics>> {
  const known = await tenant.findProject(project);
  const statistics = known && (await tenant.projectStatistics(known.id));
  if (known === null || statistics === null) throw notFound();
  return { ...statistics, id: known.id, name: known.name };
}

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
/** With more days, the parts of a period are days in place of hours, and then weeks. */
const HOURLY_DAYS = 3;
const DAILY_DAYS = 92;

/** So many days up to the end of the day that a moment is in, in UTC: in hours, days or weeks. */
export function periodOf(days: number, until: EpochMicros): StatisticsPeriod {
  const end = (Math.floor(until / DAY) + 1) * DAY;
  const step = days <= HOURLY_DAYS ? HOUR : days <= DAILY_DAYS ? DAY : 7 * DAY;
  const count = Math.ceil((days * DAY) / step);
  return { from: toEpochMicros(end - count * step), step, count };
}

/** As `workflowStatistics`, over all workflows of the workspace. @throws {ApiError} `not_found` */
export async function workspaceStatistics(tenant: TenantStore, period: StatisticsPeriod): Promise<WorkspaceStatistics> {
  const statistics = await tenant.workspaceStatistics(period);
  if (statistics === null) throw notFound();
  return statistics;
}
