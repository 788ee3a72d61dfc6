import { once } from 'node:events';
import { createGzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type Call, type TestServer } from '../../testing/harness.ts';

const MIB = 1024 * 1024;
const BODY_LIMIT = MIB;

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer();
  await test.server.store.createWorkspace({ slug: 'w', name: 'W' });
});
afterAll(() => test.close());

/** Zeros, packed piece by piece so that making them takes no memory. */
async function packedZeros(mib: number): Promise<Uint8Array<ArrayBuffer>> {
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  const piece = Buffer.alloc(MIB);
  for (let i = 0; i < mib; i++) if (!gzip.write(piece)) await once(gzip, 'drain');
  gzip.end();
  await once(gzip, 'end');
  return new Uint8Array(Buffer.concat(parts));
}

const packed = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(text));
const send = (raw: Uint8Array<ArrayBuffer> | string, encoding: string, more: Call = {}) =>
  test.call('/api/projects', { method: 'POST', raw, headers: { 'content-encoding': encoding }, ...more });

/** JSON of so many bytes. */
const filled = (size: number): string => `{"slug":"s","name":"${' '.repeat(size - 22)}"}`;

describe('a packed body', () => {
  it('is read as it was before', async () => {
    const answer = await send(packed('{"slug":"packed","name":"Packed"}'), 'gzip');
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ slug: 'packed' })]);
  });

  it('of 200 MiB in 200 KB is refused with the limit, and takes no memory', async () => {
    const bomb = await packedZeros(200);
    expect(bomb.byteLength).toBeLessThan(210_000);
    await send(packed('{}'), 'gzip');
    const before = process.resourceUsage().maxRSS;
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(bomb, 'gzip')));
    const grownMib = (process.resourceUsage().maxRSS - before) / 1024;
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([
        413,
        expect.objectContaining({ code: 'body_too_large', limit_bytes: BODY_LIMIT }),
      ]);
    }
    expect(grownMib).toBeLessThan(80);
  });

  it('may be as large as one that is not packed, and not a byte larger', async () => {
    expect(filled(BODY_LIMIT)).toHaveLength(BODY_LIMIT);
    expect((await send(packed(filled(BODY_LIMIT)), 'gzip')).status).toBe(400);
    expect((await send(packed(filled(BODY_LIMIT + 1)), 'gzip')).status).toBe(413);
  });

  it.each([
    ['cut off', packed('{"slug":"cut","name":"Cut"}').slice(0, 20)],
    ['no gzip', new TextEncoder().encode('{"slug":"no","name":"No"}')],
    [
      'with a wrong sum',
      packed('{"slug":"sum","name":"Sum"}').map((byte, i, all) => (i === all.length - 8 ? byte ^ 1 : byte)),
    ],
  ])('that is %s is a bad request', async (_, raw) => {
    const { status, body } = await send(raw, 'gzip');
    expect([status, body]).toEqual([400, expect.objectContaining({ code: 'bad_request' })]);
  });

  it.each(['br', 'deflate', 'gzip, gzip', 'x'])('packed with %s is of an unsupported type', async (encoding) => {
    const { status, body } = await send(packed('{}'), encoding);
    expect([status, body]).toEqual([415, expect.objectContaining({ code: 'unsupported_media_type' })]);
  });
});

describe('hostile JSON, packed or not', () => {
  const deep = '['.repeat(1_000_000);
  const bodies: readonly (readonly [string, string | Uint8Array<ArrayBuffer>, number, string])[] = [
    ['a million deep', deep, 400, 'too_deep'],
    ['with a key that a merge would make a prototype of', '{"a":{"__proto__":{"x":1}}}', 400, 'validation_failed'],
    ['that is no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400, 'malformed_json'],
    ['of huge numbers', `{"slug":${'9'.repeat(5000)},"name":1e999}`, 400, 'validation_failed'],
  ];
  const routes: readonly (readonly [string, string])[] = [
    ['POST', '/api/workspaces'],
    ['PUT', '/api/v1/workspaces/w'],
    ['POST', '/api/v1/workspaces/w/keys'],
    ['POST', '/api/v1/workspaces/w/members'],
    ['PUT', '/api/v1/workspaces/w/members/01890000-0000-7000-8000-00000000dead'],
    ['POST', '/api/projects'],
    ['POST', '/api/workflows'],
  ];
  it.each(bodies)('%s is refused on every route that reads a body', async (_, raw, status, code) => {
    for (const [method, path] of routes) {
      const plain = await test.call(path, { method, raw });
      const squeezed = await test.call(path, {
        method,
        raw: new Uint8Array(gzipSync(raw)),
        headers: { 'content-encoding': 'gzip' },
      });
      for (const answer of [plain, squeezed]) {
        expect([answer.status, answer.body], `${method} ${path}`).toEqual([status, expect.objectContaining({ code })]);
      }
    }
    expect(Reflect.has({}, 'x')).toBe(false);
  });

  it('5,000,000 deep is too large as it comes, and too large unpacked', async () => {
    const raw = '['.repeat(5_000_000);
    expect((await test.call('/api/projects', { method: 'POST', raw })).status).toBe(413);
    expect((await send(packed(raw), 'gzip')).status).toBe(413);
  });
});
