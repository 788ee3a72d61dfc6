import { isUuid } from '@flowprof/model';
import type { ProjectStatistics, Statistics, TenantStore, WorkflowMetrics } from '@flowprof/store';
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
