import type { AnnotationRecord, JsonValue, NodeDeclaration, SpanRecord } from '@flowprof/model';

/**
 * What two records of the same come to, whichever came first and however often: joins of semilattices
 * (https://hal.inria.fr/inria-00609399, state-based CRDTs), so that deliveries may be repeated and reordered.
 */

/** JSON in which the order of keys does not show. */
function canonical(value: JsonValue | undefined): string {
  return JSON.stringify(value ?? null, (_, item: unknown) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function greaterText(a: string, b: string): string {
  return a >= b ? a : b;
}

/** The one that tells more, where the other is what stands for "not told". */
function told(a: string, b: string, untold: string): string {
  if (a === untold || b === untold) return a === untold ? b : a;
  return greaterText(a, b);
}

function toldOrNull(a: string | null | undefined, b: string | null | undefined): string | null {
  if (a === null || a === undefined) return b ?? null;
  if (b === null || b === undefined) return a;
  return greaterText(a, b);
}

function greaterOrNull(a: number | null | undefined, b: number | null | undefined): number | null {
  if (a === null || a === undefined) return b ?? null;
  if (b === null || b === undefined) return a;
  return Math.max(a, b);
}

/** All that two declarations of a node tell: a name over its key, a type over `unknown`, the dependencies of both. */
export function joinDeclarations(a: NodeDeclaration, b: NodeDeclaration): NodeDeclaration {
  const isNested = a.parentIteration !== undefined || b.parentIteration !== undefined;
  return {
    key: a.key,
    iteration: a.iteration,
    name: told(a.name, b.name, a.key),
    type: told(a.type, b.type, 'unknown'),
    parentKey: toldOrNull(a.parentKey, b.parentKey),
    ...(isNested && { parentIteration: greaterOrNull(a.parentIteration, b.parentIteration) }),
    dependsOn: [...new Set([...a.dependsOn, ...b.dependsOn])].sort(),
    taskQueue: toldOrNull(a.taskQueue, b.taskQueue),
  };
}

/** Orders the records of a span: one that has ended over one that runs, the longer, then the earlier, then by content. */
function outranks(b: SpanRecord, a: SpanRecord): boolean {
  const [da, db] = [a.duration ?? -Infinity, b.duration ?? -Infinity];
  if (da !== db) return db > da;
  if (a.start !== b.start) return b.start < a.start;
  return contentOf(b) > contentOf(a);
}

function contentOf(span: SpanRecord): string {
  const { parentId, kind, name, nodeKey, iteration, status, track, metadata } = span;
  return canonical([parentId, nodeKey, iteration, kind, name, status, track, metadata]);
}

/** Of two records of a span the one that tells more. */
export function joinSpans(a: SpanRecord, b: SpanRecord): SpanRecord {
  return outranks(b, a) ? b : a;
}

/** What tells two annotations apart. */
export function contentOfAnnotation({ spanId, time, label, type, metadata }: AnnotationRecord): string {
  return canonical([spanId, time, label, type, metadata]);
}

/** Whether two records of a span tell the same. */
export function isSameSpan(a: SpanRecord, b: SpanRecord): boolean {
  return a.start === b.start && a.duration === b.duration && contentOf(a) === contentOf(b);
}

function contentOfDeclaration(node: NodeDeclaration): string {
  const { name, type, parentKey, parentIteration = null, dependsOn, taskQueue = null } = node;
  return canonical([name, type, parentKey, parentIteration, dependsOn, taskQueue]);
}

/** Whether two declarations of a node tell the same. */
export function isSameDeclaration(a: NodeDeclaration, b: NodeDeclaration): boolean {
  return contentOfDeclaration(a) === contentOfDeclaration(b);
}
