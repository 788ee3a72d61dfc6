import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { mapTemplate, renameInExpression } from './expressions.ts';
import { isList, mapStrings, valueAt, withKey, withValue, type Path } from './json.ts';
import { idOfDependency, outlineOf, type OutlineNode } from './outline.ts';

/** New ids by old ones. */
export type Renames = ReadonlyMap<string, string>;

function inExpression(source: string, renames: Renames): string {
  let made = source;
  for (const [from, to] of renames) made = renameInExpression(made, from, to);
  return made;
}

function inTemplate(value: JsonValue, renames: Renames): JsonValue {
  return mapStrings(value, (text) => mapTemplate(text, (source) => inExpression(source, renames)));
}

function dependency(name: string, renames: Renames): string {
  const id = idOfDependency(name);
  const to = renames.get(id);
  return to === undefined ? name : to + name.slice(id.length);
}

function inCases(value: JsonValue, renames: Renames): JsonValue {
  if (!isList(value)) return value;
  return value.map((one) => {
    const when = valueAt(one, ['when']);
    return isJsonObject(one) && typeof when === 'string' ? withKey(one, 'when', inExpression(when, renames)) : one;
  });
}

/** The fields of a node, apart from the nodes in it, with what they name under its new id. */
export function renameInNode(node: JsonObject, renames: Renames): JsonObject {
  let made = node;
  const { dependsOn, when, with: params } = node;
  if (isList(dependsOn)) {
    const names = dependsOn.map((name) => (typeof name === 'string' ? dependency(name, renames) : name));
    made = withKey(made, 'dependsOn', names);
  }
  if (typeof when === 'string') made = withKey(made, 'when', inExpression(when, renames));
  if (params !== undefined && isJsonObject(params)) {
    const isSwitch = node['type'] === 'switch' && params['cases'] !== undefined;
    const plain = inTemplate(params, renames);
    made = withKey(made, 'with', plain);
    if (isSwitch) made = withValue(made, ['with', 'cases'], inCases(params['cases'] ?? null, renames));
  }
  return made;
}

/** A file in which a workflow calls nodes by new ids wherever it names them. The nodes' own ids stay. */
export function renameReferences(file: JsonObject, root: Path, renames: Renames): JsonObject {
  let made = file;
  for (const { path } of outlineOf(file, root).nodes) {
    const node = valueAt(made, path);
    if (isJsonObject(node)) made = withValue(made, path, renameInNode(node, renames));
  }
  const output = valueAt(made, [...root, 'output']);
  return output === undefined ? made : withValue(made, [...root, 'output'], inTemplate(output, renames));
}

/** An id that no node of a list has: the wanted one, or with the first number behind it that is free. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^(?![A-Za-z_])/, '_')
    .slice(0, 90);
  if (!taken.has(base)) return base;
  const stem = base.replace(/_\d+$/, '');
  for (let n = 2; ; n++) if (!taken.has(`${stem}_${n}`)) return `${stem}_${n}`;
}

/** The ids of the nodes of a workflow. */
export function idsOf(nodes: readonly OutlineNode[]): Set<string> {
  return new Set(nodes.map(({ id }) => id));
}
