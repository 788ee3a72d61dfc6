import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from './context.ts';
import { ApiError } from './errors.ts';

/** The paths that the web app itself routes; a reload of any of them gives its page. */
const APP_PATH = /^\/(?:$|(?:w|executions|compare|alerts|import|workflows|projects|statistics|settings)(?:\/|$))/;

/** Paths of services, which are asked by programs even where a browser does it: what is not there has an answer for them. */
const SERVICE_PATH = /^\/(?:api|trpc|ws|v1|assets|docs)(?:\/|$)/;

const NOT_BUILT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>flowprof</title></head>
<body>
<h1>flowprof is running</h1>
<p>The web app is not built yet. Run <code>npm run build</code> in the repository and load this page again.</p>
<p>The API is at <a href="/api/openapi.json">/api/openapi.json</a>.</p>
</body>
</html>
`;

function unknownRoute(): ApiError {
  return new ApiError('unknown_route', 'There is no such route.');
}

/**
 * Serves the built web app with a page for each of its own paths, and answers every other path with `unknown_route`.
 * Files under `assets/` have a hash of their content in their names, so that they never change.
 */
export async function serveWebApp(app: App, webRoot: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: webRoot,
    serve: false,
    // The app's own hook sets what is kept how long.
    cacheControl: false,
  });
  app.get('/assets/*', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const path = decodeURIComponent(request.url.split('?', 1)[0] ?? '');
    if (path.includes('..') || !existsSync(join(webRoot, path))) throw unknownRoute();
    return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(path);
  });

  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads) throw unknownRoute();
    if (APP_PATH.test(path)) {
      if (!existsSync(join(webRoot, 'index.html'))) return reply.type('text/html; charset=utf-8').send(NOT_BUILT);
      return reply.header('cache-control', 'no-cache').sendFile('index.html');
    }
    // Files beside the page, such as its icon: one plain name, no folders.
    if (/^\/[\w-]+(?:\.[\w-]+)+$/.test(path) && existsSync(join(webRoot, path))) {
      return reply.header('cache-control', 'no-cache').sendFile(path);
    }
    // A person who followed a broken link sees the app say so, with the way back.
    const isLookedAt = (request.headers.accept ?? '').includes('text/html') && !SERVICE_PATH.test(path);
    if (isLookedAt && existsSync(join(webRoot, 'index.html'))) {
      return reply.code(404).header('cache-control', 'no-cache').sendFile('index.html');
    }
    throw unknownRoute();
  });
}
