import { z } from 'zod';
import { UsageError } from '../../cli/errors.ts';
import { comparisonShape } from '../../http/shapes/comparison.ts';
import { ofExecution } from '../../cli/remote.ts';
import { change, code, paragraphs, sentence, table, time } from '../markdown.ts';
import { executionInput, mcpTool, workspaceInput } from '../tool.ts';

type Comparison = z.output<typeof comparisonShape>;

/** A summary names several nodes, and what each did. */
const MAX_SUMMARY = 1200;

/** The parts of the difference, which add up to it. */
function partsOf({ attribution: { parts, other }, makespan }: Comparison, most: number): string | null {
  if (parts.length === 0) return null;
  const shown = parts.slice(0, most);
  const rest = parts.slice(most).reduce((sum, part) => sum + part.difference_ms, other.difference_ms);
  const left = parts.length - shown.length + other.count;
  const rows = shown.map((part) => [sentence(part.text), change(part.difference_ms)]);
  if (left > 0) rows.push([`${left} more`, change(rest)]);
  rows.push(['**in all**', `**${change(makespan.difference_ms)}**`]);
  return table(['what', 'difference'], rows);
}

function structureOf({ structure: { changes, change_count: total } }: Comparison, most: number): string | null {
  if (changes.length === 0) return null;
  const lines = changes.slice(0, most).map(({ kind, id, other, before, after }) => {
    const what = [code(id), ...(other === null ? [] : [code(other)])].join(' and ');
    const values = before === null && after === null ? '' : ` (${sentence(`${before ?? '–'} → ${after ?? '–'}`)})`;
    return `- ${kind.replaceAll('_', ' ')}: ${what}${values}`;
  });
  if (total > lines.length) lines.push(`- and ${total - lines.length} more`);
  return `**Structure**\n\n${lines.join('\n')}`;
}

/** What one execution took more or less than another, and why. */
export const compareExecutions = mcpTool({
  name: 'compare_executions',
  title: 'Compare two executions',
  description:
    'Tells why one execution took longer or shorter than another: a sentence, the difference of the makespans in parts ' +
    'that add up (nodes and causes), and what changed in the structure. They may be of different workflows.',
  input: z.object({
    execution: executionInput,
    base: z
      .union([z.uuid(), z.literal('previous')])
      .default('previous')
      .describe('What it is compared with: an id, or the one of its workflow before it that completed'),
    workspace: workspaceInput,
    limit: z.int().min(1).max(30).default(10).describe('How many parts are told'),
  }),
  async answer(api, { execution, base, workspace, limit }) {
    const wanted = { id: execution, workspace: workspace ?? null };
    const response = await ofExecution(api, wanted, `compare?base=${base}`, (path) => api.fetch('GET', path)).catch(
      (error: unknown) => {
        // The server answers alike whichever of the two is missing.
        if (!(error instanceof UsageError)) throw error;
        const other = base === 'previous' ? 'none of its workflow completed before it' : `no execution ${base}`;
        throw new UsageError(`${error.message}, or ${other}`);
      },
    );
    const comparison = comparisonShape.parse(await response.json());
    const { before, after } = comparison;
    return paragraphs(
      `${code(after.name)} ${time(after.makespan_ms)}, before ${code(before.name)} ${time(before.makespan_ms)}.`,
      sentence(comparison.summary, MAX_SUMMARY),
      partsOf(comparison, limit),
      structureOf(comparison, limit),
    );
  },
});
