import type { TenantStore } from '@flowprof/store';
import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { projectStatistics, workflowStatistics } from '../../services/statistics.ts';
import type { TemporalSync } from '../../services/temporal/sync.ts';
import { executionDetails, executionsOfWorkflow, type DetailSources } from '../answers.ts';
import { existingId } from '../context.ts';
import { executionListQuery, executionPageShape, executionState } from '../shapes/execution-query.ts';
import { executionDetailsShape } from '../shapes/execution.ts';
import {
  projectStatisticsShape,
  toProjectStatistics,
  toWorkflowStatistics,
  workflowStatisticsShape,
} from '../shapes/statistics.ts';
import { apiErrorOf, errorShapeOf } from './errors.ts';

/** What the procedures of a request work with. */
export interface CallContext extends DetailSources {
  readonly requestId: string;
  readonly bodyLimit: number;
  /** The workspace that the request is for; the role of who calls is checked for what the request's method may do. */
  readonly tenant: () => Promise<TenantStore>;
  readonly temporalSync: Pick<TemporalSync, 'syncNow'>;
}

const trpc = initTRPC.context<CallContext>().create({
  isDev: false,
  errorFormatter: ({ error, ctx }) => errorShapeOf(apiErrorOf(error, ctx?.bodyLimit ?? 0), ctx?.requestId ?? 'unknown'),
});

/** Errors of ours keep their status, which tRPC takes from its own. */
const ofTenant = trpc.procedure.use(async ({ ctx, next }) => {
  const tenant = await ctx.tenant().catch((error: unknown) => {
    throw statusError(error, ctx);
  });
  const result = await next({ ctx: { ...ctx, tenant } });
  if (result.ok) return result;
  throw result.error.cause === undefined ? result.error : statusError(result.error, ctx);
});

function statusError(error: unknown, { requestId, bodyLimit }: CallContext): TRPCError {
  const cause = apiErrorOf(error, bodyLimit);
  // What is a fault of ours goes on as it is, for the log.
  const { data } = errorShapeOf(cause, requestId);
  const original = error instanceof TRPCError ? error.cause : error;
  return new TRPCError({ code: data.code, cause: cause.code === 'internal_error' ? original : cause });
}

const { skip, limit, cursor } = executionListQuery.shape;

/** The procedures of execution monitoring. They answer what REST answers, in the same shapes. */
const executionRouter = trpc.router({
  /** The executions of a workflow, newest first. */
  getExecutionHistory: ofTenant
    .input(z.strictObject({ workflowId: z.string(), skip, limit, cursor, status: executionState.optional() }))
    .output(executionPageShape)
    .query(({ ctx, input: { workflowId, status, skip: skipped, limit: most, cursor: after } }) =>
      executionsOfWorkflow(ctx.tenant, workflowId, {
        skip: skipped,
        limit: most,
        ...(after !== undefined && { cursor: after }),
        ...(status !== undefined && { statuses: [status] }),
      }),
    ),

  /** An execution with what each of its components did. */
  getExecutionDetails: ofTenant
    .input(z.strictObject({ executionId: z.string() }))
    .output(executionDetailsShape)
    .query(({ ctx, input }) => executionDetails(ctx.tenant, ctx, input.executionId)),

  /** What a workflow has run: totals, errors, what it uses most, its newest executions. */
  getWorkflowStatistics: ofTenant
    .input(z.strictObject({ workflowId: z.string() }))
    .output(workflowStatisticsShape)
    .query(async ({ ctx, input }) =>
      toWorkflowStatistics(await workflowStatistics(ctx.tenant, existingId(input.workflowId))),
    ),

  /** The same over all workflows of a project. */
  getProjectStatistics: ofTenant
    .input(z.strictObject({ projectId: z.string() }))
    .output(projectStatisticsShape)
    .query(async ({ ctx, input }) =>
      toProjectStatistics(await projectStatistics(ctx.tenant, existingId(input.projectId))),
    ),

  /** Reads an execution from Temporal now; answered once that is stored. */
  syncExecutionFromTemporal: ofTenant
    .input(z.strictObject({ executionId: z.string() }))
    .output(executionDetailsShape)
    .mutation(async ({ ctx, input }) => {
      const id = existingId(input.executionId);
      await ctx.temporalSync.syncNow(ctx.tenant, id);
      return executionDetails(ctx.tenant, ctx, id, { isSynced: true });
    }),
});

export const appRouter = trpc.router({ execution: executionRouter });

/** What `flowprof/client` takes its types from. */
export type AppRouter = typeof appRouter;
