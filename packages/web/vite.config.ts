import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the server. */
const SERVER = process.env['FLOWPROF_SERVER'] ?? 'http://127.0.0.1:7420';

/**
 * Builds the app into the server's folder of static files. Nothing is inlined: no data URLs, no inline scripts or
 * styles, so that the page runs under `default-src 'self'`.
 */
export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@flowprof/source', 'module', 'browser', 'import', 'default'] },
  build: {
    outDir: '../server/public',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome123', 'firefox121', 'safari17.5'],
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': SERVER, '/ws': { target: SERVER, ws: true } } },
});
