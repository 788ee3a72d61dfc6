import { createRequire } from 'node:module';
import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { App } from './context.ts';

const packageJson = z.object({ version: z.string() }).parse(createRequire(import.meta.url)('../../package.json'));

/** This server's version. */
export const VERSION = packageJson.version;

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
        description: 'Runs workflows, keeps their executions, and says where the time went.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'workspaces' },
        { name: 'projects' },
        { name: 'workflows' },
        { name: 'executions' },
        { name: 'traces', description: 'The spans of an execution, and what they come to' },
        { name: 'operation', description: 'For whoever runs the server' },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  return () => {
    app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async (_, reply) => {
      return reply.header('cache-control', 'no-cache').send(app.swagger());
    });
  };
}
