import type { FastifyRequest } from 'fastify';
import type { Held } from '../../services/otlp/byte-budget.ts';
import { MAX_REQUEST_BYTES } from '../../services/otlp/receiver.ts';
import { ApiError } from '../errors.ts';
import { unpackBody } from '../unpack.ts';

function tooLarge(): ApiError {
  return new ApiError('body_too_large', `The request is larger than ${MAX_REQUEST_BYTES} bytes.`, {
    members: { limit_bytes: MAX_REQUEST_BYTES },
    // What is still to come is not read.
    headers: { connection: 'close' },
  });
}

async function readWhole(request: FastifyRequest, held: Held): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The request is not destroyed when it is too large: its answer goes over the same socket.
    for await (const chunk of request.raw.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.byteLength;
      if (size > MAX_REQUEST_BYTES) throw tooLarge();
      held.grow(chunk.byteLength);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('bad_request', 'The body ended before it was whole.');
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/**
 * Reads a request's body as far as there is room for it, and unpacks it.
 * @param held counts what it takes
 * @throws {ApiError} `body_too_large`, `unsupported_media_type`, `bad_request`, `overloaded`
 */
export async function readBody(request: FastifyRequest, held: Held): Promise<Buffer> {
  const packed = await readWhole(request, held);
  const bytes = await unpackBody(request, packed, MAX_REQUEST_BYTES);
  if (bytes !== packed) held.grow(bytes.byteLength);
  return bytes;
}
