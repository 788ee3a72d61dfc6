import { expect } from '@playwright/test';
import { chartOf, fingerprint, painted, settled, test } from './support.ts';

test('a workflow that is run from the page is watched to its end, and is the same after a reload', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Run data_pipeline' }).click();
  await expect(page).toHaveURL(/\/executions\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/data_pipeline #([2-9]|\d\d)/);
  await expect(chartOf(page)).toBeVisible();
  await expect(page.locator('.execution-title')).toContainText(/Completed/, { timeout: 30_000 });
  await painted(page);
  await page.mouse.move(1, 1);
  const seen = await settled(page);

  await page.reload();
  await painted(page);
  await expect.poll(() => fingerprint(page)).toBe(seen);
  await page.getByRole('link', { name: 'All executions' }).click();
  await expect(page.getByRole('link', { name: 'data_pipeline #1', exact: true })).toBeVisible();
});
