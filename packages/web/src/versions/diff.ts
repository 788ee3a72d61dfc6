import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { isList, isSame, valueAt, withValue } from '../editor/json.ts';
import { outlineOf, type OutlineNode } from '../editor/outline.ts';

/** A field that is another one; undefined where it is not there. */
export interface FieldChange {
  /** Keys from the node or the file on: `with.url`. */
  readonly field: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** What became of a node between two versions, by its id. */
type NodeChange =
  | { readonly kind: 'added' | 'removed'; readonly id: string; readonly label: string }
  | { readonly kind: 'changed'; readonly id: string; readonly label: string; readonly fields: readonly FieldChange[] };

/** What differs between two versions of a workflow. */
export interface FileDiff {
  readonly nodes: readonly NodeChange[];
  /** Of the workflow itself. */
  readonly settings: readonly FieldChange[];
  /** The newer file with what it has no more in its place, for a picture of both. */
  readonly both: JsonObject;
}

/** What differs between two objects, by field; of fields that are objects in both, by their own. */
function fieldChanges(before: JsonObject, after: JsonObject, skipped: readonly string[]): FieldChange[] {
  const found: FieldChange[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (skipped.includes(key)) continue;
    const [old, now] = [before[key], after[key]];
    if (isSame(old, now)) continue;
    if (old !== undefined && now !== undefined && isJsonObject(old) && isJsonObject(now)) {
      for (const inner of new Set([...Object.keys(old), ...Object.keys(now)])) {
        if (!isSame(old[inner], now[inner])) {
          found.push({ field: `${key}.${inner}`, before: old[inner], after: now[inner] });
        }
      }
    } else found.push({ field: key, before: old, after: now });
  }
  return found;
}

/** Puts a node that is gone where it was, if what it was in is still there; else at the top. */
function withGone(file: JsonObject, node: OutlineNode, parent: OutlineNode | null): JsonObject {
  const around = parent && outlineOf(file).byId.get(parent.id);
  const path = around ? [...around.path, 'nodes'] : ['nodes'];
  const list = valueAt(file, path);
  return withValue(file, path, [...(isList(list) ? list : []), node.value]);
}

/** Compares two versions of a workflow: nodes by their ids, and what holds for the whole. */
export function diffFiles(before: JsonObject, after: JsonObject): FileDiff {
  const [old, now] = [outlineOf(before), outlineOf(after)];
  const nodes: NodeChange[] = [];
  for (const node of now.nodes) {
    const was = old.byId.get(node.id);
    const { id, label } = node;
    if (!was) {
      nodes.push({ kind: 'added', id, label });
      continue;
    }
    const fields = fieldChanges(was.value, node.value, ['nodes']);
    const homes = [was.parent, node.parent].map((key, at) => (at === 0 ? old : now).byKey.get(key ?? '')?.id);
    if (homes[0] !== homes[1])
      fields.push({ field: 'inside', before: homes[0] ?? 'the workflow', after: homes[1] ?? 'the workflow' });
    if (fields.length > 0) nodes.push({ kind: 'changed', id, label, fields });
  }
  let both = after;
  for (const node of old.nodes) {
    if (now.byId.has(node.id)) continue;
    nodes.push({ kind: 'removed', id: node.id, label: node.label });
    const parent = node.parent === null ? null : (old.byKey.get(node.parent) ?? null);
    // What is inside one that is gone comes back with it.
    if (parent === null || now.byId.has(parent.id)) both = withGone(both, node, parent);
  }
  return { nodes, settings: fieldChanges(before, after, ['nodes']), both };
}

/** A line of two texts: of both, or of one alone. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** How many pairs of lines are compared at most; between texts of more, all lines differ. */
const MOST_PAIRS = 4_000_000;

const same = (text: string): DiffLine => ({ kind: 'same', text });
const removed = (text: string): DiffLine => ({ kind: 'removed', text });
const added = (text: string): DiffLine => ({ kind: 'added', text });

/** The lines of two texts beside each other: as few as can be are added and removed. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return [...a.slice(0, start).map(same), ...between(left, right), ...a.slice(a.length - end).map(same)];
}

/** By the longest common subsequence. */
function between(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > MOST_PAIRS) return [...a.map(removed), ...b.map(added)];
  const width = b.length + 1;
  const length = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] =
        a[i] === b[j]
          ? (length[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(length[(i + 1) * width + j] ?? 0, length[i * width + j + 1] ?? 0);
    }
  }
  const lines: DiffLine[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const takesOld = j >= b.length || (length[(i + 1) * width + j] ?? 0) >= (length[i * width + j + 1] ?? 0);
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] ?? '' });
      i++;
      j++;
    } else if (i < a.length && takesOld) lines.push(removed(a[i++] ?? ''));
    else lines.push(added(b[j++] ?? ''));
  }
  return lines;
}
