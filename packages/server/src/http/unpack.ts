import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';

const unzip = promisify(gunzip);

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}

/**
 * The bytes of a body as they were before `Content-Encoding`. What grows beyond the limit is given up at the limit,
 * however much it would become.
 * @param limit of the unpacked body, in bytes
 * @throws {ApiError} `unsupported_media_type`, `body_too_large`, or `bad_request` when it is no gzip
 */
export async function unpackBody(request: FastifyRequest, body: Buffer, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new ApiError('unsupported_media_type', 'A body may be packed with gzip only.');
  try {
    return await unzip(body, { maxOutputLength: limit });
  } catch (error) {
    if (codeOf(error) !== 'ERR_BUFFER_TOO_LARGE') {
      throw new ApiError('bad_request', 'The body is not whole, or is no gzip.');
    }
    throw new ApiError('body_too_large', `The body is larger than ${limit} bytes once unpacked.`, {
      members: { limit_bytes: limit },
    });
  }
}
