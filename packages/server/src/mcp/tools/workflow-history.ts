import { z } from 'zod';
import { countOf } from '../../terminal/quantity.ts';
import { findWorkflow } from '../../cli/find-workflow.ts';
import { historyShape, regressionShape } from '../../http/shapes/history.ts';
import { change, code, paragraphs, table, time } from '../markdown.ts';
import { mcpTool, workspaceInput } from '../tool.ts';

type History = z.output<typeof historyShape>;
type Regression = z.output<typeof regressionShape>;

const MOST_CAUSES = 5;

function bandsOf({ bands }: History): string | null {
  if (bands === null) return null;
  const { runs, p10_ms: low, p50_ms: median, p90_ms: high } = bands;
  return `${countOf(runs, 'completed execution')}: median **${time(median)}**, from ${time(low)} to ${time(high)} (10th to 90th percentile).`;
}

/** Where a difference comes from: the nodes that made most of it, each with its causes. */
function attributionOf({ attribution }: Pick<Regression, 'attribution'>): string {
  const changed = (attribution?.nodes ?? []).filter(({ difference_ms: ms }) => ms !== 0);
  const parts = changed.slice(0, MOST_CAUSES).map(({ id, difference_ms: ms, causes }) => {
    const [first] = causes;
    return `${code(id)} ${change(ms)}${first === undefined ? '' : ` (mostly ${first.cause.replaceAll('_', ' ')})`}`;
  });
  return parts.length === 0 ? '' : ` Of it: ${parts.join(', ')}.`;
}

function verdictOf(regression: Regression): string {
  const { verdict, makespan, first_bad_run: bad, candidate_runs: judged, reference_runs: reference } = regression;
  if (verdict === 'unknown' || makespan === null)
    return 'Too few executions have completed to say whether it got slower.';
  const who = judged.length === 1 ? 'the last execution is' : `the last ${judged.length} executions are`;
  const shift = ` by ${change(makespan.shift_ms)} (median ${time(makespan.before_ms)} before)`;
  const since = bad === null || verdict !== 'slower' ? '' : `, since #${bad.number ?? '?'} (${bad.execution_id})`;
  return `Against the ${reference.length} before, ${who} **${verdict}**${shift}${since}.${attributionOf(regression)}`;
}

function changesOf({ change_points: { changes } }: History): string | null {
  if (changes.length === 0) return null;
  const lines = changes.map(
    (one) =>
      `- ${one.direction} by a ${one.kind} from #${one.first_run_number ?? '?'} on: ${time(one.before_ms)} → ${time(one.after_ms)}.${attributionOf(one)}`,
  );
  return `**Changes**\n\n${lines.join('\n')}`;
}

function runsOf({ runs }: History, most: number): string {
  const rows = runs
    .slice(-most)
    .toReversed()
    .map((run) => [
      run.execution_id,
      String(run.number ?? '–'),
      String(run.version ?? '–'),
      run.status,
      time(run.makespan_ms),
      run.is_anomaly === true ? 'unusual' : '',
    ]);
  return table(['execution', '#', 'version', 'status', 'makespan', ''], rows);
}

/** A workflow over its last executions: what is usual, and whether and why it got slower. */
export const workflowHistory = mcpTool({
  name: 'workflow_history',
  title: 'Look at the history of a workflow',
  description:
    'Tells of a workflow what its executions usually take, whether it got slower, since which execution, and which ' +
    'nodes made it so; with its last executions.',
  input: z.object({
    workflow: z.string().min(1).max(200).describe('The name or id of the workflow'),
    workspace: workspaceInput,
    limit: z.int().min(1).max(30).default(10).describe('How many executions are listed; the last 50 are looked at'),
  }),
  async answer(api, { workflow: wanted, workspace, limit }) {
    const { id, name, headers } = await findWorkflow(api, wanted, workspace ?? null);
    const history = await api.call('GET', `/api/workflows/${id}/history?limit=50`, historyShape, { headers });
    if (history.runs.length === 0) return `Nothing of ${code(name)} has ended yet.`;
    const path = `/api/workflows/${id}/regressions?against=last`;
    const regression = await api.call('GET', path, regressionShape, { headers });
    return paragraphs(bandsOf(history), verdictOf(regression), changesOf(history), runsOf(history, limit));
  },
});
