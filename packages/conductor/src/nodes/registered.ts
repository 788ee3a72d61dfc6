import type { JsonObject } from '@flowprof/model';
import type { z } from 'zod';
import { NodeFailure } from '../errors.ts';
import type { NodeType, RegisteredType } from '../node-type.ts';

/** What is wrong with parameters, in one line. */
function describeParams(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'with'}: ${issue.message}`).join('; ');
}

/** Puts a type's own check of its parameters in front of its handler. */
export function registered<S extends z.ZodType>(type: NodeType<S>): RegisteredType {
  return {
    params: type.params,
    phase: type.phase,
    evaluationIsWork: type.evaluationIsWork ?? false,
    start(params: JsonObject, context) {
      const parsed = type.params.safeParse(params);
      if (!parsed.success) {
        throw new NodeFailure('invalid_parameters', describeParams(parsed.error), { retryable: false });
      }
      return type.run(parsed.data, context);
    },
  };
}
