import { epochFromMs } from '@flowprof/model';
import { z } from 'zod';
import { roleOfScopes } from '../../services/access/principal.ts';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { keyShape, newKeyShape, scope, toKey } from '../shapes/access.ts';
import { displayName, pageOf, pageQuery, problemResponses } from '../shapes/common.ts';

const KEYS = '/api/v1/workspaces/:workspace/keys';
const tags = ['access'];
const params = z.strictObject({ workspace: z.string() });

const newKey = z.strictObject({
  name: displayName.describe('What the key is for'),
  scopes: z.array(scope).min(1).max(3).default(['read']).describe('The highest includes the others'),
  expires_at: z.iso.datetime({ offset: true }).nullish().describe('Until when it counts; for ever when absent'),
});

function expired(): ApiError {
  const fault = { pointer: '/expires_at', code: 'too_small', detail: 'expected a moment to come' };
  return new ApiError('validation_failed', '1 field is invalid.', { errors: [fault] });
}

/** The API keys of a workspace. */
export function keyRoutes(app: App, { tenantOf, access, clock }: AppContext): void {
  app.get(
    KEYS,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        operationId: 'listKeys',
        summary: 'List the API keys of a workspace, the newest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(keyShape), ...problemResponses },
      },
    },
    async (request) => {
      const page = await (await tenantOf(request)).access.listKeys(request.query);
      return { ...page, items: page.items.map(toKey) };
    },
  );

  app.post(
    KEYS,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'Create an API key; its text is answered once and not kept',
        params,
        body: newKey,
        response: { 201: newKeyShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { principal, body } = request;
      if (principal === null) throw new Error('a route that is not public has a principal');
      const expiresAt = body.expires_at ? epochFromMs(Date.parse(body.expires_at)) : null;
      if (expiresAt !== null && expiresAt <= clock.now()) throw expired();
      const role = roleOfScopes(body.scopes);
      const { key, text, isFirst } = await access.createKey(principal, tenant, { name: body.name, role, expiresAt });
      return reply.code(201).send({ ...toKey(key), key: text, ends_local_mode: isFirst });
    },
  );

  app.delete(
    `${KEYS}/:key`,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        operationId: 'revokeKey',
        summary: 'Revoke an API key for good; every server refuses it within seconds',
        params: params.extend({ key: z.string() }),
        response: { 200: keyShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const revoked = found(await tenant.access.revokeKey(existingId(request.params.key)));
      access.forget();
      return toKey(revoked);
    },
  );
}
