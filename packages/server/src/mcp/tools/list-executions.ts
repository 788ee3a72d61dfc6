import { z } from 'zod';
import { executionPageShape, executionState } from '../../http/shapes/execution-query.ts';
import { code, paragraphs, table, time } from '../markdown.ts';
import { mcpTool, pathIn, workspaceInput, workspacesOf } from '../tool.ts';

const HEAD = ['execution', 'workflow', '#', 'status', 'started', 'took', 'workspace'];
const MS_PER_SECOND = 1000;

type Item = z.output<typeof executionPageShape>['items'][number];

function rowOf({ id, name, execution_number: number, status, started_at: started, duration }: Item, slug: string) {
  const took = time(duration === null ? null : duration * MS_PER_SECOND);
  return [id, code(name), String(number), status, started ?? '–', took, code(slug)];
}

/** The executions of a workspace, or of all. */
export const listExecutions = mcpTool({
  name: 'list_executions',
  title: 'List executions',
  description:
    'Lists executions of workflows, newest first, with their ids, states and durations. Use it to find what to profile ' +
    'or to compare: filter by a text in the name of the workflow, by state, or sort by duration.',
  input: z.object({
    workspace: workspaceInput,
    search: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('A text in the name of the workflow or in the error, `#12` for a number, or the beginning of an id'),
    status: executionState.optional(),
    sort: z.enum(['newest', 'oldest', 'longest', 'shortest']).default('newest'),
    limit: z.int().min(1).max(50).default(10),
  }),
  async answer(api, { workspace, search, status, sort, limit }) {
    const query = { limit: String(limit), sort, ...(search && { search }), ...(status && { status }) };
    const rows: string[][] = [];
    let total = 0;
    for (const slug of await workspacesOf(api, workspace)) {
      if (rows.length >= limit) break;
      const page = await api.call('GET', pathIn(slug, 'executions', query), executionPageShape);
      total += page.total;
      rows.push(...page.items.map((item) => rowOf(item, slug)));
    }
    if (rows.length === 0) return 'No execution is like that.';
    const shown = rows.slice(0, limit);
    const left = total - shown.length;
    return paragraphs(table(HEAD, shown), left > 0 ? `${left} more are not shown.` : null);
  },
});
