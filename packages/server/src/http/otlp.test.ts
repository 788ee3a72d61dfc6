import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { StoreError } from '@flowprof/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type Answer, type Call, type TestServer } from '../../testing/harness.ts';
import { MemoryIntake } from '../../testing/otlp-intake.ts';
import { decodeResponse, decodeStatus, encodeRequest, requestOf } from '../../testing/otlp-messages.ts';
import { unavailable } from './errors.ts';

const PROTOBUF = 'application/x-protobuf';
const intake = new MemoryIntake();
let test: TestServer;

beforeAll(async () => {
  test = await startTestServer({ otlpIntake: intake });
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(() => test.close());

beforeEach(() => {
  intake.spans.length = 0;
  intake.fails = null;
});

/** What is sent, and what comes back as bytes. */
async function post(raw: Uint8Array<ArrayBuffer> | string, headers: Record<string, string> = {}, path = '/v1/traces') {
  const response = await fetch(test.server.url + path, {
    method: 'POST',
    headers: { 'content-type': PROTOBUF, ...headers },
    body: raw,
  });
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

function postJson(json: unknown, call: Call = {}): Promise<Answer> {
  return test.call('/v1/traces', { json, ...call });
}

const names = (): string[] => intake.spans.map(({ name }) => name);

describe('spans by OTLP', () => {
  it('come in as protocol buffers, with no header but their type', async () => {
    const { status, headers, bytes } = await post(encodeRequest(requestOf(1, 'a', 'b')));
    expect([status, headers.get('content-type'), bytes.byteLength]).toEqual([200, PROTOBUF, 0]);
    expect(names()).toEqual(['a', 'b']);
    expect(intake.spans[0]).toMatchObject({ traceId: '01'.repeat(16), spanId: '01'.repeat(8) });
  });

  it('come in packed with gzip', async () => {
    const packed = gzipSync(encodeRequest(requestOf(1, 'a')));
    expect((await post(new Uint8Array(packed), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(names()).toEqual(['a']);
  });

  it('come in as JSON', async () => {
    const span = { traceId: 'AB'.repeat(16), spanId: '02'.repeat(8), name: 'j' };
    const answer = await postJson({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    expect([answer.status, answer.body]).toEqual([200, {}]);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(intake.spans).toMatchObject([{ traceId: 'ab'.repeat(16), name: 'j' }]);
  });

  it.each(['/api/v1/workspaces/only/otlp/v1/traces'])(
    'come in at %s, for exporters that set no headers',
    async (path) => {
      expect((await post(encodeRequest(requestOf(1, 'a')), {}, path)).status).toBe(200);
      expect(names()).toEqual(['a']);
    },
  );

  it('may be none at all', async () => {
    expect((await post(encodeRequest({}))).status).toBe(200);
    expect((await postJson({})).status).toBe(200);
    expect((await postJson({ resourceSpans: [] })).status).toBe(200);
    expect(names()).toEqual([]);
  });

  it('are left out one by one where they are wrong, which the answer counts', async () => {
    const wrong = { traceId: '', spanId: '02'.repeat(8), name: 'w' };
    const right = { traceId: 'ab'.repeat(16), spanId: '02'.repeat(8), name: 'r' };
    const json = { resourceSpans: [{ scopeSpans: [{ spans: [wrong, right, { ...right, spanId: 'x' }] }] }] };
    const { status, body } = await postJson(json);
    const message =
      '2 spans were rejected, the first because: a trace id must be 16 bytes that are not all zero (bad_trace_id at /resourceSpans/0/scopeSpans/0/spans/0)';
    expect([status, body]).toEqual([200, { partialSuccess: { rejectedSpans: '2', errorMessage: message } }]);
    expect(names()).toEqual(['r']);
    const bytes = encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'w' }] }] }] });
    const inProtobuf = decodeResponse((await post(bytes)).bytes);
    expect(inProtobuf).toMatchObject({ partialSuccess: { rejectedSpans: '1' } });
  });

  it('come in whole however many they are, in both encodings', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ({
      traceId: randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      name: `span ${i}`,
      attributes: [{ key: 'index', value: { intValue: i } }],
    }));
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: many }] }] });
    const answer = await test.call('/v1/traces', { raw: body });
    expect(answer.status).toBe(200);
    expect(intake.spans).toHaveLength(20_000);
    intake.spans.length = 0;
    const hexIds = many.map((span) => ({
      ...span,
      traceId: Buffer.from(span.traceId, 'hex').toString('base64'),
      spanId: Buffer.from(span.spanId, 'hex').toString('base64'),
      attributes: [{ key: 'text', value: { stringValue: 'x'.repeat(50) } }],
    }));
    const bytes = encodeRequest({ resourceSpans: [{ scopeSpans: [{ spans: hexIds }] }] });
    expect(bytes.byteLength).toBeGreaterThan(1024 * 1024);
    expect((await post(bytes)).status).toBe(200);
    expect(intake.spans).toHaveLength(20_000);
  });
});

/** A length of up to 2^28 in four bytes. */
function lengthOf(size: number): number[] {
  return [128 + (size % 128), 128 + ((size >> 7) % 128), 128 + ((size >> 14) % 128), size >> 21];
}

/** A span with three million attributes of two bytes. */
const MANY_ATTRIBUTES = (() => {
  const span = new Uint8Array(6_000_000);
  for (let i = 0; i < span.length; i += 2) span[i] = 0x4a;
  const scope = [0x12, ...lengthOf(span.length)];
  const resource = [0x12, ...lengthOf(scope.length + span.length)];
  const request = [0x0a, ...lengthOf(resource.length + scope.length + span.length)];
  return new Uint8Array(Buffer.concat([Uint8Array.from([...request, ...resource, ...scope]), span]));
})();

const rpcStatus = z.object({
  code: z.number(),
  message: z.string(),
  details: z.array(z.looseObject({ '@type': z.string() })),
});

describe('errors of OTLP', () => {
  it('are google.rpc.Status in the encoding of the request', async () => {
    const { status, headers, bytes } = await post(Uint8Array.of(0xff, 0xff));
    expect([status, headers.get('content-type')]).toEqual([400, PROTOBUF]);
    expect(decodeStatus(bytes)).toMatchObject({ code: 3, reason: 'BAD_REQUEST', retryAfter: null });
    const json = await test.call('/v1/traces', { raw: '{' });
    expect([json.status, json.headers.get('content-type')]).toEqual([400, 'application/json']);
    expect(rpcStatus.parse(json.body)).toMatchObject({ code: 3, details: [{ reason: 'MALFORMED_JSON' }] });
    expect(names()).toEqual([]);
  });

  it.each<[string, number, string, Record<string, string>, Uint8Array<ArrayBuffer> | string]>([
    ['no object', 400, 'BAD_REQUEST', { 'content-type': 'application/json' }, '[]'],
    ['too deep', 400, 'TOO_DEEP', { 'content-type': 'application/json' }, '['.repeat(100_000)],
    ['no gzip', 400, 'BAD_REQUEST', { 'content-encoding': 'gzip' }, 'not packed'],
    ['another encoding', 415, 'UNSUPPORTED_MEDIA_TYPE', { 'content-encoding': 'br' }, 'x'],
    ['another type', 415, 'UNSUPPORTED_MEDIA_TYPE', { 'content-type': 'text/plain' }, 'x'],
    ['another workspace', 404, 'NOT_FOUND', { 'x-workspace-slug': 'other' }, ''],
    ['a foreign page', 403, 'FOREIGN_ORIGIN', { origin: 'http://elsewhere.example' }, ''],
    ['too many attributes', 413, 'BODY_TOO_LARGE', {}, MANY_ATTRIBUTES],
    ['too large a body', 413, 'BODY_TOO_LARGE', {}, 'x'.repeat(20 * 1024 * 1024 + 1)],
  ])('refuse %s with %d', async (_, status, reason, headers, body) => {
    const answer = await post(body, headers);
    expect(answer.status).toBe(status);
    const isProtobuf = answer.headers.get('content-type') === PROTOBUF;
    expect(isProtobuf).toBe(headers['content-type'] === undefined);
    const told = isProtobuf
      ? decodeStatus(answer.bytes).reason
      : rpcStatus.parse(JSON.parse(Buffer.from(answer.bytes).toString('utf8'))).details[0]?.['reason'];
    expect(told).toBe(reason);
    expect(names()).toEqual([]);
  });

  it('refuse what becomes too large once unpacked, at little cost', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    const { status, bytes } = await post(new Uint8Array(bomb), { 'content-encoding': 'gzip' });
    expect(status).toBe(413);
    expect(decodeStatus(bytes)).toMatchObject({ reason: 'BODY_TOO_LARGE', retryAfter: null });
    expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
  });

  it.each<[string, () => Error, string, number]>([
    ['busy', () => unavailable('overloaded', 'Too much waits.', 7), 'OVERLOADED', 7],
    ['without its database', () => new StoreError('database_unavailable', 'gone'), 'DATABASE_UNAVAILABLE', 2],
    ['full', () => new StoreError('disk_full', 'full'), 'DISK_FULL', 30],
  ])('ask for the same again while the server is %s', async (_, fails, reason, seconds) => {
    intake.fails = fails;
    const { status, headers, bytes } = await post(encodeRequest(requestOf(1, 'a')));
    expect([status, headers.get('retry-after')]).toEqual([503, String(seconds)]);
    expect(decodeStatus(bytes)).toMatchObject({ code: 14, reason, retryAfter: seconds });
  });

  it('tell nothing of a fault of the server, and do not ask for the same again', async () => {
    intake.fails = () => new Error('a detail of the inside');
    const { status, headers, bytes } = await post(encodeRequest(requestOf(1, 'a')));
    expect([status, headers.has('retry-after')]).toEqual([500, false]);
    expect(decodeStatus(bytes)).toMatchObject({ code: 13, reason: 'INTERNAL_ERROR' });
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('inside');
  });

  it('are not written into the audit log, nor are spans', async () => {
    await post(encodeRequest(requestOf(1, 'a')));
    const { text } = await test.call('/api/v1/workspaces/only/audit');
    expect(text).toContain('"items"');
    expect(text).not.toContain('exportSpans');
  });
});
