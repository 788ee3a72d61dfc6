import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { isList, pathOf, pointerOf, valueAt, type Path } from './json.ts';

/** A node of a workflow file as the editor shows it. A broken file has nodes without an id or a type: these are empty. */
export interface OutlineNode {
  /** The JSON pointer of the node; what it is known by, since ids may be missing or stand twice. */
  readonly key: string;
  readonly path: Path;
  readonly value: JsonObject;
  readonly id: string;
  /** What people read: its name, or else its id. */
  readonly label: string;
  readonly type: string;
  readonly dependsOn: readonly string[];
  /** The key of the group or loop that it is in; null at the top. */
  readonly parent: string | null;
  readonly depth: number;
  /** Whether it can hold nodes. */
  readonly isContainer: boolean;
  /** Of a switch, the cases that others can depend on. */
  readonly cases: readonly string[];
}

/** The nodes of a workflow in the order of the file, each before its contents. */
export interface Outline {
  readonly nodes: readonly OutlineNode[];
  readonly byKey: ReadonlyMap<string, OutlineNode>;
  /** The first node of each id. */
  readonly byId: ReadonlyMap<string, OutlineNode>;
  /** Whether there are more nodes than are looked at. */
  readonly isCut: boolean;
}

/** How many nodes are looked at: a picture of more tells nothing, and the text shows them all. */
const MOST_NODES = 2000;

function textAt(value: JsonObject, key: string): string {
  const found = value[key];
  return typeof found === 'string' ? found : '';
}

/** The strings of a list; what is no string is left out. */
export function stringsOf(value: JsonValue | undefined): readonly string[] {
  return isList(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The names of the cases of a switch, and of its default. */
function casesOf(value: JsonObject): string[] {
  if (value['type'] !== 'switch') return [];
  const cases = valueAt(value, ['with', 'cases']);
  const names = (isList(cases) ? cases : []).flatMap((one) => {
    const name = valueAt(one, ['name']);
    return typeof name === 'string' && name !== '' ? [name] : [];
  });
  const otherwise = valueAt(value, ['with', 'default']);
  return [...new Set(typeof otherwise === 'string' && otherwise !== '' ? [...names, otherwise] : names)];
}

export function isContainerType(type: string): boolean {
  return type === 'group' || type === 'foreach';
}

interface Pending {
  readonly value: JsonValue;
  readonly path: Path;
  readonly parent: string | null;
  readonly depth: number;
}

function listed(list: JsonValue | undefined, path: Path, parent: string | null, depth: number): Pending[] {
  if (!isList(list)) return [];
  return list.slice(0, MOST_NODES).map((value, at) => ({ value, path: [...path, at], parent, depth }));
}

function nodeOf(value: JsonObject, { path, parent, depth }: Pending): OutlineNode {
  const [id, type, name] = [textAt(value, 'id'), textAt(value, 'type'), textAt(value, 'name')];
  return {
    key: pointerOf(path),
    path,
    value,
    id,
    label: name || id || '(no id)',
    type,
    dependsOn: stringsOf(value['dependsOn']),
    parent,
    depth,
    isContainer: isContainerType(type) || isList(value['nodes']),
    cases: casesOf(value),
  };
}

/**
 * The nodes of a workflow.
 * @param root where the workflow stands in the file: empty for the file's own, `['workflows', name]` for one in it
 */
export function outlineOf(file: JsonObject, root: Path = []): Outline {
  const nodes: OutlineNode[] = [];
  const byKey = new Map<string, OutlineNode>();
  const byId = new Map<string, OutlineNode>();
  const top = [...root, 'nodes'];
  const todo = listed(valueAt(file, top), top, null, 0).reverse();
  let isCut = false;
  for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
    if (nodes.length >= MOST_NODES) {
      isCut = true;
      break;
    }
    if (!isJsonObject(item.value)) continue;
    const node = nodeOf(item.value, item);
    nodes.push(node);
    byKey.set(node.key, node);
    if (node.id !== '' && !byId.has(node.id)) byId.set(node.id, node);
    todo.push(...listed(item.value['nodes'], [...item.path, 'nodes'], node.key, item.depth + 1).reverse());
  }
  return { nodes, byKey, byId, isCut };
}

/** The id that a dependency names: `choose` of `choose.yes`. */
export function idOfDependency(dependency: string): string {
  const dot = dependency.indexOf('.');
  return dot < 0 ? dependency : dependency.slice(0, dot);
}

/** A dependency that can be drawn: both nodes are there. */
export interface Edge {
  /** The key of what is waited for. */
  readonly from: string;
  /** The key of what waits. */
  readonly to: string;
  /** The dependency as the file has it. */
  readonly name: string;
  /** The case of a switch; null for all of a node. */
  readonly branch: string | null;
}

/** The dependencies between the nodes of an outline, each once. */
export function edgesOf({ nodes, byId }: Outline): Edge[] {
  return nodes.flatMap((node) =>
    [...new Set(node.dependsOn)].flatMap((name) => {
      const from = byId.get(idOfDependency(name));
      if (from === undefined) return [];
      const branch = name.includes('.') ? name.slice(name.indexOf('.') + 1) : null;
      return [{ from: from.key, to: node.key, name, branch }];
    }),
  );
}

/** The node that a pointer is in or is: the one nearest around it. Null where it is in none. */
export function nodeAround({ byKey }: Outline, pointer: string): OutlineNode | null {
  const path = pathOf(pointer);
  for (let length = path.length; length > 0; length--) {
    const found = byKey.get(pointerOf(path.slice(0, length)));
    if (found) return found;
  }
  return null;
}

/** The names of the workflows in a file. */
export function innerWorkflows(file: JsonObject): string[] {
  const inner = file['workflows'];
  return isJsonObject(inner) ? Object.keys(inner).slice(0, 100) : [];
}

/** Where the workflow stands that a path is in. */
export function rootOf(path: Path): Path {
  return path[0] === 'workflows' && path.length > 1 ? path.slice(0, 2) : [];
}
