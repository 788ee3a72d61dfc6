import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { App } from '../context.ts';
import { ApiError } from '../errors.ts';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>flowprof API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<main id="reference"><p>The reference is shown by a script; the description itself is at <a href="/api/openapi.json">/api/openapi.json</a>.</p></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`;

/** Shows the description, in the colours that the reader's system asks for. */
const SCRIPT = `const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayOperationId: true,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
});
`;

const STYLE = `body { margin: 0; }
html.dark-mode body { background: #1c2022; }
.swagger-ui .info { margin: 24px 0; }
`;

const OWN = new Map([
  ['page.js', { type: 'text/javascript; charset=utf-8', text: SCRIPT }],
  ['page.css', { type: 'text/css; charset=utf-8', text: STYLE }],
]);

const TYPES = new Map([
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
]);

const require = createRequire(import.meta.url);

/** Where the files of Swagger UI are, as its Fastify package ships them: without the install script of its own. */
const FILES = join(dirname(require.resolve('@fastify/swagger-ui/package.json')), 'static');

const KEPT_FOR = 'public, max-age=86400';

/**
 * A page for people that shows the description of the API, from this server alone and under its content security policy.
 * Its files are served here, because the routes of `@fastify/swagger-ui` do not say who may call them.
 */
export function referenceRoutes(app: App): void {
  const open = { config: { access: 'public' as const } };
  app.get('/docs', { ...open, schema: { hide: true } }, async (_, reply) => {
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(PAGE);
  });

  const params = z.object({ file: z.string() });
  app.get('/docs/:file', { ...open, schema: { hide: true, params } }, async (request, reply) => {
    const { file } = request.params;
    const own = OWN.get(file);
    if (own) return reply.type(own.type).header('cache-control', 'no-cache').send(own.text);
    const type = TYPES.get(file);
    if (type === undefined) throw new ApiError('unknown_route', 'There is no such route.');
    return reply
      .type(type)
      .header('cache-control', KEPT_FOR)
      .send(await readFile(join(FILES, file)));
  });
}
