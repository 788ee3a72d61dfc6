import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { App } from './context.ts';
import { completeDocument } from './openapi/complete.ts';
import { collectOperations } from './openapi/operations.ts';
import { DESCRIPTION } from './openapi/text.ts';

const packageJson = z.object({ version: z.string() }).parse(createRequire(import.meta.url)('../../package.json'));

/** This server's version. */
export const VERSION = packageJson.version;

const text = { type: 'string' } as const;

const COMPONENTS = {
  securitySchemes: {
    apiKey: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'fp_<id>_<secret>',
      description: 'An API key of one workspace; its scope is `read`, `write` or `admin`.',
    },
    oidc: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'A token of the OpenID provider that the server is configured with; roles are those of its members.',
    },
  },
  headers: {
    'X-Request-Id': { description: 'The id under which the log of the server knows the request', schema: text },
    'RateLimit-Limit': { description: 'How many requests a minute are allowed', schema: text },
    'RateLimit-Remaining': { description: 'How many of them are left', schema: text },
    'RateLimit-Reset': { description: 'Seconds until there are more', schema: text },
    'Retry-After': { description: 'Seconds after which to try again', schema: { type: 'string', pattern: '^\\d+$' } },
    'WWW-Authenticate': { description: 'The scheme that is asked for', schema: text },
  },
} as const;

/**
 * Watches the routes that are added from now on.
 * @returns adds the route that answers with their description
 */
export async function describeApi(app: App): Promise<() => void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'flowprof',
        version: VERSION,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'access', description: 'Who may do what in a workspace, and who did' },
        { name: 'workspaces' },
        { name: 'projects' },
        { name: 'workflows' },
        { name: 'executions' },
        { name: 'triggers', description: 'What starts workflows by itself: webhooks and schedules' },
        { name: 'alerts', description: 'Rules that tell when something is not as it should be, and whom they tell' },
        {
          name: 'temporal',
          description: 'Servers of Temporal whose executions are followed, and what workers tell of them',
        },
        { name: 'traces', description: 'The spans of an execution, and what they come to' },
        { name: 'history', description: 'What the executions of a workflow tell together' },
        { name: 'notes', description: "What people write on an execution's time" },
        { name: 'costs', description: 'What run time and tokens cost' },
        { name: 'operation', description: 'For whoever runs the server' },
      ],
      components: COMPONENTS,
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  const operations = collectOperations(app);
  return () => {
    let made = { json: '', etag: '' };
    // Before it listens: making the document takes longer than a request may hold up the others.
    app.addHook('onReady', async () => {
      const json = JSON.stringify(completeDocument(app.swagger(), operations));
      made = { json, etag: `"${createHash('sha256').update(json).digest('base64url')}"` };
    });
    app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
      reply.headers({ 'cache-control': 'no-cache', etag: made.etag });
      if (request.headers['if-none-match'] === made.etag) return reply.code(304).send();
      return reply.type('application/json; charset=utf-8').send(made.json);
    });
  };
}
