import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { isList, valueAt } from './json.ts';
import { stringsOf } from './outline.ts';

/** How a parameter is filled in. */
type ParamKind =
  | { readonly kind: 'text' }
  | { readonly kind: 'number' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  /** Names with values. */
  | { readonly kind: 'pairs' }
  /** A list of objects, each with fields of its own. */
  | { readonly kind: 'rows'; readonly fields: readonly Param[] }
  /** Any JSON, or a text that holds expressions. */
  | { readonly kind: 'json' };

/** A parameter of a node type, as its schema describes it. */
export interface Param {
  readonly name: string;
  readonly control: ParamKind;
  readonly isRequired: boolean;
  readonly description: string | null;
}

/** A node type, as the server describes it. */
export interface NodeType {
  readonly name: string;
  readonly params: readonly Param[];
  /** The fields that a node of it can have, besides `id` and `type`. */
  readonly fields: readonly string[];
}

/** The schema of a value, where an expression may stand instead of it. */
function plainSchema(schema: JsonValue | undefined): JsonValue | undefined {
  const choices = valueAt(schema, ['anyOf']);
  if (!isList(choices) || choices.length !== 2) return schema;
  const [first, second] = choices;
  return valueAt(second, ['pattern']) === '\\$\\{' ? first : schema;
}

function isObjectSchema(schema: JsonValue | undefined): boolean {
  return valueAt(schema, ['type']) === 'object';
}

function kindOf(schema: JsonValue | undefined, depth: number): ParamKind {
  const options = stringsOf(valueAt(schema, ['enum']));
  if (options.length > 0) return { kind: 'choice', options };
  switch (valueAt(schema, ['type'])) {
    case 'string':
      return { kind: 'text' };
    case 'number':
    case 'integer':
      return { kind: 'number' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'object':
      return valueAt(schema, ['properties']) === undefined ? { kind: 'pairs' } : { kind: 'json' };
    case 'array': {
      const items = valueAt(schema, ['items']);
      const fields = depth === 0 && isObjectSchema(items) ? paramsOf(items ?? null, depth + 1) : [];
      return fields.length > 0 ? { kind: 'rows', fields } : { kind: 'json' };
    }
    default:
      return { kind: 'json' };
  }
}

/** The parameters that a JSON Schema of an object describes, in its order, those that are needed first. */
export function paramsOf(schema: JsonValue | null, depth = 0): Param[] {
  const properties = valueAt(schema ?? undefined, ['properties']);
  if (properties === undefined || !isJsonObject(properties)) return [];
  const required = stringsOf(valueAt(schema ?? undefined, ['required']));
  const params = Object.entries(properties).map(([name, given]): Param => {
    const plain = plainSchema(given);
    const description = valueAt(given, ['description']) ?? valueAt(plain, ['description']);
    return {
      name,
      control: kindOf(plain, depth),
      isRequired: required.includes(name),
      description: typeof description === 'string' ? description : null,
    };
  });
  return [...params.filter(({ isRequired }) => isRequired), ...params.filter(({ isRequired }) => !isRequired)];
}

/** What a type says of itself in few words, for the palette. */
export const TYPE_WORDS: Readonly<Record<string, string>> = {
  http: 'Calls a service',
  command: 'Starts a program',
  transform: 'Makes a value out of others',
  delay: 'Waits for a time',
  fail: 'Ends the run with an error',
  group: 'Holds nodes that belong together',
  foreach: 'Runs its nodes once for each item of a list',
  subworkflow: 'Runs another workflow',
  switch: 'Chooses one of several ways',
};

/** The four ways of the retry policy, in the words that people know them by. */
export const RETRY_WORDS: readonly (readonly [policy: string, words: string, help: string])[] = [
  ['none', 'No retries', 'It fails at its first error.'],
  ['fixed', 'Fail after X attempts', 'It is tried again after the same wait each time, then it fails.'],
  ['exponential', 'Exponential backoff', 'Each wait is longer than the one before it, then it fails.'],
  ['keep_trying', 'Keep trying', 'It is tried again until it succeeds.'],
];

/** The fields of a retry policy that mean something under it, with their defaults. */
export function retryFields(policy: string): readonly (readonly [field: string, label: string, usual: string])[] {
  if (policy === 'none') return [];
  const delay: readonly [string, string, string] = [
    'delayMs',
    'First wait, ms',
    policy === 'exponential' ? '500' : '1000',
  ];
  const attempts: readonly [string, string, string] = [
    'maxAttempts',
    'Attempts in all',
    policy === 'fixed' ? '3' : policy === 'exponential' ? '5' : 'no end',
  ];
  return [
    attempts,
    delay,
    ['maxDelayMs', 'Longest wait, ms', '30000'],
    ['factor', 'Each wait times', policy === 'exponential' ? '2' : '1'],
    ['jitter', 'Random part, 0 to 1', '0'],
  ];
}

/** A retry policy with another way; what it says besides stays where it still means something. */
export function withPolicy(retry: JsonObject | null, policy: string): JsonObject | undefined {
  if (policy === 'none') return undefined;
  return { ...retry, policy };
}
