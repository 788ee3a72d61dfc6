import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { test } from './support.ts';

const FLOWPROF = join(import.meta.dirname, '../../packages/server/bin/flowprof.js');

/** A server of its own, since the first key ends local mode. */
let server: ChildProcess;
let url: string;
let dataDir: string;
let keys: { readonly viewer: string; readonly admin: string };

const makeKey = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [FLOWPROF, 'keys', 'create', '--workspace', 'shop', ...args], {
    env: { ...process.env, FLOWPROF_DATA_DIR: dataDir, DATABASE_URL: '', FLOWPROF_URL: '' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/** A text in a JSON object. */
function textOf(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : null;
  if (typeof value !== 'string') throw new Error(`the answer has no ${name}`);
  return value;
}

test.use({ expectFailedRequests: true });
test.beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'flowprof-e2e-keys-'));
  const admin = makeKey('--create-workspace', '--name', 'Ann', '--scopes', 'admin');
  keys = { admin, viewer: makeKey('--name', 'A reader with quite a long name') };
  const args = [FLOWPROF, 'start', '--port', '0', '--data-dir', dataDir];
  server = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  if (server.stdout === null) throw new Error('the server has no output');
  const lines = createInterface(server.stdout);
  url = await new Promise((resolve) => {
    lines.on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
});
test.afterAll(async () => {
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`asks for a key, in ${colorScheme}, on wide and narrow screens`, async ({ page }, info) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(url);
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await page.screenshot({ path: info.outputPath('wide.png') });
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.screenshot({ path: info.outputPath('narrow.png') });
  });
}

test('takes a key that counts, shows who it is, and forgets it at the end', async ({ page }, info) => {
  await page.goto(url);
  const field = page.getByLabel('API key');
  await expect(field).toBeFocused();
  await field.fill('fp_not_a_key');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('does not count here');
  await page.screenshot({ path: info.outputPath('refused.png') });
  await field.fill(`  ${keys.viewer}\n`);
  await field.press('Enter');
  const banner = page.getByRole('banner');
  await expect(banner).toContainText('A reader with quite a long name');
  await expect(banner).toContainText('viewer');
  await expect(banner).toContainText('shop');
  await page.screenshot({ path: info.outputPath('signed-in.png') });
  await page.reload();
  await expect(banner).toContainText('viewer');
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.screenshot({ path: info.outputPath('signed-in-narrow.png') });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify([sessionStorage, localStorage]))).not.toContain('fp_');
});

test('offers to run workflows to those who may, and to nobody else', async ({ page, request }) => {
  const headers = { authorization: `Bearer ${keys.admin}` };
  const definition = { name: 'greet', nodes: [{ id: 'hello', type: 'transform', with: { value: 1 } }] };
  const made: unknown = await (await request.post(`${url}/api/workflows`, { headers, data: { definition } })).json();
  await request.post(`${url}/api/workflows/${textOf(made, 'id')}/execute`, { headers });
  for (const [key, offers] of [
    [keys.viewer, 0],
    [keys.admin, 1],
  ] as const) {
    await page.goto(url);
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Workflows' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Run greet' })).toHaveCount(offers);
    await page.getByRole('link', { name: /greet/ }).first().click();
    await expect(page.getByRole('tab', { name: 'Flame chart' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Run again' })).toHaveCount(offers);
    await page.getByRole('button', { name: 'Sign out' }).click();
  }
});

test('asks again when the key is revoked meanwhile', async ({ page, request }) => {
  const headers = { authorization: `Bearer ${keys.admin}` };
  const path = `${url}/api/v1/workspaces/shop/keys`;
  const made = await request.post(path, { headers, data: { name: 'temporary' } });
  const body: unknown = await made.json();
  const [id, key] = [textOf(body, 'id'), textOf(body, 'key')];
  await page.goto(url);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await request.delete(`${path}/${id}`, { headers });
  await expect(page.getByText('Your key does not count any more')).toBeVisible({ timeout: 20_000 });
});
