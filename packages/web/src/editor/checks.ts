import { isJsonObject, type JsonObject } from '@flowprof/model';
import { isList, pointerOf, valueAt, type Path } from './json.ts';
import { edgesOf, idOfDependency, innerWorkflows, outlineOf, type Outline, type OutlineNode } from './outline.ts';

/** Something that is wrong with a file, at the value that a JSON pointer leads to. */
export interface Problem {
  /** The server's codes; `no_nodes` for what has only begun, which the server calls an invalid value. */
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
  /** The place inside the string that the pointer leads to, both from 1; null where it is not inside one. */
  readonly place: { readonly line: number; readonly column: number } | null;
}

const ID = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

/** How many problems are told at most: more help nobody. */
const MOST_PROBLEMS = 100;

function problem(code: string, message: string, path: Path): Problem {
  return { code, message, pointer: pointerOf(path), place: null };
}

function idProblems({ nodes, byId }: Outline): Problem[] {
  return nodes.flatMap((node) => {
    const at = [...node.path, 'id'];
    if (node.id === '') return [problem('missing_field', 'the field "id" is missing', at)];
    if (byId.get(node.id) !== node) {
      return [problem('duplicate_id', `two nodes have the id "${node.id}"; ids are unique in the whole workflow`, at)];
    }
    if (ID.test(node.id)) return [];
    const message = 'an id starts with a letter or _ and holds only letters, digits, _ and -, at most 100 in all';
    return [problem('invalid_value', message, at)];
  });
}

function typeProblems({ nodes }: Outline, types: readonly string[] | null): Problem[] {
  return nodes.flatMap((node) => {
    if (node.type === '') return [problem('missing_field', 'the field "type" is missing', [...node.path, 'type'])];
    const empty = (node.type === 'group' || node.type === 'foreach') && !holdsNodes(node);
    if (empty) return [problem('missing_field', `the ${node.type} "${node.id}" has no nodes`, node.path)];
    if (types === null || types.includes(node.type)) return [];
    return [problem('unknown_node_type', `there is no node type "${node.type.slice(0, 50)}"`, [...node.path, 'type'])];
  });
}

function holdsNodes({ value }: OutlineNode): boolean {
  const { nodes } = value;
  return isList(nodes) && nodes.length > 0;
}

function faultOfDependency(outline: Outline, node: OutlineNode, name: string): string | null {
  const id = idOfDependency(name);
  const other = outline.byId.get(id);
  if (!other) return `"${node.id}" depends on "${id}", which does not exist`;
  if (other.parent !== node.parent) {
    return `"${node.id}" depends on "${id}", which is in another group; a node can depend on nodes of its own group only`;
  }
  if (!name.includes('.')) return null;
  const branch = name.slice(id.length + 1);
  if (other.type !== 'switch') return `"${node.id}" depends on a case of "${id}", which is no switch`;
  return other.cases.includes(branch)
    ? null
    : `"${node.id}" depends on the case "${branch}" of "${id}", which it does not have`;
}

function dependencyProblems(outline: Outline): Problem[] {
  return outline.nodes.flatMap((node) => {
    const names = node.value['dependsOn'];
    if (!isList(names)) return [];
    return names.flatMap((name, at) => {
      if (typeof name !== 'string') return [];
      const fault = faultOfDependency(outline, node, name);
      return fault === null ? [] : [problem('unknown_dependency', fault, [...node.path, 'dependsOn', at])];
    });
  });
}

/** The nodes on a circle of dependencies, each waiting for the next; null where there is none. */
function findCircle(outline: Outline): OutlineNode[] | null {
  const waitsFor = new Map<string, string[]>();
  for (const { from, to } of edgesOf(outline)) waitsFor.set(to, [...(waitsFor.get(to) ?? []), from]);
  const done = new Set<string>();
  for (const { key: start } of outline.nodes) {
    const path: string[] = [start];
    const next = new Map<string, number>();
    while (path.length > 0) {
      const at = path[path.length - 1] ?? '';
      const edge = next.get(at) ?? 0;
      const to = done.has(at) ? undefined : waitsFor.get(at)?.[edge];
      if (to === undefined) {
        done.add(at);
        path.pop();
        continue;
      }
      next.set(at, edge + 1);
      if (path.includes(to)) return nodesOf(outline, path.slice(path.indexOf(to)));
      if (!done.has(to)) path.push(to);
    }
  }
  return null;
}

function nodesOf({ byKey }: Outline, keys: readonly string[]): OutlineNode[] {
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

function circleProblems(outline: Outline): Problem[] {
  const circle = findCircle(outline);
  const [first] = circle ?? [];
  if (!circle || !first) return [];
  const names = [...circle, first].map(({ id }) => id);
  const shown = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names;
  const message = `nodes wait for each other in a circle: ${shown.join(' → ')}`;
  return [problem('dependency_cycle', message, [...first.path, 'dependsOn'])];
}

function rootProblems(file: JsonObject, root: Path): Problem[] {
  const workflow = valueAt(file, root);
  if (workflow === undefined || !isJsonObject(workflow)) return [];
  const found: Problem[] = [];
  if (typeof workflow['name'] !== 'string' || workflow['name'] === '') {
    found.push(problem('missing_field', 'the field "name" is missing', [...root, 'name']));
  }
  const { nodes } = workflow;
  if (!isList(nodes)) found.push(problem('missing_field', 'the field "nodes" is missing', [...root, 'nodes']));
  else if (nodes.length === 0)
    found.push(problem('no_nodes', 'A workflow needs at least one node.', [...root, 'nodes']));
  return found;
}

/**
 * What can be said at once to be wrong with a file, by the same rules as the server's: names, ids, types, dependencies.
 * @param types the node types that there are; null while that is not known
 */
export function checkFile(file: JsonObject, types: readonly string[] | null): Problem[] {
  const roots: Path[] = [[], ...innerWorkflows(file).map((name) => ['workflows', name])];
  const found = roots.flatMap((root) => {
    const outline = outlineOf(file, root);
    return [
      ...rootProblems(file, root),
      ...idProblems(outline),
      ...typeProblems(outline, types),
      ...dependencyProblems(outline),
      ...circleProblems(outline),
    ];
  });
  return found.slice(0, MOST_PROBLEMS);
}

/** The problems found at once with those that the server found, each once; the server knows the place of more of them. */
export function joinProblems(own: readonly Problem[], found: readonly Problem[]): Problem[] {
  // A list that has nothing in it yet is a beginning, and said in the editor's words.
  const isEmpty = new Set(own.filter(({ code }) => code === 'no_nodes').map(({ pointer }) => pointer));
  const servers = found.filter(({ pointer }) => !isEmpty.has(pointer));
  const known = new Set(servers.map(({ code, pointer }) => `${code} ${pointer}`));
  // A circle is told at one of its nodes, which one is a matter of taste.
  const hasCircle = servers.some(({ code }) => code === 'dependency_cycle');
  const more = own.filter(
    ({ code, pointer }) => !known.has(`${code} ${pointer}`) && !(hasCircle && code === 'dependency_cycle'),
  );
  return [...more, ...servers].slice(0, MOST_PROBLEMS);
}
