import { TRACE_FORMATS, uuidv7 } from '@flowprof/model';
import { StoreError } from '@flowprof/store';
import { z } from 'zod';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { ApiError, notFound, unavailable } from '../errors.ts';
import { redactedText } from '../../services/redact-trace.ts';
import { pageOf, pageQuery, problemResponses } from '../shapes/common.ts';
import { toUpload, uploadShape } from '../shapes/import.ts';

const UPLOADS = '/api/v1/workspaces/:workspace/imports/uploads';
const tags = ['traces'];
const params = z.strictObject({ workspace: z.string() });
const ofUpload = params.extend({ upload: z.string() });

/** How large a part may be. */
const PART_BYTES = 8 * 1024 * 1024;
/** How many uploads of a workspace may be open at once. */
const MAX_OPEN = 20;
const RETRY_AFTER_SECONDS = 30;

const PART_TYPE = 'application/octet-stream';

const newUpload = z.strictObject({
  file_name: z.string().min(1).max(500).nullish().describe('What an execution without a name is called'),
  size_bytes: z.int().min(1).describe('Of the file as it is sent'),
  format: z.enum(['auto', ...TRACE_FORMATS.map(({ name }) => name)]).default('auto'),
  fingerprint: z
    .string()
    .min(1)
    .max(200)
    .nullish()
    .describe('What the client knows the file by: the same again goes on with the upload that is open'),
});

const partQuery = z.strictObject({
  offset: z.coerce.number().int().min(0).describe('The position in the file of the first byte; `received_bytes`'),
});

/** Large files, in parts: an upload goes on where it was cut off, and is read in the background. */
export async function uploadRoutes(app: App, context: AppContext): Promise<void> {
  beginRoute(app, context);
  stateRoutes(app, context);
  await app.register(async (raw: App) => partRoute(raw, context));
}

function beginRoute(app: App, { tenantOf, imports, clock, random }: AppContext): void {
  app.post(
    UPLOADS,
    {
      config: { access: 'write', errors: ['body_too_large', 'overloaded'] },
      schema: {
        tags,
        operationId: 'beginUpload',
        summary: 'Begin to upload a trace file in parts, or go on with it',
        params,
        body: newUpload,
        response: { 201: uploadShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { file_name: named = null, size_bytes: sizeBytes, format, fingerprint = null } = request.body;
      const fileName = named === null ? null : redactedText(named);
      const limit = imports.limits.uploadBytes;
      if (sizeBytes > limit) {
        throw new ApiError('body_too_large', `The file is larger than ${limit} bytes.`, {
          members: { limit_bytes: limit },
        });
      }
      const id = uuidv7(clock.now(), random);
      const begun = await tenant.imports.begin({ id, fileName, format, fingerprint, sizeBytes }, MAX_OPEN);
      if (begun === null) throw unavailable('overloaded', `${MAX_OPEN} uploads are open.`, RETRY_AFTER_SECONDS);
      return reply.code(201).send(toUpload(begun, PART_BYTES));
    },
  );
}

function stateRoutes(app: App, { tenantOf }: AppContext): void {
  app.get(
    UPLOADS,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listUploads',
        summary: 'List the files that are on their way in or were, the newest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(uploadShape), ...problemResponses },
      },
    },
    async (request) => {
      const page = await (await tenantOf(request)).imports.list(request.query);
      return { ...page, items: page.items.map((file) => toUpload(file, PART_BYTES)) };
    },
  );

  app.get(
    `${UPLOADS}/:upload`,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getUpload',
        summary: 'Get how far a file is: what was received, read and stored',
        params: ofUpload,
        response: { 200: uploadShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toUpload(found(await tenant.imports.get(existingId(request.params.upload))), PART_BYTES);
    },
  );

  app.delete(
    `${UPLOADS}/:upload`,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'cancelUpload',
        summary: 'Cancel an upload, or take one that has ended off the list; executions that are stored stay',
        params: ofUpload,
        response: { 200: uploadShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toUpload(found(await tenant.imports.cancel(existingId(request.params.upload))), PART_BYTES);
    },
  );
}

/** Parts are bytes, so this route reads no JSON. */
function partRoute(raw: App, { tenantOf, importJobs }: AppContext): void {
  raw.removeAllContentTypeParsers();
  raw.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: PART_BYTES }, async (_: unknown, body: Buffer) => body);
  raw.put(
    `${UPLOADS}/:upload/parts`,
    {
      bodyLimit: PART_BYTES,
      config: {
        access: 'write',
        isTelemetry: true,
        errors: ['upload_conflict', 'body_too_large'],
        rawBody: [PART_TYPE],
      },
      schema: {
        tags,
        operationId: 'uploadPart',
        summary: 'Send the next part of a file; the last one has it read. The same part again changes nothing',
        params: ofUpload,
        querystring: partQuery,
        consumes: [PART_TYPE],
        response: { 200: uploadShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const body: unknown = request.body;
      if (!(body instanceof Uint8Array) || body.byteLength === 0)
        throw new ApiError('bad_request', 'A part has one byte at least.');
      const id = existingId(request.params.upload);
      const { offset } = request.query;
      const file = await tenant.imports.append(id, offset, body).catch(async (error: unknown) => {
        if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
        const { receivedBytes, sizeBytes } = found(await tenant.imports.get(id));
        const detail = `The next part begins at ${receivedBytes} and ends at ${sizeBytes} at the latest.`;
        throw new ApiError('upload_conflict', detail, { members: { received_bytes: receivedBytes } });
      });
      if (file === null) throw notFound();
      if (file.state === 'waiting') importJobs.wake();
      return toUpload(file, PART_BYTES);
    },
  );
}
