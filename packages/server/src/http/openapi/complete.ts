import { z } from 'zod';
import { API_ERRORS, type ApiErrorCode } from '../errors.ts';
import { errorsOf } from './errors.ts';
import { EXAMPLES } from './examples.ts';
import type { AnswerHeader, Operation } from './operations.ts';
import { PARAMETERS } from './text.ts';

const json = z.looseObject({});

const contentSchema = z.record(z.string(), z.looseObject({ schema: json.optional(), example: z.unknown().optional() }));

const operationSchema = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.looseObject({ name: z.string(), description: z.string().optional() })).optional(),
  requestBody: z.looseObject({ required: z.boolean().optional(), content: contentSchema }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), content: contentSchema.optional() })),
});

const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.looseObject({ schemas: z.record(z.string(), json) }),
});

type OperationObject = z.output<typeof operationSchema>;

/** The description of the API, as JSON. */
export type ApiDocument = z.output<typeof documentSchema>;

const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };

/** Told to callers whose requests are counted. */
const QUOTA = Object.fromEntries(
  ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'].map((name) => [
    name,
    { $ref: `#/components/headers/${name}` },
  ]),
);

const ANSWER_HEADERS: Readonly<Record<AnswerHeader, string>> = {
  Location: 'Where what was made is to be found',
  ETag: 'Names this state of the answer, for `If-None-Match`; absent while the execution runs',
  Link: 'Where the next page is',
  'Cache-Control': 'How long the answer may be kept',
  'Content-Disposition': 'The name of the file',
};

/** What an answer of success says, by its status. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: 'Answered',
  201: 'Made and stored, or known already',
  202: 'Accepted and stored',
  204: 'Done; there is nothing more to say',
  304: 'What the client has still holds',
};

function headersOf({ answerHeaders: names, access }: Operation): Record<string, unknown> {
  const headers = names.map((name): [string, unknown] => [
    name,
    { description: ANSWER_HEADERS[name], schema: { type: 'string' } },
  ]);
  return { ...REQUEST_ID, ...(access !== 'public' && QUOTA), ...Object.fromEntries(headers) };
}

/** Headers that an error's status brings along. */
function errorHeaders(status: number): Record<string, unknown> {
  const own: readonly string[] =
    status === 401 ? ['WWW-Authenticate'] : status === 429 || status === 503 ? ['Retry-After'] : [];
  const quota = status === 429 ? QUOTA : {};
  return {
    ...REQUEST_ID,
    ...quota,
    ...Object.fromEntries(own.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
  };
}

/** What the routes of OTLP say of their errors, which are no problems but for a path that is no URL. */
type OtlpContent = OperationObject['responses'][string]['content'];

function problemContent(status: number, codes: readonly ApiErrorCode[]): OtlpContent {
  return {
    'application/problem+json': {
      schema: {
        allOf: [{ $ref: '#/components/schemas/Problem' }],
        type: 'object',
        properties: { code: { type: 'string', enum: codes }, status: { type: 'integer', const: status } },
      },
    },
  };
}

/** The answer of a status that some errors share. */
function problemResponse(
  status: number,
  codes: readonly ApiErrorCode[],
  content: OtlpContent | undefined,
): OperationObject['responses'][string] {
  return {
    description: codes.map((code) => `\`${code}\`: ${API_ERRORS[code].title}`).join('; '),
    headers: errorHeaders(status),
    content: { ...(content === undefined || status === 400 ? problemContent(status, codes) : {}), ...content },
  };
}

function securityOf({ access }: Operation): readonly Record<string, readonly string[]>[] {
  return access === 'public' ? [] : [{ apiKey: [access] }, { oidc: [access] }, {}];
}

const NULL_TYPE = z.looseObject({ anyOf: z.array(z.looseObject({ type: z.unknown() })) });

/** Whether a body may be left out. */
function isOptional(schema: unknown): boolean {
  const union = NULL_TYPE.safeParse(schema);
  return union.success && union.data.anyOf.some(({ type }) => type === 'null');
}

function bodyOf(operation: Operation, given: OperationObject): OperationObject['requestBody'] {
  const { requestBody } = given;
  if (operation.rawBody !== null) {
    const binary = { schema: { type: 'string', format: 'binary' } };
    return { required: true, content: Object.fromEntries(operation.rawBody.map((type) => [type, binary])) };
  }
  if (!requestBody) return requestBody;
  const content = requestBody.content['application/json'];
  const example = EXAMPLES[operation.id]?.request;
  const shown = example === undefined ? content : { ...content, example };
  return {
    ...requestBody,
    required: !isOptional(content?.schema),
    content: { ...requestBody.content, ...(shown && { 'application/json': shown }) },
  };
}

function successes(operation: Operation, given: OperationObject): OperationObject['responses'] {
  const entries = Object.entries(given.responses).filter(([status]) => /^[123]\d\d$/.test(status));
  return Object.fromEntries(
    entries.map(([status, { content, ...response }]) => {
      const body = content?.['application/json'];
      const example = EXAMPLES[operation.id]?.response;
      const isEmpty = status === '204' || status === '304';
      return [
        status,
        {
          ...response,
          description: DESCRIPTIONS[status] ?? response.description,
          headers: headersOf(operation),
          ...(content &&
            !isEmpty && {
              content: {
                ...content,
                ...(body && example !== undefined && { 'application/json': { ...body, example } }),
              },
            }),
        },
      ];
    }),
  );
}

function completeOperation(operation: Operation, given: OperationObject): OperationObject {
  const { parameters, ...rest } = given;
  const content = operation.isOtlp ? given.responses['4XX']?.content : undefined;
  const errors = Object.fromEntries(
    Array.from(errorsOf(operation), ([status, codes]) => [status, problemResponse(status, codes, content)] as const),
  );
  const requestBody = bodyOf(operation, given);
  return {
    ...rest,
    ...(parameters && {
      parameters: parameters.map((parameter) => ({
        ...parameter,
        description: parameter.description ?? PARAMETERS[parameter.name] ?? parameter.name,
      })),
    }),
    ...(requestBody && { requestBody }),
    responses: { ...successes(operation, given), ...errors },
    security: securityOf(operation),
  };
}

/** Leaves out schemas that no operation comes to. */
function withoutUnused(document: ApiDocument): ApiDocument {
  const { schemas } = document.components;
  const used = new Set<string>();
  const look = [JSON.stringify(document.paths)];
  for (let text = look.pop(); text !== undefined; text = look.pop()) {
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      look.push(JSON.stringify(schemas[name]));
    }
  }
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(kept) } };
}

/**
 * Adds to what the schemas of the routes say what the routes and the table of errors say besides: every error that an
 * operation can give, headers, credentials, examples, bodies that are bytes.
 */
export function completeDocument(given: unknown, operations: readonly Operation[]): ApiDocument {
  const document = documentSchema.parse(given);
  const paths: ApiDocument['paths'] = {};
  for (const operation of operations) {
    const method = operation.method.toLowerCase();
    const described = document.paths[operation.path]?.[method];
    if (!described) throw new Error(`${operation.method} ${operation.path} is not in the document`);
    paths[operation.path] = { ...paths[operation.path], [method]: completeOperation(operation, described) };
  }
  return withoutUnused({ ...document, paths });
}
