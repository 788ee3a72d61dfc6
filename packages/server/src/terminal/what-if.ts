import { CAUSES, type Spread, type Trace, type WhatIfAnswer, type WhatIfHolder } from '@flowprof/model';

import { labelsIn, type LabelOfId } from './labels.ts';
import { countOf, percent } from './quantity.ts';
import { styleOf, type Style } from './style.ts';
import { criticalPathLines } from './tables.ts';
import type { Terminal } from './terminal.ts';
import { padEnd, padStart, wrap } from './text.ts';

const MAX_SUGGESTIONS = 10;
const MAX_LIMITS = 12;
const LABEL_WIDTH = 16;
const TIME_WIDTH = 13;

/** A difference with its sign; what is shorter is good. */
function signed(ms: number, style: Style): string {
  if (ms === 0) return style.duration(0);
  return `${ms > 0 ? '+' : ''}${style.duration(ms)}`;
}

function painted(ms: number, text: string, style: Style): string {
  if (ms === 0) return style.dim(text);
  return ms < 0 ? style.green(text) : style.red(text);
}

function headLines({ execution, changes }: WhatIfAnswer, style: Style): string[] {
  const name = style.bold(style.clean(execution.name || '(unnamed)', style.columns - 2));
  if (changes.length === 0) return [name, style.dim('  no change: the simulation repeats what was observed')];
  return [
    name,
    ...changes.map(({ text }) => `  ${style.cyan(style.glyph.arrow)} ${style.clean(text, style.columns - 6)}`),
  ];
}

/** Before and after as two bars on one scale. */
function barLines(answer: WhatIfAnswer, style: Style): string[] {
  const { observed_ms: before, predicted_ms: after, difference_ms: difference, difference_percent: share } = answer;
  const room = Math.max(10, style.columns - 40);
  const longest = Math.max(before, after, 0.001);
  const bar = (ms: number): string =>
    style.glyph.run.repeat(ms > 0 ? Math.max(1, Math.round((ms / longest) * room)) : 0);
  const row = (label: string, ms: number, paint: (text: string) => string, more = ''): string =>
    `  ${padEnd(label, 10)}${paint(padEnd(bar(ms), room))} ${padStart(style.duration(ms), TIME_WIDTH)}${more}`;
  const change = share === null ? '' : ` (${share > 0 ? '+' : ''}${percent(share)})`;
  return [
    row('observed', before, style.dim),
    row('predicted', after, difference <= 0 ? style.green : style.red),
    `  ${padEnd('', 10)}${painted(difference, `${signed(difference, style)}${change}`, style)}`,
  ];
}

const LIMITS_TEXT = {
  simulated: 'its limits simulated',
  fixed: 'waits as they were',
  none: 'no limits known',
} as const;

function fidelityLines({ fidelity, warnings }: WhatIfAnswer, style: Style): string[] {
  const { error_percent: error, limits } = fidelity;
  const exact = error === 0 ? 'exactly as observed' : `${error.toFixed(error < 0.1 ? 3 : 1)}% off`;
  const head = `  ${style.dim(`without a change the simulation is ${exact} (${LIMITS_TEXT[limits]})`)}`;
  const told = warnings.flatMap(({ message }) =>
    wrap(style.clean(message), style.columns - 6).map((line, i) => `  ${i === 0 ? style.yellow('!') : ' '} ${line}`),
  );
  return [head, ...told];
}

function holderText(holder: WhatIfHolder | null, labelOf: LabelOfId, style: Style): string {
  if (holder === null) return 'nothing';
  const { kind, id, name, critical_ms: ms, percent_of_makespan: share } = holder;
  const what =
    kind === 'node' ? labelOf(id, name ?? id) : `waiting for ${id.replace('_', ' ')}${name === null ? '' : ` ${name}`}`;
  return `${style.clean(what, 50)}, ${style.duration(ms)}${share === null ? '' : ` (${percent(share)})`}`;
}

function holdingLines({ before, after, changes }: WhatIfAnswer, labelOf: LabelOfId, style: Style): string[] {
  const now = `  ${padEnd(changes.length === 0 ? 'now' : 'then', 10)}${holderText(after.held_by, labelOf, style)}`;
  if (changes.length === 0) return [style.heading('What holds it up'), now];
  return [
    style.heading('What holds it up'),
    style.dim(`  ${padEnd('now', 10)}${holderText(before.held_by, labelOf, style)}`),
    now,
  ];
}

/** Where the time goes, before and after. */
function causeLines({ before, after, changes }: WhatIfAnswer, style: Style): string[] {
  const [old, fresh] = [before.accounting, after.accounting];
  if (old === null || fresh === null || changes.length === 0) return [];
  const rows = CAUSES.flatMap((cause) => {
    const [from, to] = [old.causes[cause], fresh.causes[cause]];
    if (from === 0 && to === 0) return [];
    const difference = Math.round((to - from) * 1000) / 1000;
    const change = painted(difference, padStart(difference === 0 ? '' : signed(difference, style), TIME_WIDTH), style);
    return [
      `  ${padEnd(cause.replaceAll('_', ' '), LABEL_WIDTH)}${padStart(style.duration(from), TIME_WIDTH)}${padStart(style.duration(to), TIME_WIDTH)}${change}`,
    ];
  });
  const titles = `  ${padEnd('', LABEL_WIDTH)}${['observed', 'predicted', ''].map((title) => padStart(title, TIME_WIDTH)).join('')}`;
  return [style.heading('Where the time goes'), style.dim(titles), ...rows];
}

function spreadRow(label: string, { min, p50, p90, max }: Spread, write: (ms: number) => string): string {
  return `  ${padEnd(label, LABEL_WIDTH)}${[min, p50, p90, max].map((ms) => padStart(write(ms), TIME_WIDTH)).join('')}`;
}

function runsLines({ runs }: WhatIfAnswer, style: Style): string[] {
  if (runs === null) return [];
  const note = runs.skipped > 0 ? `${countOf(runs.skipped, 'run')} left out: without what the changes name` : '';
  const titles = ['min', 'p50', 'p90', 'max'].map((title) => padStart(title, TIME_WIDTH)).join('');
  return [
    style.heading(`Over ${countOf(runs.count, 'run')}`, note),
    style.dim(`  ${padEnd('', LABEL_WIDTH)}${titles}`),
    spreadRow('observed', runs.observed_ms, style.duration),
    spreadRow('predicted', runs.predicted_ms, style.duration),
    spreadRow('difference', runs.difference_ms, (ms) => signed(ms, style)),
  ];
}

function suggestionLines({ suggestions, limits, changes }: WhatIfAnswer, style: Style): string[] {
  const shown = suggestions.slice(0, MAX_SUGGESTIONS);
  if (shown.length === 0) {
    return changes.length === 0 ? ['No single change that was tried would make it shorter.'] : [];
  }
  const room = Math.max(20, style.columns - 28);
  const best = shown[0]?.gain_ms ?? 0;
  const rows = shown.map(({ text, gain_ms: gain, gain_percent: share }) => {
    const level =
      style.glyph.levels[Math.max(0, Math.ceil((gain / Math.max(best, 0.001)) * style.glyph.levels.length) - 1)] ?? '';
    const part = padStart(share === null ? '' : percent(share), 9);
    return `  ${style.green(level)} ${padEnd(style.clean(text, room), room)}${style.green(padStart(`-${style.duration(gain)}`, TIME_WIDTH))}${style.dim(part)}`;
  });
  const named = limits
    .slice(0, MAX_LIMITS)
    .map((limit) => style.clean(limit, 40))
    .join(', ');
  const known = wrap(`limits that can be set: ${named}`, style.columns - 4).map((line) => style.dim(`  ${line}`));
  return [style.heading('What would help most', 'one change at a time'), ...rows, ...known];
}

/** The answer to a what-if as text that ends in a line break. Its size is bounded. */
export function renderWhatIf(answer: WhatIfAnswer, trace: Trace, terminal: Terminal): string {
  const style = styleOf(terminal);
  const labelOf = labelsIn(trace.nodes);
  const hasChanges = answer.changes.length > 0;
  const sections = [
    headLines(answer, style),
    [...barLines(answer, style), ...fidelityLines(answer, style)],
    holdingLines(answer, labelOf, style),
    causeLines(answer, style),
    hasChanges ? criticalPathLines(answer.after, labelOf, style) : [],
    runsLines(answer, style),
    suggestionLines(answer, style),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map((line) => line.trimEnd()).join('\n')}\n`)
    .join('\n');
}
