import { z } from 'zod';
import { profileShape } from '../../http/shapes/profile.ts';
import { fetchProfile } from '../../cli/remote.ts';
import { code, paragraphs, sentence, share, table, time } from '../markdown.ts';
import { executionInput, mcpTool, workspaceInput } from '../tool.ts';

type Profile = z.output<typeof profileShape>;

const MOST_INSIGHTS = 6;
const MOST_RETRIES = 5;
const MOST_WARNINGS = 5;

function headOf({ execution, makespan_ms: makespan, counts, ...profile }: Profile): string {
  const parts = [
    `${code(execution.name)} is **${execution.status}**`,
    `makespan **${time(makespan)}**`,
    `work ${time(profile.work_ms)}`,
    `${counts.leaf_nodes} leaf nodes`,
    `at most ${profile.peak_concurrency ?? '–'} at once`,
    `efficiency ${profile.efficiency_percent === null ? '–' : `${profile.efficiency_percent.toFixed(1)}%`}`,
  ];
  return `${parts.join(', ')}. Lower bound with its ${profile.workers ?? '–'} workers: ${time(profile.lower_bound_ms)}.`;
}

function accountingOf({ accounting }: Profile): string | null {
  if (accounting === null) return null;
  const causes = Object.entries(accounting.causes)
    .filter(([, ms]) => ms > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([cause, ms]) => `${cause.replaceAll('_', ' ')} ${time(ms)} (${share(ms, accounting.total_ms)})`);
  return causes.length === 0 ? null : `**Where the makespan went**: ${causes.join(', ')}.`;
}

function bottlenecksOf({ bottlenecks, makespan_ms: makespan }: Profile, most: number): string | null {
  if (bottlenecks.length === 0) return null;
  const rows = bottlenecks
    .slice(0, most)
    .map(({ id, count, critical_ms: critical, total_ms: total, self_ms: self }) => [
      code(id),
      String(count),
      `${time(critical)} (${share(critical, makespan)})`,
      time(total),
      time(self),
    ]);
  return `**Bottlenecks**\n\n${table(['node', 'runs', 'held the critical path', 'total', 'self'], rows)}`;
}

function pathOf({ critical_path: path }: Profile, most: number): string | null {
  if (path === null || path.items.length === 0) return null;
  const longest = [...path.items].sort((a, b) => b.self_ms - a.self_ms).slice(0, most);
  const kept = path.items.filter((item) => longest.includes(item));
  const steps = kept.map(({ id, name, node, self_ms: self }) => {
    const of = path.kind === 'dependencies' || node === null || node.name === name ? '' : `${code(node.id)}: `;
    return `${of}${code(path.kind === 'spans' ? name : id)} ${time(self)}`;
  });
  const left = path.item_count - kept.length;
  return `**Critical path**${left > 0 ? ` (without ${left} shorter steps)` : ''}: ${steps.join(' → ')}.`;
}

function retriesOf({ retries }: Profile): string | null {
  if (retries.length === 0) return null;
  const lines = retries
    .slice(0, MOST_RETRIES)
    .map(
      ({ id, attempts, verdict, reason, cost_ms: cost }) =>
        `- ${code(id)}: ${attempts} attempts, ${verdict} (${sentence(reason)}), cost ${time(cost)}`,
    );
  if (retries.length > MOST_RETRIES) lines.push(`- and ${retries.length - MOST_RETRIES} more nodes`);
  return `**Retries**\n\n${lines.join('\n')}`;
}

function insightsOf({ insights }: Profile): string | null {
  if (insights.length === 0) return null;
  const lines = insights
    .slice(0, MOST_INSIGHTS)
    .map(
      ({ severity, title, advice, gain_ms: gain }) =>
        `- ${severity}: ${sentence(title)}. ${sentence(advice)}${gain === null ? '' : ` Gain: at most ${time(gain)}.`}`,
    );
  return `**What would help**\n\n${lines.join('\n')}`;
}

function warningsOf({ warnings }: Profile): string | null {
  if (warnings.length === 0) return null;
  const told = warnings.slice(0, MOST_WARNINGS).map((warning) => `${warning.code} (${warning.count})`);
  return `Repaired while reading: ${told.join(', ')}.`;
}

/** The profile of an execution in short. */
export const profileExecution = mcpTool({
  name: 'profile_execution',
  title: 'Profile an execution',
  description:
    'Tells where the time of one execution went: makespan and its causes (work, queue, rate limit, retries, ...), ' +
    'critical path, bottlenecks, retries, and what to change with the gain of it.',
  input: z.object({
    execution: executionInput,
    workspace: workspaceInput,
    limit: z.int().min(1).max(30).default(8).describe('How many bottlenecks and steps of the critical path are told'),
  }),
  async answer(api, { execution, workspace, limit }) {
    const profile = profileShape.parse(await fetchProfile(api, { id: execution, workspace: workspace ?? null }));
    return paragraphs(
      headOf(profile),
      accountingOf(profile),
      bottlenecksOf(profile, limit),
      pathOf(profile, limit),
      retriesOf(profile),
      insightsOf(profile),
      warningsOf(profile),
    );
  },
});
