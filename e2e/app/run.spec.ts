import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { chartOf, fingerprint, finishedRow, firstItem, painted, settled, test } from './support.ts';

const WAITING = join(import.meta.dirname, '..', '..', 'fixtures', 'workflows', 'waiting.json');

test('a workflow that is run from the page is watched to its end, and is the same after a reload', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Run data_pipeline' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run data_pipeline' });
  const items = dialog.getByRole('textbox', { name: /^items/ });
  await expect(items).toBeFocused();
  await items.fill('many');
  await dialog.getByRole('button', { name: 'Run' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('This has to be a number.');
  await items.fill('60');
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(/\/executions\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/data_pipeline #([2-9]|\d\d)/);
  await expect(chartOf(page)).toBeVisible();
  await expect(page.locator('.execution-title')).toContainText(/Completed/, { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Run again' })).toBeVisible();
  await painted(page);
  await page.mouse.move(1, 1);
  const seen = await settled(page);

  await page.reload();
  await painted(page);
  await expect.poll(() => fingerprint(page)).toBe(seen);

  await page.getByRole('button', { name: 'Run again' }).click();
  await expect(items, 'the same input to begin with').toHaveValue('60');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.getByRole('link', { name: 'All executions' }).click();
  await expect(page.getByRole('link', { name: 'data_pipeline #1', exact: true })).toBeVisible();
});

test('a running execution shows what has not started, and is cancelled from its page', async ({ page, request }) => {
  const name = `waiting ${Date.now()}`;
  const file: unknown = JSON.parse(await readFile(WAITING, 'utf8'));
  const definition = typeof file === 'object' ? file : null;
  await page.goto('/');
  await finishedRow(page, 'basic_sequence');
  const headers = { 'x-workspace-id': await firstItem(request, '/api/workspaces', 'id') };
  const data = {
    project_id: await firstItem(request, '/api/workflows', 'project_id', headers),
    name,
    definition: { ...definition, name },
  };
  expect((await request.post('/api/workflows', { headers, data })).status()).toBe(201);
  await page.reload();
  await page.getByRole('button', { name: `Run ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();

  await expect(page.locator('.execution-title')).toContainText('Running');
  await page.getByRole('tab', { name: /^Steps/ }).click();
  const last = page.getByRole('region', { name: 'Steps' }).getByRole('row').filter({ hasText: 'Last' });
  await expect(last).toContainText('Pending');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('.execution-title')).toContainText('Cancelled');
  await expect(page.getByRole('button', { name: 'Run again' })).toBeVisible();
});
