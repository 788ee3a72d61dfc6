import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import type { FieldError } from './errors.ts';

/** How many faults an answer lists at most. */
export const MAX_ERRORS = 20;

const MAX_POINTER = 300;

/** A JSON pointer (RFC 6901) of a path; cut to a bounded length, since keys come from the request. */
function pointerOf(path: readonly PropertyKey[]): string {
  const pointer = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return pointer.length <= MAX_POINTER ? pointer : `${pointer.slice(0, MAX_POINTER)}…`;
}

/** The part of a request that a schema is for, as Fastify names it. */
export type RequestPart = 'body' | 'querystring' | 'params' | 'headers';

const PART_NAMES = { body: null, querystring: 'query', params: 'path', headers: 'headers' } as const;

/** A request that its schema refuses. Fastify adds `validationContext`. */
export class RequestInvalid extends Error {
  readonly issues: readonly z.core.$ZodIssue[];

  constructor(issues: readonly z.core.$ZodIssue[]) {
    super('the request is invalid');
    this.name = 'RequestInvalid';
    this.issues = issues;
  }
}

/** Checks requests by their zod schemas. */
export const validateByZod: FastifySchemaCompiler<z.ZodType> = ({ schema }) => {
  return (data: unknown) => {
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: new RequestInvalid(result.error.issues) };
  };
};

/** What a check of ours says that it expects: `params: { expected: '...' }` of the check. */
function expectedBy({ params }: z.core.$ZodIssueCustom): string | null {
  const expected: unknown = params?.['expected'];
  return typeof expected === 'string' ? `expected ${expected}` : null;
}

/** What an issue expects, in words that never hold what was sent. */
function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'too_big':
      return `expected at most ${String(issue.maximum)} (${issue.origin})`;
    case 'too_small':
      return `expected at least ${String(issue.minimum)} (${issue.origin})`;
    case 'invalid_format':
      return issue.pattern === undefined ? `expected the format ${issue.format}` : `expected to match ${issue.pattern}`;
    case 'not_multiple_of':
      return `expected a multiple of ${String(issue.divisor)}`;
    case 'invalid_value':
      return `expected one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'expected one of several forms, and it has none of them';
    case 'invalid_key':
      return 'the key is not allowed';
    case 'invalid_element':
      return 'an element is invalid';
    case 'unrecognized_keys':
      return 'this field is not known here';
    case 'custom':
      return expectedBy(issue) ?? 'the value is not valid here';
    default:
      return issue satisfies never;
  }
}

/** The faults behind an issue: one for each field that is not known, else one. */
function fieldErrors(issue: z.core.$ZodIssue, part: RequestPart): FieldError[] {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const place = PART_NAMES[part];
  return paths.map((path) => ({
    pointer: pointerOf(path),
    code: issue.code,
    detail: describe(issue),
    ...(place !== null && { in: place }),
  }));
}

/** All faults that zod found in a part of a request. */
export function fieldErrorsOf(issues: readonly z.core.$ZodIssue[], part: RequestPart): FieldError[] {
  return issues.flatMap((issue) => fieldErrors(issue, part));
}
