import { CAUSES, type Cause } from '../../trace/phases.ts';
import { type HistoryRun, type RunSummary } from '../history/run-summary.ts';
import { timeChange, type TimeChange } from './time-change.ts';

/** A part of the difference of the median makespans of two groups of executions. */
export interface GroupPart extends TimeChange {
  /**
   * `node`: the medians of what a node holds of the critical path; `between`: those of what belongs to no node in the
   * summaries; `spread`: what the medians of the parts do not add up to.
   */
  readonly kind: 'node' | 'between' | 'spread';
  readonly id: string | null;
  readonly name: string | null;
  readonly cause: Cause | null;
}

/** Several executions of a workflow compared with several others, by their medians. */
export interface GroupComparison {
  /** The executions that counted: those with a makespan. */
  readonly before_count: number;
  readonly after_count: number;
  /** The medians; 0 where nothing counted. */
  readonly makespan: TimeChange;
  /** The largest differences first; with `other` they sum to the makespans and their difference, exactly. */
  readonly parts: readonly GroupPart[];
  readonly other: TimeChange & { readonly count: number };
}

/** By part, what each execution has of it; those that are not there have none. */
type Column = Map<string, { readonly part: Omit<GroupPart, keyof TimeChange>; readonly times: [number[], number[]] }>;

/** The median of some times and as many zeros as make them `count`; whole microseconds. */
function median(times: readonly number[], count: number): number {
  if (count === 0) return 0;
  const sorted = Float64Array.from({ length: count }, (_, i) => times[i] ?? 0).sort();
  const middle = count >> 1;
  if (count % 2 === 1) return sorted[middle];
  return Math.round((sorted[middle - 1] + sorted[middle]) / 2);
}

function add(columns: Column, side: 0 | 1, part: Omit<GroupPart, keyof TimeChange>, time: number): void {
  if (time === 0) return;
  const key = JSON.stringify([part.kind, part.id, part.cause]);
  const known = columns.get(key);
  if (known !== undefined) known.times[side].push(time);
  else columns.set(key, { part, times: side === 0 ? [[time], []] : [[], [time]] });
}

function addRun(columns: Column, side: 0 | 1, summary: RunSummary): void {
  for (const cause of CAUSES) {
    let between: number = summary.causes[cause] ?? 0;
    for (const { id, name, onPath } of summary.nodes) {
      const time = onPath[cause] ?? 0;
      between -= time;
      add(columns, side, { kind: 'node', id, name, cause }, time);
    }
    add(columns, side, { kind: 'between', id: null, name: null, cause }, between);
  }
}

function makespansOf(runs: readonly HistoryRun[]): number[] {
  return runs.flatMap(({ summary }) => (summary.makespan === null ? [] : [summary.makespan]));
}

/**
 * Compares two groups of executions by the medians of what each node holds of the makespan by cause. The medians of the
 * parts do not add up to the median of the makespans (nodes take turns on the path); what remains is a part of its own,
 * `spread`, so that the parts do. Antisymmetric. O(executions x nodes in a summary).
 */
export function compareGroups(
  before: readonly HistoryRun[],
  after: readonly HistoryRun[],
  maxParts = 100,
): GroupComparison {
  const makespans = [makespansOf(before), makespansOf(after)] as const;
  const columns: Column = new Map();
  for (const { summary } of before) if (summary.makespan !== null) addRun(columns, 0, summary);
  for (const { summary } of after) if (summary.makespan !== null) addRun(columns, 1, summary);
  const whole: [number, number] = [
    median(makespans[0], makespans[0].length),
    median(makespans[1], makespans[1].length),
  ];
  const rest: [number, number] = [...whole];
  const medians = [...columns.values()].map(({ part, times }) => {
    const [a, b] = [median(times[0], makespans[0].length), median(times[1], makespans[1].length)];
    rest[0] -= a;
    rest[1] -= b;
    return { part, before: a, after: b };
  });
  medians.push({ part: { kind: 'spread', id: null, name: null, cause: null }, before: rest[0], after: rest[1] });
  const changed = medians.filter((each) => each.before !== each.after);
  changed.sort((x, y) => Math.abs(y.after - y.before) - Math.abs(x.after - x.before) || y.after - x.after);
  const listed = new Set(changed.slice(0, maxParts));
  const hidden = medians.filter((each) => !listed.has(each));
  const sum = (of: 'before' | 'after') => hidden.reduce((total, each) => total + each[of], 0);
  return {
    before_count: makespans[0].length,
    after_count: makespans[1].length,
    makespan: timeChange(...whole),
    parts: [...listed].map(({ part, before: a, after: b }) => ({ ...part, ...timeChange(a, b) })),
    other: { count: hidden.length, ...timeChange(sum('before'), sum('after')) },
  };
}
