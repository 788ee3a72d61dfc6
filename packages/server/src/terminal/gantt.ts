import { isFailure, type Profile, type Trace } from '@flowprof/model';

import { ChartLine } from './canvas.ts';
import { chartRows, type ChartRows, type NodeRow, type PieceKind } from './chart-rows.ts';
import { count, countOf } from './quantity.ts';
import type { Style } from './style.ts';
import { padEnd, padStart, widthOf } from './text.ts';

const MAX_NODES = 40;
const MAX_DETAILED = 8;
const MAX_NOT_RUN = 5;
const TIME_WIDTH = 11;
const MIN_LABEL = 14;
const MAX_LABEL = 34;

interface Layout {
  readonly label: number;
  readonly chart: number;
}

function layoutOf(rows: ChartRows, style: Style): Layout {
  const widest = rows.nodes.reduce((most, node) => {
    const phases = node.phases.map((phase) => widthOf(style.clean(phase.name, MAX_LABEL)) + 2 * phase.depth + 4);
    return Math.max(most, widthOf(style.clean(node.name, MAX_LABEL)) + 6, ...phases);
  }, 0);
  const room = Math.floor(style.columns * 0.36);
  const label = Math.min(MAX_LABEL, room, Math.max(MIN_LABEL, widest));
  return { label, chart: style.columns - label - TIME_WIDTH - 3 };
}

/** Times below the chart: the start, the middle and the end. */
function axisLine(rows: ChartRows, layout: Layout, style: Style): string {
  const length = (rows.to - rows.from) / 1000;
  const middle = style.duration(length / 2);
  const end = style.duration(length);
  const half = Math.floor(layout.chart / 2);
  const first = padEnd('0', half - Math.floor(widthOf(middle) / 2)) + middle;
  return style.dim(`${' '.repeat(layout.label + 2)}${first}${padStart(end, layout.chart - widthOf(first))}`);
}

type Look = { readonly glyph: string; readonly paint: (text: string) => string; readonly rank: number };

function looksOf(node: NodeRow, style: Style): Readonly<Record<PieceKind, Look>> {
  const { glyph } = style;
  const own = isFailure(node.status) ? style.red : style.node(node.key);
  return {
    run: { glyph: isFailure(node.status) ? glyph.failed : glyph.run, paint: own, rank: 0 },
    failed: { glyph: glyph.failed, paint: style.red, rank: 2 },
    queue_wait: { glyph: glyph.queue, paint: style.dim, rank: 1 },
    rate_limit_wait: { glyph: glyph.rateLimit, paint: style.magenta, rank: 3 },
    retry_backoff: { glyph: glyph.backoff, paint: style.yellow, rank: 3 },
    sleep: { glyph: glyph.sleep, paint: style.dim, rank: 1 },
  };
}

function nodeLine(node: NodeRow, rows: ChartRows, layout: Layout, style: Style): string {
  const looks = looksOf(node, style);
  const line = new ChartLine(layout.chart, rows.from, rows.to - rows.from);
  for (const { kind, start, end } of node.pieces) {
    // A wait that is too short to see must not hide the run that follows it.
    if (kind === 'queue_wait' || kind === 'sleep') line.drawRounded(start, end, looks[kind]);
    else line.draw(start, end, looks[kind]);
  }
  const ended = node.status === 'completed' ? '' : ` ${style.glyph.status[node.status]}`;
  const marks = `${node.attempts > 1 ? ` ${style.glyph.retry}${node.attempts}` : ''}${ended}`;
  const name = style.clean(node.name, layout.label - 2 - widthOf(marks));
  const mark = node.critical ? style.bold(style.glyph.critical) : ' ';
  const shownMarks = isFailure(node.status) ? style.red(marks) : style.yellow(marks);
  const pad = ' '.repeat(Math.max(0, layout.label - 2 - widthOf(name + marks)));
  const label = `${mark} ${node.critical ? style.bold(name) : name}${shownMarks}${pad}`;
  return `${label}  ${line.toString()} ${padStart(style.duration((node.end - node.start) / 1000), TIME_WIDTH - 1)}`;
}

function phaseLines(node: NodeRow, rows: ChartRows, layout: Layout, style: Style): string[] {
  const lines = node.phases.map((phase) => {
    const line = new ChartLine(layout.chart, rows.from, rows.to - rows.from);
    const wait = phase.name === 'queue_wait' || phase.name === 'retry_backoff' || phase.name === 'rate_limit_wait';
    const paint = isFailure(phase.status) ? style.red : wait ? style.dim : style.node(node.key);
    line.draw(phase.start, phase.end, { glyph: wait ? style.glyph.queue : style.glyph.phase, paint, rank: 0 });
    const indent = `  ${'  '.repeat(phase.depth - 1)}${style.glyph.branch} `;
    const mark = isFailure(phase.status) ? ` ${style.glyph.status.failed}` : '';
    const name = style.clean(phase.name, layout.label - indent.length - mark.length);
    const label = padEnd(indent + name + mark, layout.label);
    const time = padStart(style.duration((phase.end - phase.start) / 1000), TIME_WIDTH - 1);
    return `${style.dim(label)}  ${line.toString()} ${style.dim(time)}`;
  });
  const more = `    ${style.glyph.ellipsis} and ${node.hiddenPhases} shorter`;
  return node.hiddenPhases > 0 ? [...lines, style.dim(more)] : lines;
}

function legendLine(rows: ChartRows, style: Style): string[] {
  const kinds = new Set(rows.nodes.flatMap((node) => node.pieces.map((piece) => piece.kind)));
  const { glyph } = style;
  const entries: string[] = [`${glyph.critical} critical`, `${glyph.run} runs`];
  if (kinds.has('queue_wait')) entries.push(`${glyph.queue} queue`);
  if (kinds.has('rate_limit_wait')) entries.push(`${glyph.rateLimit} rate limit`);
  if (kinds.has('failed')) entries.push(`${glyph.failed} failed attempt`);
  if (kinds.has('retry_backoff')) entries.push(`${glyph.backoff} retry backoff`);
  if (kinds.has('sleep')) entries.push(`${glyph.sleep} sleep`);
  return entries.length > 2 || rows.nodes.some((node) => node.critical) ? [style.dim(`  ${entries.join('   ')}`)] : [];
}

function notRunLines(rows: ChartRows, style: Style): string[] {
  const lines = rows.notRun.slice(0, MAX_NOT_RUN).map(({ name, status }) => {
    const state = `${style.glyph.status[status]} ${status === 'pending' ? 'did not start' : status}`;
    return style.dim(`  ${style.clean(name, style.columns - state.length - 6)}  ${state}`);
  });
  const more = rows.notRun.length - lines.length;
  if (more > 0) lines.push(style.dim(`  ${style.glyph.ellipsis} and ${countOf(more, 'node')} more that did not run`));
  return lines;
}

/** The run by node: queue wait as a thin bar before the run, retries marked, phases below the critical nodes. */
export function ganttLines(trace: Trace, profile: Profile, style: Style, maxDetailed = MAX_DETAILED): string[] {
  const critical = new Set(profile.critical_path?.items.map((item) => item.span_id));
  const rows = chartRows(trace, critical, { maxNodes: MAX_NODES, maxDetailed });
  if (rows.nodes.length === 0)
    return rows.notRun.length === 0 ? [] : [style.heading('Nodes'), ...notRunLines(rows, style)];
  const layout = layoutOf(rows, style);
  const lines = rows.nodes.flatMap((node) => [
    nodeLine(node, rows, layout, style),
    ...phaseLines(node, rows, layout, style),
  ]);
  const more = rows.hidden > 0 ? [style.dim(`  ${style.glyph.ellipsis} and ${count(rows.hidden)} more`)] : [];
  return [
    style.heading('Timeline'),
    ...lines,
    ...more,
    axisLine(rows, layout, style),
    ...legendLine(rows, style),
    ...notRunLines(rows, style),
  ];
}
