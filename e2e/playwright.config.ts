import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, defineConfig } from '@playwright/test';

/** Debian's Chromium serves where Playwright's own browser cannot be downloaded. */
const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const executablePath = existsSync(chromium.executablePath()) ? undefined : SYSTEM_CHROMIUM;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
}

// this file is read again in every worker: the first reading decides, the others inherit it
process.env['FLOWPROF_E2E_PORT'] ??= String(await freePort());
process.env['FLOWPROF_E2E_DATA'] ??= mkdtempSync(join(tmpdir(), 'flowprof-e2e-'));
const url = `http://127.0.0.1:${process.env['FLOWPROF_E2E_PORT']}`;

export default defineConfig({
  testDir: '.',
  // one picture a name, whatever the machine is called: all of them draw with Debian's Chromium and the same fonts
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  expect: { toHaveScreenshot: { animations: 'disabled', caret: 'hide', scale: 'css', maxDiffPixels: 100 } },
  outputDir: '../test-results',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  globalTeardown: './global-teardown.ts',
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'flame', testDir: './flame' },
    { name: 'conductor', testDir: './conductor' },
    { name: 'report', testDir: './report' },
    { name: 'app', testDir: './app', use: { baseURL: url } },
  ],
  webServer: {
    command: `${process.execPath} packages/server/bin/flowprof.js demo`,
    cwd: join(import.meta.dirname, '..'),
    url: `${url}/readyz`,
    env: {
      PORT: process.env['FLOWPROF_E2E_PORT'],
      FLOWPROF_DATA_DIR: process.env['FLOWPROF_E2E_DATA'],
    },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    timeout: 60_000,
    stdout: 'ignore',
    stderr: 'pipe',
  },
});
