import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { isTerminal } from '@flowprof/model';
import type { Execution } from '@flowprof/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EXPORT_FORMATS, exportFormat, type ExportFormat } from '../../services/exports/formats.ts';
import { acceptsGzip } from '../compression.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { notFound } from '../errors.ts';
import { VERSION } from '../openapi.ts';
import { problemResponses } from '../shapes/common.ts';

const params = z.strictObject({ workspace: z.string(), execution: z.string() });
const query = z.strictObject({
  format: z
    .enum(EXPORT_FORMATS.map(({ name }) => name))
    .default('json')
    .describe('The kind of file; docs/formats says what each can hold'),
});
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array).meta({ type: 'string', format: 'binary' });
const document = z.looseObject({}).describe('A document of the format');
const unchanged = z.undefined().describe('What the client has still holds');
/** Each kind of file once, with its media type. */
const contents = Object.fromEntries(
  EXPORT_FORMATS.map(({ mediaType }) => [mediaType, { schema: mediaType === 'application/json' ? document : bytes }]),
);

/** Larger files are sent piece by piece, so that nothing else waits while they are packed and written. */
const STREAMED_BYTES = 1 << 20;
const PIECE_BYTES = 1 << 18;
const MOST_NAME_CHARACTERS = 80;

/** A validator of a file of an execution that has ended; null while it changes. */
function etagOf(execution: Execution, { name }: ExportFormat): string | null {
  return isTerminal(execution.status) ? `W/"${execution.id}-${execution.updatedAt}-${VERSION}-export-${name}"` : null;
}

/** A name that is harmless wherever it is saved: letters, digits, dots, dashes and underscores of ASCII. */
function fileNameOf({ workflowName, executionNumber, id }: Execution, { extensions }: ExportFormat): string {
  const plain = workflowName
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .slice(0, MOST_NAME_CHARACTERS);
  return `${plain === '' ? `execution-${id.slice(0, 8)}` : plain}-${executionNumber}${extensions[0] ?? ''}`;
}

function* piecesOf(file: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < file.byteLength; at += PIECE_BYTES) {
    const piece = file.subarray(at, at + PIECE_BYTES);
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  }
}

/** Sends a file whole when it is small, else in pieces. What is packed already is not packed again. */
function sendFile(request: FastifyRequest, reply: FastifyReply, file: Uint8Array, { mediaType }: ExportFormat): void {
  if (file.byteLength <= STREAMED_BYTES) {
    void reply.send(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
    return;
  }
  const pieces = Readable.from(piecesOf(file), { objectMode: false });
  if (mediaType === 'application/gzip' || !acceptsGzip(request.headers['accept-encoding'])) {
    void reply.header('content-length', file.byteLength).send(pieces);
    return;
  }
  const packed = pieces.pipe(createGzip({ level: constants.Z_BEST_SPEED }));
  void reply.headers({ 'content-encoding': 'gzip', vary: 'accept-encoding' }).send(packed);
}

/** Files that are made of an execution, for other tools and for keeping. */
export function exportRoutes(app: App, { tenantOf, views }: AppContext): void {
  app.get(
    '/api/v1/workspaces/:workspace/executions/:execution/export',
    {
      config: {
        access: 'read',
        isLong: true,
        errors: ['not_exportable', 'overloaded', 'shutting_down'],
        answerHeaders: ['ETag', 'Content-Disposition'],
      },
      schema: {
        tags: ['traces'],
        operationId: 'exportExecution',
        summary: 'Get an execution as a file for another tool; one that runs as far as it has come',
        params,
        querystring: query,
        response: { 200: { description: 'The file', content: contents }, 304: unchanged, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const execution = found(await tenant.getExecution(existingId(request.params.execution)));
      const format = exportFormat(request.query.format);
      if (format === null) throw notFound();
      const etag = etagOf(execution, format);
      if (etag !== null) reply.headers({ etag, 'cache-control': 'private, no-cache' });
      if (etag !== null && request.headers['if-none-match'] === etag) return reply.code(304).send();
      const file = found(await views.exported(tenant, execution, format));
      const isText = /^text\/|json$/.test(format.mediaType);
      reply.headers({
        'content-type': `${format.mediaType}${isText ? '; charset=utf-8' : ''}`,
        'content-disposition': `attachment; filename="${fileNameOf(execution, format)}"`,
      });
      sendFile(request, reply, file, format);
      return reply;
    },
  );
}
