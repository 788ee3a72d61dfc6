import { startWorkflow, WorkflowRunOperationHandler } from '@temporalio/nexus';
import { OperationError, serviceHandler } from 'nexus-rpc';
import { zooService } from './nexus-service.ts';
import type { nap } from './workflows.ts';

/** What answers the operations of the zoo. */
export const zooHandlers = serviceHandler(zooService, {
  echo: async (_context, text) => text,
  sleep: new WorkflowRunOperationHandler<number, string>((context, ms) =>
    startWorkflow<typeof nap>(context, 'nap', { args: [ms], workflowId: `nexus-${context.requestId}` }),
  ),
  fail: async (_context, reason) => {
    throw new OperationError('failed', reason);
  },
});
