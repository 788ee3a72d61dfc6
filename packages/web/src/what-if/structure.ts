import type { WhatIfChange } from '@flowprof/model';
import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { isSame, valueAt } from '../editor/json.ts';
import { idOfDependency, outlineOf, type Outline, type OutlineNode } from '../editor/outline.ts';

/** What of an edit a prediction can be made of, and what not. */
export interface Predictable {
  readonly changes: readonly WhatIfChange[];
  /** What no past run tells the effect of, in words. */
  readonly left: readonly string[];
}

/** The dependencies of a node by the ids of the nodes, each once. */
function waitsFor(node: OutlineNode): Set<string> {
  return new Set(node.dependsOn.map(idOfDependency));
}

/**
 * The ids that a node waits for once some are gone, with these taken out of the way as the prediction does: what depended on
 * one depends on what that depended on.
 */
function withoutGone(node: OutlineNode, before: Outline, gone: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const todo = [...waitsFor(node)];
  const seen = new Set(todo);
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (!gone.has(id)) {
      found.add(id);
      continue;
    }
    const next = before.byId.get(id);
    for (const other of next ? waitsFor(next) : []) {
      if (!seen.has(other)) todo.push(other);
      seen.add(other);
    }
  }
  return found;
}

/** The nodes that are there no more, each only where what it is in still is. */
function goneNodes(before: Outline, after: Outline): OutlineNode[] {
  return before.nodes.filter(({ id, parent }) => {
    if (id === '' || after.byId.has(id)) return false;
    const around = parent === null ? null : before.byKey.get(parent);
    return around === null || around === undefined || after.byId.has(around.id);
  });
}

/** What nodes wait for that they did not, and the other way round. Drops come first: a later removal would join the ends. */
function dependencyChanges(before: Outline, after: Outline, gone: ReadonlySet<string>): WhatIfChange[] {
  const drops: WhatIfChange[] = [];
  const adds: WhatIfChange[] = [];
  for (const node of after.nodes) {
    const old = before.byId.get(node.id);
    if (!old) continue;
    const wanted = waitsFor(node);
    const own = waitsFor(old);
    const bridged = withoutGone(old, before, gone);
    const isBridged = [...bridged].every((id) => wanted.has(id));
    for (const id of own) {
      if (gone.has(id) ? !isBridged : !wanted.has(id)) drops.push({ kind: 'drop_dependency', node: node.id, on: id });
    }
    for (const id of wanted) {
      const known = own.has(id) || (isBridged && bridged.has(id));
      if (!known && before.byId.has(id)) adds.push({ kind: 'add_dependency', node: node.id, on: id });
    }
  }
  return [...drops, ...adds];
}

function numberAt(value: JsonValue | undefined, path: readonly (string | number)[]): number | null {
  const found = valueAt(value, path);
  return typeof found === 'number' ? found : null;
}

function keysOf(value: JsonValue | undefined): string[] {
  return value !== undefined && isJsonObject(value) ? Object.keys(value) : [];
}

/** How many nodes run at once where a file does not say it. */
const USUAL_CONCURRENCY = 4;

/** Limits of the workflow that are others. */
function limitChanges(before: JsonObject, after: JsonObject): WhatIfChange[] {
  const changes: WhatIfChange[] = [];
  const now = numberAt(after, ['concurrency']) ?? USUAL_CONCURRENCY;
  if (now !== (numberAt(before, ['concurrency']) ?? USUAL_CONCURRENCY)) {
    changes.push({ kind: 'limit', limit: 'concurrency', value: now });
  }
  const named = [
    ['pool', 'pools', ['concurrency']],
    ['type', 'typeConcurrency', []],
    ['rate_limit', 'rateLimits', ['perSecond']],
  ] as const;
  for (const [limit, field, path] of named) {
    for (const name of keysOf(after[field])) {
      const value = numberAt(after, [field, name, ...path]);
      const burst = limit === 'rate_limit' ? numberAt(after, [field, name, 'burst']) : null;
      const isSameBurst = limit !== 'rate_limit' || burst === numberAt(before, [field, name, 'burst']);
      if (value === null || (value === numberAt(before, [field, name, ...path]) && isSameBurst)) continue;
      changes.push({ kind: 'limit', limit, name, value, ...(burst !== null && { burst }) });
    }
  }
  return changes;
}

/** What is different in a node and can be predicted: turns of a loop, the time of a wait, retries that are gone. */
function nodeChanges(before: Outline, after: Outline): WhatIfChange[] {
  return after.nodes.flatMap((node): WhatIfChange[] => {
    const old = before.byId.get(node.id);
    if (!old) return [];
    const changes: WhatIfChange[] = [];
    const turns = numberAt(node.value, ['with', 'concurrency']);
    if (node.type === 'foreach' && turns !== null && turns !== numberAt(old.value, ['with', 'concurrency'])) {
      changes.push({ kind: 'limit', limit: 'loop', name: node.id, value: turns });
    }
    const ms = numberAt(node.value, ['with', 'ms']);
    if (node.type === 'delay' && ms !== null && ms !== numberAt(old.value, ['with', 'ms'])) {
      changes.push({ kind: 'duration', node: node.id, duration_ms: ms });
    }
    if (triesAgain(old) && !triesAgain(node)) changes.push({ kind: 'no_retries', node: node.id });
    return changes;
  });
}

function triesAgain({ value }: OutlineNode): boolean {
  const policy = valueAt(value, ['retry', 'policy']);
  return typeof policy === 'string' && policy !== 'none';
}

const PREDICTED = new Set(['id', 'name', 'dependsOn', 'nodes', 'priority']);

/** What in a node is different and cannot be predicted. */
function leftOfNode(old: OutlineNode, node: OutlineNode): string[] {
  if (old.type !== node.type) return ['its type'];
  return [...new Set([...Object.keys(old.value), ...Object.keys(node.value)])].filter((field) => {
    if (PREDICTED.has(field) || isSame(old.value[field], node.value[field])) return false;
    if (field === 'retry') return triesAgain(node);
    const own = node.type === 'delay' ? 'ms' : node.type === 'foreach' ? 'concurrency' : null;
    if (field !== 'with' || own === null) return true;
    return keysOf(node.value['with']).some(
      (name) => name !== own && !isSame(valueAt(node.value, ['with', name]), valueAt(old.value, ['with', name])),
    );
  });
}

/** What of an edit past runs can tell the effect of, as changes to them; and what they cannot. */
export function predictableChanges(before: JsonObject, after: JsonObject): Predictable {
  const [old, now] = [outlineOf(before), outlineOf(after)];
  const goneOnes = goneNodes(old, now);
  const gone = new Set(goneOnes.map(({ id }) => id));
  const left: string[] = [];
  for (const node of now.nodes) {
    const was = old.byId.get(node.id);
    if (!was) left.push(`${node.label} is new: no run tells how long it takes`);
    else for (const field of leftOfNode(was, node)) left.push(`${field} of ${node.label} is another one`);
  }
  return {
    changes: [
      ...dependencyChanges(old, now, gone),
      ...goneOnes.map(({ id }): WhatIfChange => ({ kind: 'remove', node: id })),
      ...nodeChanges(old, now),
      ...limitChanges(before, after),
    ],
    left: left.slice(0, 20),
  };
}
