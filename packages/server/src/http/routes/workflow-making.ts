import { WORKFLOW_ISSUE_CODES, type WorkflowIssueCode } from '@flowprof/conductor';
import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { jsonObject, listOf, problemResponses, workspaceHeaders } from '../shapes/common.ts';

const tags = ['workflows'];
const headers = workspaceHeaders;

const faultCode = z.custom<WorkflowIssueCode>((value) => typeof value === 'string' && value in WORKFLOW_ISSUE_CODES);

const verdictShape = z
  .object({
    valid: z.boolean(),
    faults: listOf(
      z.object({
        code: faultCode.meta({ type: 'string' }),
        message: z.string().describe('What is wrong, in words; it may repeat names of the definition'),
        pointer: z.string().describe('JSON pointer into the definition; empty for the whole of it'),
        place: z
          .object({ line: z.int().min(1), column: z.int().min(1) })
          .nullable()
          .describe('Where in the string that the pointer leads to; null where it is not inside one'),
      }),
    ).describe('At most 20'),
  })
  .meta({ id: 'WorkflowVerdict' });

const nodeTypeShape = z
  .object({
    name: z.string(),
    params: jsonObject.nullable().describe('The JSON Schema of `with`; null for a type that has none'),
    fields: listOf(z.string()).describe('The fields that a node of it can have, besides `id` and `type`'),
  })
  .meta({ id: 'NodeType' });

/** What helps to make a workflow: the node types there are, and what is wrong with a definition. Nothing is kept by it. */
export function workflowMakingRoutes(app: App, { tenantOf, workflows }: AppContext): void {
  app.get(
    '/api/node-types',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'listNodeTypes',
        summary: 'List the node types that workflows can use, with the schemas of their parameters',
        response: { 200: z.object({ node_types: listOf(nodeTypeShape) }), ...problemResponses },
      },
    },
    async (request) => {
      await tenantOf(request);
      return { node_types: workflows.nodeTypes() };
    },
  );

  app.post(
    '/api/workflows/validate',
    {
      config: { access: 'read' },
      schema: {
        tags,
        headers,
        operationId: 'validateWorkflow',
        summary: 'Check a workflow file by all the rules of the engine, and keep nothing',
        body: z.strictObject({ definition: jsonObject.describe('A workflow file') }),
        response: { 200: verdictShape, ...problemResponses },
      },
    },
    async (request) => {
      await tenantOf(request);
      const faults = await workflows.check(request.body.definition);
      return { valid: faults.length === 0, faults };
    },
  );
}
