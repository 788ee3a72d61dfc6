import { CAUSES, isWarningCode, WARNING_CODES, type Cause, type Profile, type Severity } from '@flowprof/model';

import { apportion, count, countOf, exactMs, percent, sharesOf } from './quantity.ts';
import type { Style } from './style.ts';
import { padEnd, padStart, widthOf, wrap } from './text.ts';

/** `2024-01-15 10:00:00.000 UTC` of an ISO 8601 time in UTC. */
function moment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`;
}

/** Facts side by side with dots between, broken into lines of the terminal's width. */
function facts(items: readonly string[], style: Style): string[] {
  const separator = ` ${style.glyph.dot} `;
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last + separator + item) <= style.columns - 2) {
      lines[lines.length - 1] = last + separator + item;
    } else lines.push(item);
  }
  return lines;
}

const MIN_NAME_WIDTH = 12;
const MAX_WARNINGS = 10;

/**
 * Name, state, when, how long, how much of everything, and what started it.
 * @param trigger as the trace says it, if it does
 */
export function headerLines(profile: Profile, style: Style, trigger: unknown): string[] {
  const { execution, counts } = profile;
  const state = `${style.glyph.status[execution.status]} ${execution.status}`;
  const when = execution.started_at === null ? '' : moment(execution.started_at);
  const room = style.columns - widthOf(state) - widthOf(when) - 4;
  const isBeside = room >= MIN_NAME_WIDTH;
  const name = style.clean(execution.name || '(unnamed)', isBeside ? room : style.columns - widthOf(state) - 2);
  const gap = ' '.repeat(Math.max(2, style.columns - widthOf(name) - 2 - widthOf(state) - widthOf(when)));
  const recorded = execution.recorded_duration_ms;
  const measured = [
    ...(isBeside || when === '' ? [] : [when]),
    ...(profile.makespan_ms === null ? [] : [`makespan ${style.duration(profile.makespan_ms)}`]),
    ...(recorded === null ? [] : [`recorded ${style.duration(recorded)}`]),
    ...(counts.nodes > 0 ? [countOf(counts.nodes, 'node')] : []),
    ...(counts.attempts > counts.leaf_nodes ? [countOf(counts.attempts, 'attempt')] : []),
    countOf(counts.spans, 'span'),
    countOf(counts.events, 'event'),
    style.clean(execution.source_format, 20),
    ...(typeof trigger === 'string' ? [`started by ${style.clean(trigger, 20)}`] : []),
    ...(execution.id === null ? [] : [execution.id]),
  ];
  return [
    `${style.bold(name)}  ${style.status(execution.status)(state)}${isBeside && when !== '' ? gap + style.dim(when) : ''}`,
    ...facts(measured, style),
  ];
}

interface CauseLook {
  readonly label: string;
  readonly glyph: string;
  readonly paint: (text: string) => string;
}

function looksOf(style: Style): Readonly<Record<Cause, CauseLook>> {
  const { glyph } = style;
  return {
    work: { label: 'work', glyph: glyph.run, paint: style.green },
    queue: { label: 'queue', glyph: glyph.queue, paint: style.dim },
    rate_limit: { label: 'rate limit', glyph: glyph.rateLimit, paint: style.magenta },
    retry_backoff: { label: 'retry backoff', glyph: glyph.backoff, paint: style.yellow },
    failed_attempts: { label: 'failed attempts', glyph: glyph.failed, paint: style.red },
    sleep: { label: 'sleep', glyph: glyph.sleep, paint: style.dim },
    callback: { label: 'callback', glyph: glyph.phase, paint: style.blue },
    engine: { label: 'engine', glyph: glyph.levels[3] ?? '', paint: style.cyan },
    unaccounted: { label: 'unaccounted', glyph: '?', paint: style.dim },
  };
}

function accountingRow(mark: string, label: string, ms: number, share: number): string {
  return `  ${mark} ${padEnd(label, 16)}${padStart(exactMs(ms), 18)}${padStart(percent(share), 10)}`;
}

/** Where the wall clock went: one stacked bar, and the parts to the microsecond with their sum. */
export function accountingLines(profile: Profile, style: Style): string[] {
  if (profile.accounting === null || profile.accounting.total_ms <= 0) return [];
  const { causes } = profile.accounting;
  const looks = looksOf(style);
  const parts = CAUSES.map((cause) => causes[cause]);
  const cells = apportion(parts, style.columns - 2);
  const shares = sharesOf(parts);
  const bar = CAUSES.map((cause, i) => looks[cause].paint(looks[cause].glyph.repeat(cells[i] ?? 0))).join('');
  const rows = CAUSES.flatMap((cause, i) => {
    const { label, glyph, paint } = looks[cause];
    const ms = causes[cause];
    return ms === 0 ? [] : [accountingRow(paint(glyph), label, ms, (shares[i] ?? 0) / 10)];
  });
  const sum = parts.reduce((all, ms) => all + Math.round(ms * 1000), 0) / 1000;
  const makespan = profile.makespan_ms ?? 0;
  const isExact = Math.round(makespan * 1000) === Math.round(sum * 1000);
  const note = isExact ? '= makespan, to the microsecond' : `but the makespan is ${exactMs(makespan)}`;
  const last = accountingRow(' ', 'sum', sum, 100);
  const fits = widthOf(last) + widthOf(note) + 2 <= style.columns;
  return [
    style.heading('Where the time went'),
    `  ${bar}`,
    ...rows,
    ...(fits ? [`${style.bold(last)}  ${style.dim(note)}`] : [style.bold(last), `    ${style.dim(note)}`]),
  ];
}

/** A fact with its label; nothing where it is not known. */
function shown(label: string, value: number | null, write: (value: number) => string): string[] {
  return value === null ? [] : [`${label} ${write(value)}`];
}

/** Parallelism and efficiency in one place, with what they are measured against. */
export function efficiencyLines(profile: Profile, style: Style): string[] {
  if (profile.makespan_ms === null) return [];
  const items = [
    ...shown('parallelism', profile.parallelism, (value) => `${value.toFixed(2)}${style.glyph.times}`),
    ...shown('efficiency', profile.efficiency_percent, percent),
    ...shown('utilisation', profile.utilisation_percent, percent),
    ...shown('workers', profile.workers, String),
    ...shown('peak', profile.peak_concurrency, (value) => `${value} at once`),
    ...shown('work', profile.work_ms, style.duration),
    ...shown('span', profile.span_ms, style.duration),
    ...shown('waiting in queues', profile.queue_wait_ms, style.duration),
  ];
  const lines = facts(items, style).map((line) => `  ${line}`);
  return [style.heading('Efficiency'), ...lines, ...parallelisationLines(profile, style)];
}

const MAX_SERIAL_STEPS = 3;
const AT_ONCE = '  at once  ';

/** How many ran at once over time, and the steps that wait for each other without need. */
function parallelisationLines({ parallelisation }: Profile, style: Style): string[] {
  if (parallelisation === null || parallelisation.peak_concurrency < 2) return [];
  const { concurrency, peak_concurrency: peak, idle_percent: idle, serial_steps: steps } = parallelisation;
  const idleText = idle === 0 ? '' : `  nothing ran for ${percent(idle)}`;
  const room = Math.min(60, style.columns - widthOf(AT_ONCE) - widthOf(idleText));
  const curve = levelsOf(concurrency.mean, peak, room, style.glyph.levels);
  return [
    `${AT_ONCE}${style.green(curve)}${style.dim(idleText)}`,
    ...steps.slice(0, MAX_SERIAL_STEPS).map(({ name, after_name: after, cost_ms: cost }) => {
      const text = `${name} waits for ${after} without depending on it: ${style.duration(cost)}`;
      return `  ${style.clean(text, style.columns - 4)}`;
    }),
  ];
}

/** A curve of one line: each cell the highest of the values that fall to it. */
function levelsOf(values: readonly number[], peak: number, cells: number, glyphs: readonly string[]): string {
  const width = Math.min(cells, values.length);
  let curve = '';
  for (let cell = 0; cell < width; cell++) {
    const [from, to] = [Math.floor((cell * values.length) / width), Math.floor(((cell + 1) * values.length) / width)];
    const highest = Math.max(...values.slice(from, to));
    const level = Math.ceil((highest / peak) * glyphs.length);
    curve += level === 0 ? ' ' : (glyphs[Math.min(level, glyphs.length) - 1] ?? '');
  }
  return curve;
}

/** What to do about it. */
export function insightLines(profile: Profile, style: Style): string[] {
  if (profile.insights.length === 0) return [];
  const paints: Readonly<Record<Severity, (text: string) => string>> = {
    high: style.red,
    medium: style.yellow,
    low: style.cyan,
  };
  const lines = profile.insights.slice(0, 8).flatMap((insight) => {
    const paint = paints[insight.severity];
    const gain = insight.gain_ms === null ? '' : ` It saves up to ${style.duration(insight.gain_ms)}.`;
    const advice = wrap(style.clean(insight.advice + gain), style.columns - 6).map((line) => `    ${line}`);
    return [`  ${paint(style.glyph.arrow)} ${style.bold(style.clean(insight.title, style.columns - 6))}`, ...advice];
  });
  const more = profile.insights.length - 8;
  return [
    style.heading('What to do'),
    ...lines,
    ...(more > 0 ? [style.dim(`  ${style.glyph.ellipsis} and ${more} more`)] : []),
  ];
}

/** The repairs that reading the trace took. */
export function warningLines(profile: Profile, style: Style): string[] {
  if (profile.warnings.length === 0) return [];
  const listed = profile.warnings.slice(0, MAX_WARNINGS);
  const lines = listed.flatMap(({ code, count: times, example }) => {
    const meaning = isWarningCode(code) ? WARNING_CODES[code] : '';
    const head = `${style.clean(code, 30)} ${style.glyph.times}${count(times)}  ${meaning}`;
    return [
      `  ${style.clean(head, style.columns - 4)}`,
      style.dim(`    ${style.clean(`for example ${example}`, style.columns - 6)}`),
    ];
  });
  const more = profile.warnings.length - listed.length;
  return [
    style.heading('Repaired while reading'),
    ...lines,
    ...(more > 0 ? [style.dim(`  ${style.glyph.ellipsis} and ${count(more)} more`)] : []),
  ];
}
