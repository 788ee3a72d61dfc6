import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview } from 'vite';

const root = join(import.meta.dirname, 'page');
const conditions = ['@flowprof/source', 'module', 'browser', 'import', 'default'];

/**
 * Builds the test pages and serves them under a strict content security policy.
 * @param name goes into the name of the folder they are built into
 */
export async function servePages(name: string): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const outDir = mkdtempSync(join(tmpdir(), `flowprof-flame-${name}-`));
  const shared = { root, configFile: false, logLevel: 'error', resolve: { conditions } } as const;
  await build({
    ...shared,
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: [
          join(root, 'index.html'),
          join(root, 'react.html'),
          join(root, 'example.html'),
          join(root, 'profiler.html'),
        ],
      },
    },
  });
  const server = await preview({
    ...shared,
    build: { outDir },
    preview: { port: 0, host: '127.0.0.1', headers: { 'Content-Security-Policy': "default-src 'self'" } },
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the pages are not served');
  return { url, close: () => server.close() };
}
