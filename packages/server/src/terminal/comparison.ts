import type { ComparedExecution, Comparison, ComparisonPart, StructureChange, TimeChange } from '@flowprof/model';

import { nodeLabel } from './labels.ts';
import { count, countOf, exactMs } from './quantity.ts';
import { styleOf, type Style } from './style.ts';
import { table } from './tables.ts';
import type { Terminal } from './terminal.ts';
import { padEnd, wrap } from './text.ts';

const MAX_PARTS = 15;
/** Shown where no part is above the tolerance. */
const MAX_SMALL_PARTS = 5;
const MAX_LISTED = 10;
/** More nodes than this under other ids are counted and not listed. */
const MAX_RENAMED = 3;

/** A difference to the microsecond with its sign. */
function signed(ms: number): string {
  return ms > 0 ? `+${exactMs(ms)}` : exactMs(ms);
}

/** From this on, times in a table are told in seconds, where that leaves nothing of them out. */
const LONG_MS = 100_000;

/** How the times of a table are written, so that they can be added up by whoever reads it: all in one unit, exactly. */
function exactly(times: readonly number[]): (ms: number) => string {
  if (!times.some((ms) => Math.abs(ms) >= LONG_MS)) return exactMs;
  if (times.every((ms) => ms % 1000 === 0)) return (ms) => `${count(ms / 1000)} s`;
  return times.every(Number.isInteger) ? (ms) => exactMs(ms / 1000).replace(/ms$/u, 's') : exactMs;
}

function executionLine(role: string, execution: ComparedExecution, style: Style): string {
  const { name, status, started_at: startedAt, makespan_ms: makespan, source_format: format } = execution;
  const facts = [
    `${style.glyph.status[status]} ${status}`,
    ...(startedAt === null ? [] : [`${startedAt.slice(0, 10)} ${startedAt.slice(11, 19)} UTC`]),
    makespan === null ? 'nothing ran' : `makespan ${style.duration(makespan)}`,
    execution.node_count > 0 ? countOf(execution.node_count, 'node') : countOf(execution.span_count, 'span'),
    style.clean(format, 20),
  ];
  return `${style.dim(padEnd(role, 7))}${style.bold(style.clean(name || '(unnamed)', 30))}  ${facts.join(` ${style.glyph.dot} `)}`;
}

function someOf(nodes: ComparisonPart['left']): string {
  const [first] = nodes;
  if (first === undefined) return 'other nodes';
  return nodes.length === 1 ? first.name : `${first.name} and ${nodes.length - 1} more`;
}

/** What a part is of: the node with its cause, or where the path goes. */
function partName(part: ComparisonPart, style: Style): string {
  const cause = part.cause?.replaceAll('_', ' ') ?? '';
  if (part.kind === 'between') return `between nodes: ${cause}`;
  if (part.kind === 'node') {
    const state = part.presence === 'both' || part.presence === null ? '' : ` (${presenceText(part.presence)})`;
    return `${nodeLabel(part.id ?? '', part.name ?? '', null)}: ${cause}${state}`;
  }
  return `path: ${someOf(part.left)} ${style.glyph.arrow} ${someOf(part.came)}`;
}

function presenceText(presence: NonNullable<ComparisonPart['presence']>): string {
  return presence.replaceAll('_', ' ');
}

/** A line of the table: a name with a time before, a time after, and the difference. */
interface Line {
  readonly key: string;
  readonly name: string;
  readonly times: readonly [before: number, after: number, difference: number];
}

function timesOf({ before_ms: before, after_ms: after, difference_ms: difference }: TimeChange): Line['times'] {
  return [before, after, difference];
}

/** The parts that are above the tolerance, and all others in one line. */
function linesOf({ attribution, makespan, tolerance_ms: tolerance }: Comparison, style: Style): Line[] {
  const { parts, other } = attribution;
  const telling = parts.filter(({ difference_ms: ms }) => Math.abs(ms) >= tolerance);
  const shown = telling.length > 0 ? telling.slice(0, MAX_PARTS) : parts.slice(0, MAX_SMALL_PARTS);
  const hidden = [...parts.slice(shown.length).map(timesOf), timesOf(other)];
  const sum = (column: 0 | 1 | 2) =>
    hidden.reduce((total, times) => total + Math.round(times[column] * 1000), 0) / 1000;
  const lines: Line[] = shown.map((part) => ({
    key: part.id ?? '',
    name: partName(part, style),
    times: timesOf(part),
  }));
  const others = hidden.length - 1 + other.count;
  if (others > 0) {
    lines.push({ key: '', name: `everything else (${countOf(others, 'part')})`, times: [sum(0), sum(1), sum(2)] });
  }
  return [...lines, { key: '', name: 'makespan', times: timesOf(makespan) }];
}

function partLines(comparison: Comparison, style: Style): string[] {
  const lines = linesOf(comparison, style);
  const exact = exactly(lines.flatMap(({ times }) => times));
  const rows = lines.map(({ key, name, times: [before, after, difference] }) => ({
    key,
    name,
    cells: [exact(before), exact(after), `${difference > 0 ? '+' : ''}${exact(difference)}`],
  }));
  const titles = ['before', 'after', 'difference'];
  const columns = titles.map((title, i) => ({
    title,
    width: 2 + Math.max(title.length, ...rows.map(({ cells }) => cells[i]?.length ?? 0)),
    isExtra: i < 2,
  }));
  const rowLines = table(style, 'node: cause', columns, rows);
  const last = rowLines.pop();
  return [
    style.heading('Difference', 'along the critical paths; the parts add up'),
    ...rowLines,
    style.bold(last ?? ''),
  ];
}

function listed(title: string, note: string, lines: readonly string[], total: number, style: Style): string[] {
  if (lines.length === 0) return [];
  const more =
    total > lines.length ? [style.dim(`  ${style.glyph.ellipsis} and ${count(total - lines.length)} more`)] : [];
  return [style.heading(title, note), ...lines, ...more];
}

function retryLines({ retries }: Comparison, style: Style): string[] {
  const lines = retries.slice(0, MAX_LISTED).map((retry) => {
    const name = style.clean(nodeLabel(retry.id, retry.name, null), 40);
    const attempts = `${retry.attempts_before} ${style.glyph.arrow} ${countOf(retry.attempts_after, 'attempt')}`;
    return `  ${style.yellow(name)}  ${attempts}, failed attempts and waits ${signed(retry.cost.difference_ms)}`;
  });
  return listed('Retries', 'over all instances, on the critical path or not', lines, retries.length, style);
}

/** A change of the structure in a few words. */
function structureText({ kind, id, other, before, after }: StructureChange, style: Style): string {
  const name = style.clean(id, 40);
  const second = style.clean(other ?? '', 40);
  const values = `${style.clean(String(before), 20)} ${style.glyph.arrow} ${style.clean(String(after), 20)}`;
  switch (kind) {
    case 'node_added':
      return `new: ${name}`;
    case 'node_removed':
      return `removed: ${name}`;
    case 'node_renamed':
      return `renamed, it seems: ${second} ${style.glyph.arrow} ${name}`;
    case 'type_changed':
      return `type of ${name}: ${values}`;
    case 'dependency_added':
      return `${name} now depends on ${second}`;
    case 'dependency_removed':
      return `${name} no longer depends on ${second}`;
    case 'limit_changed':
      return `limit of ${name}: ${values}`;
    case 'instances_changed':
      return `instances of ${name}: ${values}`;
    case 'now_parallel':
      return `${name} now runs beside ${second}, and ran after it before`;
    case 'now_serial':
      return `${name} now runs after ${second}, and ran beside it before`;
    default:
      return kind satisfies never;
  }
}

function structureLines({ structure }: Comparison, style: Style): string[] {
  const renamed = structure.changes.filter(({ kind }) => kind === 'node_renamed');
  const isMany = renamed.length > MAX_RENAMED;
  const told = isMany ? structure.changes.filter(({ kind }) => kind !== 'node_renamed') : structure.changes;
  const lines = told.slice(0, MAX_LISTED).map((change) => `  ${structureText(change, style)}`);
  if (isMany)
    lines.push(`  ${count(renamed.length)} nodes have other ids, and are taken for the same by name or place`);
  const total = structure.change_count - (isMany ? renamed.length - 1 : 0);
  return listed('Structure', 'nodes, dependencies and limits', lines, total, style);
}

/** Two executions compared as text that ends in a line break. Its size is bounded, however large they are. */
export function renderComparison(comparison: Comparison, terminal: Terminal): string {
  const style = styleOf(terminal);
  const paint = { slower: style.red, faster: style.green, same: style.bold, unknown: style.yellow }[comparison.verdict];
  const sections = [
    [executionLine('before', comparison.before, style), executionLine('after', comparison.after, style)],
    wrap(style.clean(comparison.summary), style.columns - 2).map((line) => paint(line)),
    partLines(comparison, style),
    retryLines(comparison, style),
    structureLines(comparison, style),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map((line) => line.trimEnd()).join('\n')}\n`)
    .join('\n');
}
