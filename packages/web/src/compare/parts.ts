import { formatDuration } from '@flowprof/flame';
import { words } from '../format/value.ts';
import type { Change, Comparison, Part, StructureChange } from './types.ts';

const MICROS = 1000;

/** Milliseconds in the unit that suits them. */
export function msText(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms * MICROS);
}

/** The same with its sign: `+1.5 s`, `−30 ms`, `±0`. */
export function signedText(ms: number): string {
  if (ms === 0) return '±0';
  return `${ms < 0 ? '−' : '+'}${formatDuration(Math.abs(ms) * MICROS)}`;
}

/** What a part is of: a node with a cause, or what stands between nodes. */
export function partName({ kind, name, id, cause, text }: Part): string {
  switch (kind) {
    case 'node':
      return `${name ?? id ?? 'a node'}: ${words(cause ?? 'time')}`;
    case 'between':
      return `between nodes: ${words(cause ?? 'time')}`;
    case 'path_shift':
      return text;
    default:
      return kind satisfies never;
  }
}

/** Where a part stands to the critical path of both, in a word. */
export function moveText({ kind, move, presence }: Part): string {
  if (presence === 'new') return 'new node';
  if (presence === 'removed') return 'removed node';
  switch (move) {
    case 'came':
      return 'came onto the path';
    case 'left':
      return 'left the path';
    case 'stayed':
      return 'on the path in both';
    case null:
      return kind === 'path_shift' ? 'the path goes another way' : '';
    default:
      return move satisfies never;
  }
}

/** The largest of some differences, as the measure of their bars; never 0. */
export function largestOf(changes: readonly Change[]): number {
  return changes.reduce((most, { difference }) => Math.max(most, Math.abs(difference)), 0) || 1;
}

/** A bar that goes to the right from the middle for more, and to the left for less; fractions of the whole width. */
export function divergingBar(difference: number, largest: number): { readonly from: number; readonly width: number } {
  const width = Math.min(1, Math.abs(difference) / largest) / 2;
  return { from: difference < 0 ? 0.5 - width : 0.5, width };
}

/** To the microsecond, as the server tells times. */
function round(ms: number): number {
  return Number(ms.toFixed(3));
}

/** The makespan as its parts and the rest add up, which is what the last line of the table says. */
export function sumOf({ parts, otherParts }: Pick<Comparison, 'parts' | 'otherParts'>): Change {
  return {
    before: round(parts.reduce((sum, part) => sum + part.before, otherParts.before)),
    after: round(parts.reduce((sum, part) => sum + part.after, otherParts.after)),
    difference: round(parts.reduce((sum, part) => sum + part.difference, otherParts.difference)),
  };
}

/** By the id of a node, how many times as long as before it took: what colours the nodes of the chart. */
export function ratiosOf({ nodes }: Pick<Comparison, 'nodes'>): Map<string, number> {
  return new Map(
    nodes
      .filter(({ presence }) => presence === 'both' || presence === 'new')
      .map(({ id, total, presence }) => [
        id,
        presence === 'new' || total.before === 0 ? Infinity : total.after / total.before,
      ]),
  );
}

/** A change of the structure in a sentence. Names are quoted. */
export function structureText({ kind, id, other, before, after }: StructureChange): string {
  const from = before ?? 'none';
  const to = after ?? 'none';
  switch (kind) {
    case 'node_added':
      return `New node “${id}”`;
    case 'node_removed':
      return `Node “${id}” is gone`;
    case 'node_renamed':
      return `Node “${other ?? from}” is called “${id}” now`;
    case 'type_changed':
      return `Node “${id}” is of the type ${to}, and was ${from}`;
    case 'dependency_added':
      return `“${id}” waits for “${other ?? ''}” now`;
    case 'dependency_removed':
      return `“${id}” does not wait for “${other ?? ''}” any more`;
    case 'limit_changed':
      return `The limit of ${id} is ${to}, and was ${from}`;
    case 'instances_changed':
      return `“${id}” ran ${to} times, and ${from} times before`;
    case 'now_parallel':
      return `“${id}” and “${other ?? ''}” run at once now`;
    case 'now_serial':
      return `“${id}” and “${other ?? ''}” run one after the other now`;
    default:
      return `${words(kind)}: “${id}”`;
  }
}

const SHAPES: Readonly<Record<string, string>> = {
  work_ms: 'Work of all nodes',
  span_ms: 'Shortest possible, with any number of workers',
  parallelism: 'Parallelism',
  peak_concurrency: 'Most at once',
  concurrency: 'Limit of the run',
};

/** A measure of the shape of both runs, in words. */
export function shapeName(measure: string): string {
  return SHAPES[measure] ?? words(measure);
}

export function shapeValue(measure: string, value: number | null): string {
  if (value === null) return '–';
  return measure.endsWith('_ms') ? msText(value) : String(Number(value.toFixed(2)));
}
