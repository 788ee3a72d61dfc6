import type { JsonObject } from '@flowprof/model';
import type { z } from 'zod';
import { NodeFailure } from '../errors.ts';
import type { NodeType, RegisteredType } from '../node-type.ts';

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

/** Puts a type's own check of its parameters in front of its handler. */
export function registered<S extends z.ZodType>(type: NodeType<S>): RegisteredType {
  const nothing = withoutParams(type.params);
  return {
    params: type.params,
    phase: type.phase,
    evaluationIsWork: type.evaluationIsWork ?? false,
    start(params: JsonObject, context) {
      if (params === NO_PARAMS && nothing !== null) return type.run(nothing.data, context);
      const parsed = type.params.safeParse(params);
      if (!parsed.success) {
        throw new NodeFailure('invalid_parameters', describeParams(parsed.error), { retryable: false });
      }
      return type.run(parsed.data, context);
    },
  };
}
