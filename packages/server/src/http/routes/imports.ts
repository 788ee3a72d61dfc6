import { TRACE_FORMATS } from '@flowprof/model';
import { z } from 'zod';
import { type App, type AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { problemResponses } from '../shapes/common.ts';
import { importShape, toImport } from '../shapes/import.ts';
import { withUpload } from '../upload.ts';

const query = z.strictObject({
  format: z.enum(['auto', ...TRACE_FORMATS.map(({ name }) => name)]).default('auto'),
  file_name: z.string().max(500).optional().describe('What an execution without a name is called'),
});

const FILE_TYPES = ['application/octet-stream', 'application/json', 'application/gzip'] as const;

/** Trace files from elsewhere. The body is the file itself, so this route reads no JSON. */
export async function importRoutes(app: App, { tenantOf, imports, metrics }: AppContext): Promise<void> {
  await app.register(async (raw: App) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', async () => null);
    raw.post(
      '/api/v1/workspaces/:workspace/imports',
      {
        config: {
          access: 'write',
          isLong: true,
          errors: ['unreadable_file', 'too_many_workflows', 'overloaded', 'shutting_down'],
          rawBody: FILE_TYPES,
        },
        schema: {
          tags: ['traces'],
          operationId: 'importTraces',
          summary: 'Import a trace file of any supported format, packed with gzip or not, as the body itself',
          params: z.strictObject({ workspace: z.string() }),
          querystring: query,
          consumes: [...FILE_TYPES],
          response: { 201: importShape, ...problemResponses },
        },
      },
      async (request, reply) => {
        const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
        if (encoding !== 'gzip' && encoding !== 'identity') {
          throw new ApiError('unsupported_media_type', 'A file may be packed with gzip only.');
        }
        const tenant = await tenantOf(request);
        const { format, file_name: fileName = null } = request.query;
        const imported = await withUpload(request.raw, imports.limits.uploadBytes, (path) =>
          imports.importFile(tenant, { path, format, fileName }),
        ).catch((error: unknown) => {
          metrics.imported('refused');
          throw error;
        });
        for (const { known } of imported) metrics.imported(known ? 'known' : 'stored');
        return reply.code(201).send(toImport(imported));
      },
    );
  });
}
