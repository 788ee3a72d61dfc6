import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const compress = promisify(gzip);

/** Answers below this many bytes fit in a packet or two; compressing them only costs time. */
const MIN_BYTES = 1400;

const COMPRESSIBLE =
  /^(?:application\/(?:[\w.+-]*\+)?json|text\/|application\/vnd\.apache\.arrow|image\/svg|text\/javascript)/;

/** Whether `Accept-Encoding` asks for gzip and does not weigh it 0. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const value = Array.isArray(header) ? header.join(',') : (header ?? '');
  return value.split(',').some((part) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(part));
}

/** Compresses large answers with gzip at level 1, which costs a fifth of the default and saves nearly as much. */
export function compressLargeAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    if (!COMPRESSIBLE.test(String(reply.getHeader('content-type') ?? ''))) return payload;
    const vary = reply.getHeader('vary');
    reply.header('vary', vary === undefined ? 'accept-encoding' : `${String(vary)}, accept-encoding`);
    if (Buffer.byteLength(payload) < MIN_BYTES || reply.hasHeader('content-encoding')) return payload;
    if (!acceptsGzip(request.headers['accept-encoding'])) return payload;
    const compressed = await compress(payload, { level: constants.Z_BEST_SPEED });
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return compressed;
  });
}
