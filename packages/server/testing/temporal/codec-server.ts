/** Payloads that only their codec can read, and the server that reads them for others by Temporal's protocol. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { z } from 'zod';

const { Payload } = proto.temporal.api.common.v1;
const KEY = randomBytes(32);
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ENCODING = 'binary/encrypted';

function seal(bytes: Uint8Array): Uint8Array {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', KEY, iv);
  const sealed = [cipher.update(bytes), cipher.final()];
  return Buffer.concat([iv, cipher.getAuthTag(), ...sealed]);
}

function unseal(bytes: Uint8Array): Uint8Array {
  const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
  const decipher = createDecipheriv('aes-256-gcm', KEY, iv);
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}

const isSealed = (metadata: Readonly<Record<string, Uint8Array>> | null | undefined): boolean =>
  Buffer.from(metadata?.['encoding'] ?? []).toString() === ENCODING;

/** Seals whole payloads by AES, as Temporal's own samples do. */
export const sealing: PayloadCodec = {
  encode: (payloads) =>
    Promise.resolve(
      payloads.map((payload) => ({
        metadata: { encoding: Buffer.from(ENCODING) },
        data: seal(Payload.encode(payload).finish()),
      })),
    ),
  decode: (payloads) =>
    Promise.resolve(
      payloads.map((payload) =>
        isSealed(payload.metadata) ? Payload.decode(unseal(payload.data ?? new Uint8Array())) : payload,
      ),
    ),
};

const bodyShape = z.object({ payloads: z.array(z.record(z.string(), z.unknown())) });

/** What a codec server was asked. */
interface AskedOfCodec {
  readonly path: string;
  readonly namespace: string | undefined;
  readonly authorization: string | undefined;
}

export interface CodecServer {
  readonly url: string;
  readonly asked: readonly AskedOfCodec[];
  close(): Promise<void>;
}

async function decode(body: unknown): Promise<string> {
  const { payloads } = bodyShape.parse(body);
  const opened = await sealing.decode(payloads.map((payload) => Payload.fromObject(payload)));
  return JSON.stringify({ payloads: opened.map((payload) => Payload.fromObject(payload).toJSON()) });
}

/** Unseals what is posted to `/decode`. @param port a free one when absent */
export async function startCodecServer(port = 0): Promise<CodecServer> {
  const asked: AskedOfCodec[] = [];
  const server = createServer((request, response) => {
    const { url: path = '', headers } = request;
    const namespace = headers['x-namespace'];
    asked.push({ path, namespace: namespace?.toString(), authorization: headers.authorization });
    json(request)
      .then(decode)
      .then(
        (text) => response.setHeader('content-type', 'application/json').end(text),
        () => response.writeHead(400).end(),
      );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
