import type { FastifyRequest } from 'fastify';
import { actorOf } from '../services/access/principal.ts';
import type { App } from './context.ts';

/** The ids in a path by their names in its pattern. */
function idsOf(params: unknown): Record<string, string> {
  if (typeof params !== 'object' || params === null) return {};
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}

function isChange({ routeOptions, method }: FastifyRequest): boolean {
  const { access, isTelemetry } = routeOptions.config;
  return !isTelemetry && (access === 'write' || access === 'admin') && method !== 'GET' && method !== 'HEAD';
}

/**
 * Writes every change but recorded data into the audit log of its workspace, those that were refused for want of a scope
 * too. The answer waits for it: a change that cannot be written down is answered with the error of that, though it was
 * made; what was refused stays refused.
 */
export function auditChanges(app: App): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { tenant, principal, routeOptions, method, params, id } = request;
    // tRPC sends an answer that has its own status, which the reply gets later.
    const { status } = payload instanceof Response ? payload : { status: reply.statusCode };
    const isTold = status < 400 || status === 403;
    if (tenant === null || principal === null || !isTold || !isChange(request)) return payload;
    const { url: route = '', schema } = routeOptions;
    const action = schema?.operationId ?? schema?.summary ?? `${method} ${route}`;
    const resources = idsOf(params);
    try {
      await tenant.access.recordAudit({
        actor: actorOf(principal),
        method,
        route,
        action,
        resources,
        status,
        requestId: id,
      });
    } catch (error) {
      if (status < 400) throw error;
      request.log.error({ err: error }, 'a refused change could not be written into the audit log');
    }
    return payload;
  });
}
