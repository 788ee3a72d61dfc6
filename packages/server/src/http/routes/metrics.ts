import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { callerOf } from '../access.ts';
import type { App, AppContext } from '../context.ts';
import { unauthenticated } from '../errors.ts';
import { problemResponses } from '../shapes/common.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Figures for Prometheus. In local mode anybody may read them, who is this machine's user; else they ask for
 * the token of `FLOWPROF_METRICS_TOKEN`. No key of a workspace opens them, since they are about all workspaces together.
 */
export function metricsRoutes(app: App, { access, limits, metrics, metricsToken }: AppContext): void {
  const expected = metricsToken === undefined ? null : digest(`Bearer ${metricsToken}`);
  app.get(
    '/metrics',
    {
      // Who may read is decided here, on what no other route takes.
      config: { access: 'public', errors: ['unauthenticated'] },
      schema: {
        tags: ['operation'],
        operationId: 'getMetrics',
        summary: 'Get figures for Prometheus',
        description: 'In local mode without a credential, else with `Authorization: Bearer <FLOWPROF_METRICS_TOKEN>`.',
        response: {
          200: { description: 'The text format of Prometheus', content: { 'text/plain': { schema: z.string() } } },
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const { authorization } = request.headers;
      if (expected === null || !timingSafeEqual(digest(authorization ?? ''), expected)) {
        const principal = await callerOf(request, access, limits);
        if (principal.kind !== 'local') throw unauthenticated(true);
      }
      return reply.type(metrics.contentType).send(await metrics.text());
    },
  );
}
