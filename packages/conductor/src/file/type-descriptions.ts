import type { JsonObject } from '@flowprof/model';
import { fieldsOfType } from '../graph/compile-node.ts';
import { CONTROL_TYPES } from '../nodes/control.ts';
import type { Registry } from '../registry.ts';
import { isJsonRecord } from './json-guards.ts';
import { paramsSchema } from './json-schema.ts';

/** A node type for who makes workflows: what it is called, what it takes. */
export interface NodeTypeDescription {
  readonly name: string;
  /** The JSON Schema (2020-12) of `with`; null for a type that has none. */
  readonly params: JsonObject | null;
  /** The fields that a node of it can have, besides `id` and `type`. */
  readonly fields: readonly string[];
}

/** All node types of a registry, in its order. Schemas are made anew, so ask once. */
export function describeTypes(registry: Registry): NodeTypeDescription[] {
  const control = new Map(CONTROL_TYPES);
  return registry.names().map((name) => {
    const params = registry.get(name)?.params ?? control.get(name) ?? null;
    // Through text, so that what a schema of others holds besides JSON is gone.
    const schema: unknown = params === null ? null : JSON.parse(JSON.stringify(paramsSchema(params)));
    return { name, params: isJsonRecord(schema) ? schema : null, fields: fieldsOfType(name) };
  });
}
