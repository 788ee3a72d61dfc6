import { z } from 'zod';
import { CONTROL_TYPES } from '../nodes/control.ts';
import { BUILT_IN } from '../nodes/index.ts';
import { nodeSchema, workflowSchema } from './definition.ts';

type Schema = Record<string, unknown>;

const TEMPLATE = { type: 'string', pattern: '\\$\\{', description: 'An expression: ${ CEL }' };

function toSchema(schema: z.ZodType): Schema {
  const made = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    io: 'input',
    override: ({ jsonSchema, path }) => {
      if (path[path.length - 1] === 'nodes') jsonSchema.items = { $ref: '#/$defs/node' };
    },
  });
  const { $schema: _, ...rest } = made;
  return rest;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A type's parameters, each of which may be an expression instead of the value. */
export function paramsSchema(schema: z.ZodType): Schema {
  const made = toSchema(schema);
  const { properties } = made;
  if (!isObject(properties)) return made;
  const open = Object.entries(properties).map(([name, property]): [string, unknown] => {
    const takesText = isObject(property) && (property['type'] === 'string' || property['type'] === undefined);
    const isPlain = takesText && isObject(property) && !('enum' in property) && !('anyOf' in property);
    return [name, isPlain ? property : { anyOf: [property, TEMPLATE] }];
  });
  return { ...made, properties: Object.fromEntries(open) };
}

/** What holds for nodes of one type. */
function ruleFor(type: string, rule: Schema): Schema {
  // A word of JSON Schema: no promise.
  // oxlint-disable-next-line unicorn/no-thenable
  return { if: { properties: { type: { const: type } } }, then: rule };
}

/**
 * The JSON Schema (2020-12) of workflow files, for editors: completion, descriptions, errors while typing. Node types
 * of others are allowed; ids, dependencies and expressions are checked by `parseWorkflow` alone.
 */
export function workflowJsonSchema(): Schema {
  const node = toSchema(nodeSchema);
  const types = [...BUILT_IN.map(([name, { params }]) => [name, params] as const), ...CONTROL_TYPES];
  const names = types.map(([name]) => name);
  const properties = isObject(node['properties']) ? node['properties'] : {};
  const type = { anyOf: [{ enum: names }, { type: 'string' }], description: 'What the node does.' };
  const rules = types.map(([name, params]) => {
    const hasNodes = name === 'group' || name === 'foreach';
    const required = [
      ...(params === null || params.safeParse({}).success ? [] : ['with']),
      ...(hasNodes ? ['nodes'] : []),
    ];
    return ruleFor(name, {
      ...(params && { properties: { with: paramsSchema(params) } }),
      ...(required.length > 0 && { required }),
    });
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'flowprof workflow',
    ...toSchema(workflowSchema),
    $defs: {
      node: {
        ...node,
        properties: { ...properties, type },
        allOf: rules,
      },
    },
  };
}
