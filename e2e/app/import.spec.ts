import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type FileChooser, type Page } from '@playwright/test';
import { painted, test } from './support.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures');
const BUILD = join(FIXTURES, 'bazel', 'local-jobs-4.json.gz');

type ChosenFile = Parameters<FileChooser['setFiles']>[0];

async function choose(page: Page, file: ChosenFile): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  await (await choosing).setFiles(file);
}

test('a file that was chosen is stored, its repairs are told, and its chart opens', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await choose(page, BUILD);
  const row = page.getByRole('listitem').filter({ hasText: 'local-jobs-4.json.gz' });
  await expect(row).toContainText('1 execution, 1,315 spans', { timeout: 30_000 });
  await row.getByText(/repairs?$/).click();
  await expect(row.getByText(/unsupported_event/)).toBeVisible();
  await row.getByRole('link', { name: /^Bazel build/ }).click();
  await painted(page);
  await page.getByText(/repairs? made while reading$/).click();
  await expect(page.getByText(/^unsupported event \(\d+\):/)).toBeVisible();
});

test('a run that was still under way when its file was written stands as it was then', async ({ page }) => {
  await page.goto('/import');
  await choose(page, join(FIXTURES, 'argo', 'dag_xfail.yaml'));
  const row = page.getByRole('listitem').filter({ hasText: 'dag_xfail.yaml' });
  await row.getByRole('link', { name: 'dag-fail-r4gvc' }).click({ timeout: 30_000 });
  await painted(page);
  const figures = page.locator('.figure');
  await expect(figures.filter({ hasText: 'Duration' })).toHaveText('Duration–');
  await expect(figures.filter({ hasText: 'Makespan' })).toHaveText('Makespan18 s');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeHidden();
});

test('a file that cannot be read says why, and can be taken off the list', async ({ page }) => {
  await page.goto('/import');
  await choose(page, { name: '<b>notes</b>.txt', mimeType: 'text/plain', buffer: Buffer.from('these are no spans') });
  const row = page.getByRole('listitem').filter({ hasText: '<b>notes</b>.txt' });
  await expect(row).toContainText('the content is of no format that flowprof knows', { timeout: 30_000 });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await row.getByRole('button', { name: 'Remove <b>notes</b>.txt' }).click();
  await expect(row).toBeHidden();
});

test('files may be dropped on any page', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Executions', level: 1 })).toBeVisible();
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    const events = [{ name: 'dropped', ph: 'X', ts: 0, dur: 5, pid: 1, tid: 1 }];
    data.items.add(new File([JSON.stringify({ traceEvents: events })], 'dropped.json'));
    return data;
  });
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await expect(page.getByText('Drop to import')).toBeVisible();
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(page).toHaveURL(/\/import$/);
  const row = page.getByRole('listitem').filter({ hasText: 'dropped.json' });
  await expect(row).toContainText('1 execution, 1 span', { timeout: 30_000 });
});
