import type { HTTPMethods } from 'fastify';
import type { App } from './context.ts';
import { ApiError } from './errors.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/**
 * Watches which routes are added from now on.
 * @returns makes the methods that those routes lack answer 405 with `Allow`
 */
export function answerOtherMethods(app: App): () => void {
  const byUrl = new Map<string, Set<HTTPMethods>>();
  let watching = true;
  app.addHook('onRoute', ({ url, method }) => {
    if (!watching) return;
    const known = byUrl.get(url) ?? new Set<HTTPMethods>();
    for (const one of [method].flat()) known.add(one);
    byUrl.set(url, known);
  });
  return () => {
    watching = false;
    for (const [url, known] of byUrl) {
      const allow = [...known].join(', ');
      const other = METHODS.filter((method) => !known.has(method));
      if (other.length === 0) continue;
      app.route({
        url,
        method: other,
        config: { access: 'public' },
        schema: { hide: true },
        // Before the body is read: what a wrong method carries does not matter.
        onRequest: async () => {
          throw new ApiError('method_not_allowed', 'The route does not have this method.', { headers: { allow } });
        },
        handler: async () => null,
      });
    }
  };
}
