import { z } from 'zod';
import type { JsonValue } from '@flowprof/model';
import { NodeFailure } from '../errors.ts';
import { isJson } from '../file/json-guards.ts';
import type { NodeType } from '../node-type.ts';
import { utf8Length } from '../utf8-length.ts';

const params = z.strictObject({
  value: z.custom<JsonValue>((value) => value !== undefined && isJson(value), 'must be JSON').describe('The output.'),
});

/**
 * Makes a value out of others. Its expressions are what it is there for, so their evaluation is its work (phase
 * `execute`); the output is `with.value` as they make it.
 */
export const transform: NodeType<typeof params> = {
  params,
  phase: 'execute',
  evaluationIsWork: true,
  run({ value }, context) {
    const text = JSON.stringify(value);
    if (text === undefined) throw new NodeFailure('invalid_output', 'the value is not JSON');
    context.annotate('data transformation', 'data', { bytes_out: utf8Length(text) });
    return value;
  },
};
