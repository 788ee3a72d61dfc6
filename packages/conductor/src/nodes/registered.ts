import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import type { z } from 'zod';
import { NodeFailure } from '../errors.ts';
import type { NodeType, RegisteredType } from '../node-type.ts';
import { ownJson } from './own-json.ts';

/** What is wrong with parameters, in one line. */
function describeParams(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'with'}: ${issue.message}`).join('; ');
}

/** The parameters of a node that has none. */
export const NO_PARAMS: JsonObject = Object.freeze({});

/** What no parameters are to a type, worked out once; null where it needs some or fills some in. */
function withoutParams<S extends z.ZodType>(schema: S): { readonly data: z.output<S> } | null {
  const { success, data } = schema.safeParse({});
  if (!success || typeof data !== 'object' || data === null || Object.keys(data).length > 0) return null;
  Object.freeze(data);
  return { data };
}

/** @throws {NodeFailure} `invalid_parameters` */
function parse<S extends z.ZodType>(schema: S, params: JsonObject): z.output<S> {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  throw new NodeFailure('invalid_parameters', describeParams(parsed.error), { retryable: false });
}

/** Puts a type's own check of its parameters in front of its handler, for the types of this package. */
export function builtIn<S extends z.ZodType>({ params, phase, evaluationIsWork, run }: NodeType<S>): RegisteredType {
  return {
    params,
    phase,
    evaluationIsWork: evaluationIsWork ?? false,
    start: (given, context) => run(parse(params, given), context),
  };
}

/**
 * The same for types of others, whose handlers may do anything: they have copies of their own of what they are given,
 * and what they give back is copied. A promise, or what only looks like one, counts once, whatever it does later.
 */
export function registered<S extends z.ZodType>(type: NodeType<S>): RegisteredType {
  const nothing = withoutParams(type.params);
  return {
    ...builtIn(type),
    start(given, context) {
      const params = given === NO_PARAMS && nothing !== null ? nothing.data : parse(type.params, ownRecord(given));
      const result: unknown = type.run(params, context);
      return isThenable(result) ? settled(result) : ownJson(result);
    },
  };
}

function ownRecord(params: JsonObject): JsonObject {
  const own = ownJson(params);
  return isJsonObject(own) ? own : NO_PARAMS;
}

function isThenable(value: unknown): boolean {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false;
  return typeof Reflect.get(value, 'then') === 'function';
}

async function settled(result: unknown): Promise<JsonValue> {
  return ownJson(await result);
}
