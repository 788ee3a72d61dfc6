import type { Lifecycle } from '../services/lifecycle.ts';
import type { Metrics } from '../services/metrics.ts';
import type { App } from './context.ts';
import { API_ERRORS, unavailable } from './errors.ts';

/** How much of a path is logged; paths that no route has may be anything. */
const MAX_PATH = 200;

/**
 * Counts each answer and writes a line about it, without the query, which may hold what does not belong in a log. Of
 * what fails for a fault of the server the line is an error, but not of what is refused to bound the load.
 */
export function observeAnswers(app: App, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, id, routeOptions } = request;
    const { statusCode: status, elapsedTime: ms } = reply;
    const route = request.is404 ? 'none' : (routeOptions.url ?? 'none');
    metrics.requestAnswered({ method, route, status, seconds: ms / 1000 });
    const path = request.url.split('?', 1)[0]?.slice(0, MAX_PATH);
    const line = { id, method, route, path, status, ms: Math.round(ms * 10) / 10 };
    const isFault = status >= 500 && status !== API_ERRORS.overloaded.status;
    request.log[isFault ? 'error' : 'info'](line, 'answered');
  });
}

/** Lets clients go to another server once this one drains, and refuses them once it is done with what was under way. */
export function refuseWhenDraining(app: App, lifecycle: Lifecycle): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!lifecycle.isDraining) return;
    reply.header('connection', 'close');
    if (lifecycle.isRefusing && request.routeOptions.url !== '/healthz') {
      throw unavailable('shutting_down', 'The server is stopping.', 5);
    }
  });
}
