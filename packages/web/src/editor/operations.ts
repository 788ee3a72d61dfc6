import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { isList, pathOf, pointerOf, valueAt, withKey, withValue, type Path } from './json.ts';
import {
  edgesOf,
  idOfDependency,
  isContainerType,
  outlineOf,
  rootOf,
  stringsOf,
  type Outline,
  type OutlineNode,
} from './outline.ts';
import { freeId, idsOf, renameInNode, renameReferences } from './references.ts';

/** A changed file, and the node to look at then: its key, or null. */
export interface Edit {
  readonly file: JsonObject;
  readonly select: string | null;
}

/** What a fresh node of a type holds, so that it says something before anything is filled in. */
const FRESH: Readonly<Record<string, JsonObject>> = {
  http: { with: { url: 'https://' } },
  command: { with: { command: '' } },
  transform: { with: { value: null } },
  delay: { with: { ms: 1000 } },
  fail: { with: { message: 'It cannot go on.' } },
  group: { nodes: [] },
  foreach: { with: { items: [] }, nodes: [] },
  subworkflow: { with: { workflow: '' } },
  switch: { with: { cases: [{ name: 'yes', when: 'true' }], default: 'no' } },
};

/** Where a new node goes. */
export interface Place {
  /** The key of the group or loop; null for the workflow itself. */
  readonly into: string | null;
  /** The id of the node that it waits for, beside it; null for none. */
  readonly after: string | null;
}

function listPath(root: Path, into: string | null): Path {
  return into === null ? [...root, 'nodes'] : [...pathOf(into), 'nodes'];
}

function append(file: JsonObject, path: Path, node: JsonObject): Edit {
  const list = valueAt(file, path);
  const nodes = isList(list) ? list : [];
  return { file: withValue(file, path, [...nodes, node]), select: pointerOf([...path, nodes.length]) };
}

/** Adds a node of a type. */
export function addNode(file: JsonObject, root: Path, type: string, { into, after }: Place): Edit {
  const { nodes } = outlineOf(file, root);
  const id = freeId(type, idsOf(nodes));
  const node: JsonObject = { id, type, ...(after !== null && { dependsOn: [after] }), ...FRESH[type] };
  return append(file, listPath(root, into), node);
}

/** A node and all that is in it, to any depth. */
function withContents({ nodes }: Outline, key: string): OutlineNode[] {
  return nodes.filter((node) => node.key === key || node.key.startsWith(`${key}/`));
}

function setDependencies(file: JsonObject, path: Path, names: readonly string[]): JsonObject {
  return withValue(file, [...path, 'dependsOn'], names.length === 0 ? undefined : [...new Set(names)]);
}

/** The file in which what waits for a node waits for what that waits for. */
function bridged(file: JsonObject, outline: Outline, gone: OutlineNode): JsonObject {
  let made = file;
  if (gone.id === '' || outline.byId.get(gone.id) !== gone) return made;
  for (const node of outline.nodes) {
    if (!node.dependsOn.some((name) => idOfDependency(name) === gone.id)) continue;
    const names = stringsOf(valueAt(made, [...node.path, 'dependsOn']));
    const after = names.flatMap((name) => (idOfDependency(name) === gone.id ? gone.dependsOn : [name]));
    made = setDependencies(made, node.path, after);
  }
  return made;
}

/** Removes nodes; what waited for one of them waits for what that waited for. */
export function removeNodes(file: JsonObject, root: Path, keys: readonly string[]): Edit {
  const before = outlineOf(file, root);
  // From the last on, so that the places of those before stay; what is inside another one goes with it.
  const wanted = before.nodes
    .filter(({ key }) => keys.includes(key) && !keys.some((other) => key.startsWith(`${other}/`)))
    .reverse();
  let made = file;
  for (const { key, path } of wanted) {
    const outline = outlineOf(made, root);
    const node = outline.byKey.get(key);
    if (!node) continue;
    made = withValue(bridged(made, outline, node), path, undefined);
  }
  return { file: made, select: null };
}

/** A copy of a node with all that is in it, under new ids, beside it and waiting for the same. */
export function duplicateNode(file: JsonObject, root: Path, key: string): Edit {
  const outline = outlineOf(file, root);
  const node = outline.byKey.get(key);
  if (!node) return { file, select: null };
  const taken = idsOf(outline.nodes);
  const renames = new Map<string, string>();
  for (const { id } of withContents(outline, key)) {
    if (id === '' || renames.has(id)) continue;
    const fresh = freeId(id, taken);
    taken.add(fresh);
    renames.set(id, fresh);
  }
  let copy: JsonObject = { copy: node.value };
  for (const { path } of withContents(outline, key)) {
    const at = ['copy', ...path.slice(node.path.length)];
    const value = valueAt(copy, at);
    if (!isJsonObject(value)) continue;
    const id = typeof value['id'] === 'string' ? renames.get(value['id']) : undefined;
    const renamed = renameInNode(value, renames);
    copy = withValue(copy, at, id === undefined ? renamed : withKey(renamed, 'id', id));
  }
  const made = copy['copy'];
  const listAt = node.path.slice(0, -1);
  const index = Number(node.path.at(-1)) + 1;
  const list = valueAt(file, listAt);
  if (!isList(list) || made === undefined) return { file, select: null };
  const nodes = [...list.slice(0, index), made, ...list.slice(index)];
  return { file: withValue(file, listAt, nodes), select: pointerOf([...listAt, index]) };
}

/** Gives a node another id, and names it by that wherever it is named; not where another node has its old id as well. */
export function renameNode(file: JsonObject, key: string, to: string): Edit {
  const path = pathOf(key);
  const root = rootOf(path);
  const from = valueAt(file, [...path, 'id']);
  const renamed = withValue(file, [...path, 'id'], to);
  const isOnly = outlineOf(file, root).nodes.filter(({ id }) => id === from).length === 1;
  if (typeof from !== 'string' || from === '' || !isOnly) return { file: renamed, select: key };
  return { file: renameReferences(renamed, root, new Map([[from, to]])), select: key };
}

/** Why one node cannot wait for another; null when it can. */
export function faultOfConnection(outline: Outline, from: string, to: string): string | null {
  const [first, second] = [outline.byKey.get(from), outline.byKey.get(to)];
  if (!first || !second) return 'One of the nodes is not there any more.';
  if (first.id === '') return 'A node needs an id before another can wait for it.';
  if (from === to) return 'A node cannot wait for itself.';
  if (first.parent !== second.parent) return 'Nodes can wait only for nodes that stand beside them, in the same group.';
  const waitsFor = new Map<string, string[]>();
  for (const edge of edgesOf(outline)) waitsFor.set(edge.to, [...(waitsFor.get(edge.to) ?? []), edge.from]);
  const seen = new Set([from]);
  for (const at of seen) {
    if (at === to) return `"${first.label}" waits for "${second.label}" already: they would wait for each other.`;
    for (const next of waitsFor.get(at) ?? []) seen.add(next);
  }
  return null;
}

/** Lets a node wait for another, or for one case of a switch. */
export function connect(file: JsonObject, to: string, name: string): Edit {
  const path = pathOf(to);
  const names = stringsOf(valueAt(file, [...path, 'dependsOn']));
  return { file: setDependencies(file, path, [...names, name]), select: to };
}

/** Lets a node no longer wait for another. */
export function disconnect(file: JsonObject, to: string, name: string): Edit {
  const path = pathOf(to);
  const names = stringsOf(valueAt(file, [...path, 'dependsOn'])).filter((other) => other !== name);
  return { file: setDependencies(file, path, names), select: to };
}

/** Sets a field of a node or of anything else; removes it where the value is undefined. */
export function setField(file: JsonObject, path: Path, value: JsonValue | undefined): JsonObject {
  return withValue(file, path, value);
}

/** Sets one parameter of a node; the last one that goes takes `with` along where nothing is left in it. */
export function setParameter(file: JsonObject, key: string, name: string, value: JsonValue | undefined): JsonObject {
  const made = withValue(file, [...pathOf(key), 'with', name], value);
  const left = valueAt(made, [...pathOf(key), 'with']);
  const isEmpty = left !== undefined && isJsonObject(left) && Object.keys(left).length === 0;
  return isEmpty ? withValue(made, [...pathOf(key), 'with'], undefined) : made;
}

/** Gives a node another type. What it had stays; validation tells what has no meaning any more. */
export function setType(file: JsonObject, key: string, type: string): JsonObject {
  const path = pathOf(key);
  const made = withValue(file, [...path, 'type'], type);
  const hasNodes = valueAt(made, [...path, 'nodes']) !== undefined;
  return isContainerType(type) && !hasNodes ? withValue(made, [...path, 'nodes'], []) : made;
}

/** The groups and loops that a node can be moved into: all but those inside itself. */
export function homesFor(outline: Outline, key: string): OutlineNode[] {
  return outline.nodes.filter((node) => node.isContainer && node.key !== key && !node.key.startsWith(`${key}/`));
}

/** Moves a node into a group or loop, or out of all. It waits for nothing there; what waited for it is set as in a removal. */
export function moveNode(file: JsonObject, root: Path, key: string, into: string | null): Edit {
  const outline = outlineOf(file, root);
  const node = outline.byKey.get(key);
  if (!node || node.parent === into) return { file, select: key };
  const home = into === null ? null : (outline.byKey.get(into) ?? null);
  const moved = withKey(node.value, 'dependsOn', undefined);
  const appended = append(bridged(file, outline, node), listPath(root, home?.key ?? null), moved);
  const made = withValue(appended.file, node.path, undefined);
  // The removal may have shifted the home that comes after it in the same list.
  const found = outlineOf(made, root).nodes.find(({ value, id }) => value === moved || (id !== '' && id === node.id));
  return { file: made, select: found?.key ?? null };
}

/** Gives a pool or a rate limit of a workflow another name, in the nodes that count towards it, too. */
export function renameLimit(
  file: JsonObject,
  root: Path,
  limits: 'pools' | 'rateLimits',
  from: string,
  to: string,
): JsonObject {
  const path = [...root, limits];
  const declared = valueAt(file, path);
  if (declared === undefined || !isJsonObject(declared)) return file;
  const renamed = Object.entries(declared).map(([name, limit]): [string, JsonValue] => [
    name === from ? to : name,
    limit,
  ]);
  let made = withValue(file, path, Object.fromEntries(renamed));
  const field = limits === 'pools' ? 'pool' : 'rateLimit';
  for (const node of outlineOf(file, root).nodes) {
    if (node.value[field] === from) made = withValue(made, [...node.path, field], to);
  }
  return made;
}

/** An object with one of its keys under another name, in the same place. */
export function renameKey(object: JsonObject, from: string, to: string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}
