import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { openCodec, type CodecTools, type Decode, type JsonPayload } from './codec.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const encrypted = (text: string): JsonPayload => ({
  metadata: { encoding: base64('binary/encrypted') },
  data: base64(`secret ${text}`),
});
const plain = (text: string): JsonPayload => ({ metadata: { encoding: base64('json/plain') }, data: base64(text) });

/** Takes the secret off. */
function decodePayload({ data = '' }: JsonPayload): JsonPayload {
  return plain(Buffer.from(data, 'base64').toString('utf8').replace('secret ', ''));
}

function payloadsIn(body: string): JsonPayload[] {
  const { payloads }: { payloads: JsonPayload[] } = JSON.parse(body);
  return payloads;
}

/** What a codec server was sent, and a client of it. */
async function serve(
  answer: (response: ServerResponse, body: string) => void,
  tools: Partial<CodecTools> = {},
): Promise<{ decode: Decode; requests: { url: string; headers: IncomingMessage['headers']; body: string }[] }> {
  const requests: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    requests.push({ url: request.url ?? '', headers: request.headers, body });
    answer(response, body);
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}/codec/`;
  const codec = { url, namespace: 'payments', authorization: 'Bearer me' };
  return { decode: openCodec(codec, { fetch, ...tools }), requests };
}

const decoding = (response: ServerResponse, body: string): void => {
  response.end(JSON.stringify({ payloads: payloadsIn(body).map(decodePayload) }));
};

describe('a codec server', () => {
  test('decodes payloads in their order, and is told who asks for what', async () => {
    const { decode, requests } = await serve(decoding);
    const texts = Array.from({ length: 600 }, (_, index) => `"number ${index}"`);
    expect(await decode(texts.map(encrypted))).toEqual(texts.map(plain));
    expect(requests.map(({ body }) => payloadsIn(body).length)).toEqual([256, 256, 88]);
    expect(requests[0]).toMatchObject({
      url: '/codec/decode',
      headers: { authorization: 'Bearer me', 'x-namespace': 'payments', 'content-type': 'application/json' },
    });
    expect(await decode([])).toEqual([]);
    expect(requests).toHaveLength(3);
  });

  test('is sent no more at once than it should take', async () => {
    const { decode, requests } = await serve(decoding);
    const large = 'x'.repeat(2_000_000);
    expect(await decode([large, large, large].map(encrypted))).toEqual([large, large, large].map(plain));
    expect(requests).toHaveLength(3);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['that refuses', (response) => response.writeHead(403).end('no')],
    ['that answers with something else', (response) => response.end('<html>')],
    ['that answers with fewer', (response) => response.end('{"payloads":[]}')],
    ['that answers with what is no payload', (response) => response.end('{"payloads":[{"data":7}]}')],
    ['that sends elsewhere', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['that breaks off', (response) => response.destroy()],
    ['that does not answer', () => undefined],
    ['that never stops', (response) => response.end(`{"payloads":[{}]}${' '.repeat(17 << 20)}`)],
  ])('%s fails by its code', async (_, answer) => {
    const { decode } = await serve(answer, { timeoutMs: 2000 });
    await expect(decode([encrypted('1')])).rejects.toMatchObject({ code: 'codec_failed' });
  });

  test('is not waited for when nobody wants the answer', async () => {
    const { decode } = await serve(() => undefined);
    const abort = new AbortController();
    const asked = decode([encrypted('1')], abort.signal);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });
});
