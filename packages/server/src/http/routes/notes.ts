import { uuidv7 } from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';
import { z } from 'zod';
import { nameOf } from '../../services/access/principal.ts';
import { redactedText } from '../../services/redact-trace.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import { pageOf, pageQuery, problemResponses } from '../shapes/common.ts';
import { newNoteBody, noteChangeBody, noteShape, stretchOf, toNote } from '../shapes/note.ts';

/** How many notes there are on an execution at most. */
const MAX_NOTES = 500;

const params = z.strictObject({ workspace: z.string(), execution: z.string() });
const itemParams = z.strictObject({ workspace: z.string(), execution: z.string(), note: z.string() });
const tags = ['notes'];
const LIST = '/api/v1/workspaces/:workspace/executions/:execution/notes';
const ITEM = `${LIST}/:note`;

/** What people write on a stretch of an execution's time. */
export function noteRoutes(app: App, context: AppContext): void {
  collectionRoutes(app, context);
  itemRoutes(app, context);
}

async function executionIdOf(tenant: TenantStore, id: string): Promise<string> {
  return found(await tenant.getExecution(existingId(id))).id;
}

function collectionRoutes(app: App, { tenantOf, clock, random }: AppContext): void {
  app.get(
    LIST,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listNotes',
        summary: 'List the notes on an execution, in the order of time',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(noteShape), ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const page = await tenant.notes.list(await executionIdOf(tenant, request.params.execution), request.query);
      return { ...page, items: page.items.map(toNote) };
    },
  );

  app.post(
    LIST,
    {
      config: { access: 'write', errors: ['too_many_notes'], answerHeaders: ['Location'] },
      schema: {
        tags,
        operationId: 'createNote',
        summary: "Write a note on a stretch of an execution's time",
        params,
        body: newNoteBody,
        response: { 201: noteShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const executionId = await executionIdOf(tenant, request.params.execution);
      const { total } = await tenant.notes.list(executionId, { skip: 0, limit: 1 });
      if (total >= MAX_NOTES) throw new ApiError('too_many_notes', `An execution has at most ${MAX_NOTES} notes.`);
      const { body, principal } = request;
      const note = await tenant.notes.create({
        id: uuidv7(clock.now(), random),
        executionId,
        ...stretchOf(body),
        spanId: body.span_id,
        text: redactedText(body.text),
        author: nameOf(principal),
      });
      const location = `/api/v1/workspaces/${tenant.workspaceId}/executions/${executionId}/notes/${note.id}`;
      return reply.code(201).header('location', location).send(toNote(note));
    },
  );
}

function itemRoutes(app: App, { tenantOf }: AppContext): void {
  app.put(
    ITEM,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'updateNote',
        summary: 'Change a note; what is absent stays',
        params: itemParams,
        body: noteChangeBody,
        response: { 200: noteShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { execution, note } = request.params;
      const { from_ms: from, to_ms: to, span_id: spanId, text } = request.body;
      const changed = await tenant.notes.update(existingId(execution), existingId(note), {
        ...(from !== undefined && to !== undefined && stretchOf({ from_ms: from, to_ms: to })),
        ...(spanId !== undefined && { spanId }),
        ...(text !== undefined && { text: redactedText(text) }),
      });
      return toNote(found(changed));
    },
  );

  app.delete(
    ITEM,
    {
      config: { access: 'write' },
      schema: {
        tags,
        operationId: 'deleteNote',
        summary: 'Delete a note',
        params: itemParams,
        response: { 204: z.undefined().describe('Deleted'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { execution, note } = request.params;
      if (!(await tenant.notes.delete(existingId(execution), existingId(note)))) throw notFound();
      return reply.code(204).send();
    },
  );
}
