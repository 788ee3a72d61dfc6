import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { unavailable } from '../errors.ts';
import { problemResponses } from '../shapes/common.ts';

const health = z.object({ status: z.literal('ok') });
const readiness = z.object({
  status: z.literal('ready'),
  database: z.object({ backend: z.enum(['embedded', 'server', 'citus']), version: z.string() }),
  executions: z.object({ waiting: z.int(), running: z.int() }),
});

/** Whether the process lives, and whether it can do its work. */
export function healthRoutes(app: App, { store, executions, lifecycle }: AppContext): void {
  app.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: {
        tags: ['operation'],
        operationId: 'getHealth',
        summary: 'Whether the process lives',
        response: { 200: health },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config: { access: 'public', errors: ['shutting_down', 'database_unavailable'] },
      schema: {
        tags: ['operation'],
        operationId: 'getReadiness',
        summary: 'Whether requests can be served',
        response: { 200: readiness, ...problemResponses },
      },
    },
    async () => {
      if (lifecycle.isDraining) throw unavailable('shutting_down', 'The server is stopping.', 5);
      if (!(await store.isReady())) throw unavailable('database_unavailable', 'The database does not answer.', 2);
      return {
        status: 'ready' as const,
        database: { backend: store.backend, version: store.serverVersion },
        executions: executions.load,
      };
    },
  );
}
