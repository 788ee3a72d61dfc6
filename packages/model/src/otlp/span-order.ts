import { FLAG, NONE } from '../trace/trace.ts';
import type { WarningCounter } from '../trace/warnings.ts';
import { CALL } from './clock-skew.ts';
import type { SpanRow } from './span-row.ts';

/** The spans of a trace with ids of their own and the rows of their parents. */
export interface ResolvedIds {
  readonly rows: readonly SpanRow[];
  readonly ids: readonly string[];
  /** The row of the parent, or `NONE`. May have cycles. */
  readonly parent: Int32Array;
  /** Bits of `FLAG`. */
  readonly flags: Uint8Array;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether it is the side of a call that is called. */
function isCalled({ call, isShared }: SpanRow): boolean {
  return isShared || call === CALL.server || call === CALL.consumer;
}

/** NaN comes last. */
function compareTimes(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  return Number.isNaN(a) || a > b ? 1 : -1;
}

/**
 * Spans by their start, the longer first (what runs is the longest), so that rows are the same for every order in which
 * they came. Records that agree in all of that are told apart by what else they hold.
 */
export function inOrderOfTime(rows: readonly SpanRow[]): SpanRow[] {
  return rows.toSorted(
    (a, b) =>
      compareTimes(a.start, b.start) ||
      -compareTimes(a.end, b.end) ||
      compareText(a.id, b.id) ||
      a.call - b.call ||
      Number(a.isShared) - Number(b.isShared) ||
      compareText(a.name, b.name) ||
      compareText(JSON.stringify(a.metadata), JSON.stringify(b.metadata)),
  );
}

/** Which of two records of the same span counts: one that has ended, then the later end, then the one with more in it. */
function isBetter(one: SpanRow, other: SpanRow): boolean {
  if (one.isOpen !== other.isOpen) return other.isOpen;
  if (one.end !== other.end && !(Number.isNaN(one.end) && Number.isNaN(other.end))) {
    return Number.isNaN(other.end) || one.end > other.end;
  }
  return JSON.stringify(one.metadata).length > JSON.stringify(other.metadata).length;
}

/** The records of one id. */
interface Group {
  readonly rows: number[];
  /** The side that called; the first record when no side did. */
  caller: number;
}

/** Leaves one record of each span. Both sides of a call are spans. */
function withoutRepeats(rows: readonly SpanRow[], warnings: WarningCounter): readonly SpanRow[] {
  const best = new Map<string, number>();
  const kept: (SpanRow | null)[] = [];
  let repeated = false;
  for (const row of rows) {
    const key = isCalled(row) ? `${row.id}\u0000` : row.id;
    const known = best.get(key);
    const before = known === undefined ? null : kept[known];
    if (known === undefined || before === null) {
      best.set(key, kept.push(row) - 1);
      continue;
    }
    repeated = true;
    warnings.add('duplicate_span', `span ${row.id}`);
    if (!isBetter(row, before)) continue;
    kept[known] = null;
    best.set(key, kept.push(row) - 1);
  }
  return repeated ? kept.filter((row) => row !== null) : rows;
}

function groupsOf(rows: readonly SpanRow[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const [row, span] of rows.entries()) {
    const group = groups.get(span.id);
    if (group === undefined) {
      groups.set(span.id, { rows: [row], caller: row });
      continue;
    }
    if (isCalled(rows[group.caller]) && !isCalled(span)) group.caller = row;
    group.rows.push(row);
  }
  return groups;
}

/**
 * Of several records with the id of a parent the one that a child is below: one on its own clock or track, else the side
 * that was called, for that is where further work is done.
 */
function parentIn({ rows: candidates, caller }: Group, child: SpanRow, self: number, rows: readonly SpanRow[]): number {
  if (candidates.length === 1) return candidates[0];
  let best = NONE;
  let rank = -1;
  for (const row of candidates) {
    if (row === self) continue;
    const one = rows[row];
    const near = one.clock !== NONE && one.clock === child.clock ? 4 : 0;
    const same = near + (one.track !== null && one.track === child.track ? 2 : 0) + (row === caller ? 0 : 1);
    if (same > rank) {
      rank = same;
      best = row;
    }
  }
  return best;
}

/**
 * Gives every span an id of its own and finds its parent. Both sides of a call may have the same id (Zipkin): what was
 * called is then below what called it.
 * @param keepsAll whether every record is a span; otherwise records of the same side are one
 */
export function resolveIds(all: readonly SpanRow[], keepsAll: boolean, warnings: WarningCounter): ResolvedIds {
  const byId = new Map<string, number>();
  for (const [row, { id }] of all.entries()) byId.set(id, row);
  if (byId.size === all.length) return resolveDistinct(all, byId, warnings);
  const rows = keepsAll ? all : withoutRepeats(all, warnings);
  const groups = groupsOf(rows);
  const parent = new Int32Array(rows.length).fill(NONE);
  const flags = new Uint8Array(rows.length);
  const ids: string[] = [];
  const taken = new Set<string>();
  for (const [row, span] of rows.entries()) {
    const group = groups.get(span.id);
    const isOther = group !== undefined && group.rows.length > 1 && row !== group.caller;
    ids.push(isOther ? freeId(span, taken, groups) : span.id);
    if (isOther && isCalled(span) && !isCalled(rows[group.caller])) {
      parent[row] = group.caller;
      continue;
    }
    if (span.parentId === null) continue;
    const above = groups.get(span.parentId);
    if (above !== undefined) parent[row] = parentIn(above, span, row, rows);
    if (parent[row] === NONE) {
      flags[row] |= FLAG.orphan;
      warnings.add('missing_parent', `span ${span.id} names ${span.parentId}`);
    }
  }
  return { rows, ids, parent, flags };
}

/** The same where no id occurs twice, as is the rule. */
function resolveDistinct(
  rows: readonly SpanRow[],
  byId: ReadonlyMap<string, number>,
  warnings: WarningCounter,
): ResolvedIds {
  const parent = new Int32Array(rows.length).fill(NONE);
  const flags = new Uint8Array(rows.length);
  for (const [row, { id, parentId }] of rows.entries()) {
    if (parentId === null) continue;
    const above = byId.get(parentId);
    if (above === undefined) {
      flags[row] |= FLAG.orphan;
      warnings.add('missing_parent', `span ${id} names ${parentId}`);
    } else parent[row] = above;
  }
  return { rows, ids: rows.map(({ id }) => id), parent, flags };
}

/** An id for a further record of an id. */
function freeId(span: SpanRow, taken: Set<string>, groups: ReadonlyMap<string, Group>): string {
  const base = isCalled(span) ? `${span.id}-server` : `${span.id}-part`;
  let id = base;
  for (let n = 2; taken.has(id) || groups.has(id); n++) id = `${base}-${n}`;
  taken.add(id);
  return id;
}

/** Every row, each after its parent. The parents must be free of cycles. */
export function topDown(parent: Int32Array): Uint32Array {
  const n = parent.length;
  const first = new Int32Array(n).fill(NONE);
  const next = new Int32Array(n).fill(NONE);
  const order = new Uint32Array(n);
  let placed = 0;
  for (let row = n - 1; row >= 0; row--) {
    const up = parent[row];
    if (up === NONE) continue;
    next[row] = first[up];
    first[up] = row;
  }
  for (let row = 0; row < n; row++) if (parent[row] === NONE) order[placed++] = row;
  for (let at = 0; at < placed; at++) {
    for (let child = first[order[at]]; child !== NONE; child = next[child]) order[placed++] = child;
  }
  return order;
}
