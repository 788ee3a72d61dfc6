import type { JsonValue, Profile, Trace } from '@flowprof/model';

import { costLines } from './cost.ts';
import { ganttLines } from './gantt.ts';
import { labelsIn } from './labels.ts';
import { outputLines } from './output.ts';
import { accountingLines, efficiencyLines, headerLines, insightLines, warningLines } from './overview.ts';
import { styleOf, type Style } from './style.ts';
import { bottleneckLines, criticalPathLines, recordedPathLines, retryLines } from './tables.ts';
import type { Terminal } from './terminal.ts';
import { trackLines } from './tracks.ts';

function failureLines(trace: Trace, style: Style): string[] {
  const { error } = trace.execution;
  if (error === null) return [];
  const where = error.nodeKey === undefined ? '' : `${style.clean(error.nodeKey, 40)}: `;
  return [
    `  ${style.red(style.glyph.status.failed)} ${where}${style.clean(error.message, style.columns - where.length - 6)}`,
  ];
}

/** What started the execution, where a server has noted it. */
function triggerOf({ execution }: Trace): unknown {
  return execution.attributes['trigger'];
}

function joined(sections: readonly (readonly string[])[]): string {
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map((line) => line.trimEnd()).join('\n')}\n`)
    .join('\n');
}

/** Whether the chart by node says something: not for files whose spans belong to threads and not to nodes. */
function hasGraph(trace: Trace): boolean {
  return trace.spans.track === null && trace.nodes.length > 0;
}

/**
 * The whole profile as text that ends in a line break. Its size is bounded, however large the trace is.
 * @param output what the execution gave back, where that is known
 */
export function renderProfile(profile: Profile, trace: Trace, terminal: Terminal, output: JsonValue = null): string {
  const style = styleOf(terminal);
  const labelOf = labelsIn(trace.nodes);
  return joined([
    [...headerLines(profile, style, triggerOf(trace)), ...failureLines(trace, style)],
    accountingLines(profile, style),
    hasGraph(trace) ? ganttLines(trace, profile, style) : trackLines(trace, style),
    recordedPathLines(profile, style),
    criticalPathLines(profile, labelOf, style),
    bottleneckLines(profile, labelOf, style),
    retryLines(profile, labelOf, style),
    efficiencyLines(profile, style),
    costLines(profile, style),
    insightLines(profile, style),
    warningLines(profile, style),
    outputLines(output, style),
  ]);
}

/** How many nodes of the critical path show their phases in the short form. */
const DETAILED_IN_SUMMARY = 1;

/** The profile in a few lines: header, accounting and timeline. */
export function renderSummary(profile: Profile, trace: Trace, terminal: Terminal): string {
  const style = styleOf(terminal);
  return joined([
    headerLines(profile, style, triggerOf(trace)),
    accountingLines(profile, style),
    hasGraph(trace) ? ganttLines(trace, profile, style, DETAILED_IN_SUMMARY) : [],
  ]);
}
