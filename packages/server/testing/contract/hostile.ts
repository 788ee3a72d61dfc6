import type { DescribedOperation, Parameter } from '../api-document.ts';
import type { ValidCall } from './fixtures.ts';

/** Stands in everything hostile that is a text, so that an answer that repeats it shows. */
export const CANARY = 'canary';

/** Whatever has to be sent to make a call. */
export interface Request {
  /** What is hostile in it. */
  readonly about: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const LONG = CANARY + 'x'.repeat(5000);

/** As they stand in a URL, so that what no encoder would write can be sent too. */
const IN_URL: readonly string[] = [
  '',
  '-1',
  '1.5',
  '1e400',
  'NaN',
  'Infinity',
  '99999999999999999999',
  'true',
  'null',
  '[object%20Object]',
  CANARY,
  LONG,
  '__proto__',
  'constructor',
  `%00${CANARY}`,
  `${CANARY}%ED%A0%80`,
  `${CANARY}%FF`,
  `%${CANARY}`,
  `%E2%80%AE${CANARY}`,
  `${CANARY}'%20OR%20'1'='1`,
  `${CANARY}%27%3BDROP%20TABLE%20workflows%3B--`,
  `%3Cscript%3E${CANARY}%3C%2Fscript%3E`,
  `..%2F..%2F${CANARY}`,
  '00000000-0000-0000-0000-000000000000',
  '%7B%7D',
];

const IN_HEADERS: readonly string[] = [
  '',
  CANARY,
  LONG,
  '__proto__',
  'constructor',
  '-1',
  '1e400',
  `${CANARY}'; DROP TABLE workflows;--`,
  `<script>${CANARY}</script>`,
  `${CANARY}\u00e9\u00ff`,
  '"',
  `W/"${CANARY}"`,
  '*',
  '00000000-0000-0000-0000-000000000000',
];

const deep = (depth: number, inside: string): string => '['.repeat(depth) + inside + ']'.repeat(depth);

/** JSON texts, valid or not, for a place in a body. */
const IN_BODY: readonly string[] = [
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e400',
  '-1e400',
  '1e308',
  '9007199254740993',
  'NaN',
  '"NaN"',
  '""',
  `"${CANARY}"`,
  `"${LONG}"`,
  '"__proto__"',
  '"constructor"',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"\\u005f_proto__":{"polluted":1}}',
  `"\\u0000${CANARY}"`,
  `"\\ud800${CANARY}"`,
  `"\\u202e${CANARY}"`,
  `"${CANARY}'; DROP TABLE workflows;--"`,
  `"<script>${CANARY}</script>"`,
  `["${CANARY}"]`,
  '[]',
  '{}',
  `{"${'k'.repeat(5000)}":"${CANARY}"}`,
  deep(50, `"${CANARY}"`),
  deep(70, `"${CANARY}"`),
  `{"toString":"${CANARY}","hasOwnProperty":1}`,
];

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

const WHOLE_BODIES: readonly (string | Uint8Array<ArrayBuffer>)[] = [
  ...IN_BODY,
  '',
  ' ',
  '{',
  `{"${CANARY}`,
  '{"a":1,}',
  '[1,2',
  deep(100_000, ''),
  '['.repeat(1_000_000),
  bytes(0x22, 0xff, 0x22),
  bytes(0xef, 0xbb, 0xbf, 0x7b, 0x7d),
  bytes(0x22, 0xed, 0xa0, 0x80, 0x22),
  bytes(0x7b, 0, 0x22),
];

const CONTENT_TYPES: readonly string[] = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/xml',
  `${CANARY}/${CANARY}`,
  '*/*',
];

const ENCODINGS: readonly string[] = ['gzip', 'br', 'deflate', 'gzip, gzip', CANARY];

function encoded(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encodeURIComponent(value)]));
}

interface Parts {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

function urlOf(template: string, { path, query }: Parts): string {
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => path[name] ?? '');
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}

/** The names of the fields of a body, by its schema. */
function fieldsOf(schema: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const { properties, anyOf } = schema ?? {};
  if (typeof properties === 'object' && properties !== null) return Object.keys(properties);
  return Array.isArray(anyOf) ? anyOf.flatMap((one: Record<string, unknown>) => fieldsOf(one)) : [];
}

const PLACE = '@@place@@';

/** Makes the requests of an operation from a valid call of it. */
export class HostileRequests {
  readonly #operation: DescribedOperation;
  readonly #call: ValidCall;
  readonly #parts: Parts;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(operation: DescribedOperation, call: ValidCall, headers: Readonly<Record<string, string>>) {
    this.#operation = operation;
    this.#call = call;
    this.#parts = { path: encoded(call.path ?? {}), query: encoded(call.query ?? {}) };
    const type = call.raw === undefined ? 'application/json' : 'application/octet-stream';
    const hasBody = call.json !== undefined || call.raw !== undefined;
    this.#headers = { ...headers, ...(hasBody && { 'content-type': type }), ...call.headers };
  }

  /** The call as it is. */
  valid(): Request {
    return this.#request('nothing', {});
  }

  /** The call with something hostile in each place. */
  all(): readonly Request[] {
    const { parameters, requestBody } = this.#operation;
    return [
      ...parameters.flatMap((parameter) => this.#inParameter(parameter)),
      ...this.#unknownParameters(),
      ...(requestBody?.content['application/json'] && this.#call.raw === undefined ? this.#inBody() : []),
      ...(this.#call.raw === undefined ? [] : this.#inRawBody()),
    ];
  }

  #inParameter({ name, in: place }: Parameter): Request[] {
    if (place === 'header') {
      return IN_HEADERS.map((value) => this.#request(`header ${name}`, { headers: { [name]: value } }));
    }
    // Each file starts a thread, so a third of the values has to do.
    const values = this.#call.raw === undefined || place === 'path' ? IN_URL : IN_URL.filter((_, at) => at % 3 === 0);
    return values.map((value) => this.#request(`${place} ${name}`, { [place]: { [name]: value } }));
  }

  #unknownParameters(): Request[] {
    const unknown = [`extra=${CANARY}`, `__proto__=${CANARY}`, `a[b]=${CANARY}`, `skip=1&skip=${CANARY}`, '%', '&&=&'];
    return unknown.map((query) => {
      const request = this.#request('unknown query', {});
      return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${query}` };
    });
  }

  #inBody(): Request[] {
    const fields = fieldsOf(this.#operation.requestBody?.content['application/json']?.schema);
    const inFields = [...fields, 'extra'].flatMap((field) => {
      const json = typeof this.#call.json === 'object' ? this.#call.json : {};
      const text = JSON.stringify({ ...json, [field]: PLACE });
      return IN_BODY.map((value) => this.#request(`field ${field}`, { body: text.replace(`"${PLACE}"`, () => value) }));
    });
    const body = JSON.stringify(this.#call.json ?? {});
    return [
      ...inFields,
      ...WHOLE_BODIES.map((whole) => this.#request('body', { body: whole })),
      ...CONTENT_TYPES.map((type) => this.#request('content type', { body, headers: { 'content-type': type } })),
      ...ENCODINGS.map((encoding) => this.#request('encoding', { body, headers: { 'content-encoding': encoding } })),
    ];
  }

  #inRawBody(): Request[] {
    const bodies = ['', CANARY, '{"traceEvents":', '['.repeat(100_000), bytes(0x1f, 0x8b, 0, 0)];
    return [
      ...bodies.map((body) => this.#request('body', { body })),
      ...ENCODINGS.map((encoding) => this.#request('encoding', { headers: { 'content-encoding': encoding } })),
    ];
  }

  #request(
    about: string,
    hostile: {
      readonly path?: Readonly<Record<string, string>>;
      readonly query?: Readonly<Record<string, string>>;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array<ArrayBuffer>;
    },
  ): Request {
    const { json, raw } = this.#call;
    const body = hostile.body ?? raw ?? (json === undefined ? undefined : JSON.stringify(json));
    const parts = {
      path: { ...this.#parts.path, ...hostile.path },
      query: { ...this.#parts.query, ...hostile.query },
    };
    return {
      about,
      path: urlOf(this.#operation.path, parts),
      headers: {
        ...this.#headers,
        ...(hostile.body !== undefined && { 'content-type': 'application/json' }),
        ...hostile.headers,
      },
      ...(body !== undefined && { body }),
    };
  }
}
