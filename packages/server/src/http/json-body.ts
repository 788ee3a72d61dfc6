import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';
import { scanJson, type JsonFault } from './json-scan.ts';
import { unpackBody } from './unpack.ts';

/** How deep the arrays and objects of a body may be nested. */
const MAX_DEPTH = 64;

function faultError(fault: JsonFault): ApiError {
  const members = { offset: fault.offset };
  switch (fault.kind) {
    case 'malformed':
      return new ApiError('malformed_json', `The JSON is malformed at byte ${fault.offset}.`, { members });
    case 'not_utf8':
      return new ApiError('malformed_json', `The body is not UTF-8 at byte ${fault.offset}.`, { members });
    case 'too_deep':
      return new ApiError('too_deep', `The body is nested deeper than ${MAX_DEPTH} levels at byte ${fault.offset}.`, {
        members: { ...members, max_depth: MAX_DEPTH },
      });
    case 'forbidden_key':
      return new ApiError('validation_failed', `The key at byte ${fault.offset} is not allowed anywhere.`, { members });
    default:
      return fault.kind satisfies never;
  }
}

/**
 * Parses a request's JSON without ever being surprised by it.
 * @throws {ApiError} `malformed_json`, `too_deep`, or `validation_failed` for the key `__proto__`
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const fault = scanJson(bytes, MAX_DEPTH);
  if (fault) throw faultError(fault);
  const body: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  return body;
}

/** @throws {ApiError} `unsupported_media_type` for a charset that is not UTF-8 */
export function refuseCharsets(request: FastifyRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8' && charset.toLowerCase() !== 'utf8') {
    throw new ApiError('unsupported_media_type', 'The body must be in UTF-8.');
  }
}

/**
 * Makes JSON the only content type that a server reads, packed with gzip or not. An empty body is read as none.
 * @param limit of a body as it comes and of an unpacked one, in bytes, unless its route has another
 */
export function readOnlyJson(app: FastifyInstance, limit: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    refuseCharsets(request);
    const bytes = await unpackBody(request, body, request.routeOptions.bodyLimit ?? limit);
    return bytes.length === 0 ? null : parseJsonBody(bytes);
  });
}
