import { expect, type APIRequestContext } from '@playwright/test';
import { importRuns, steppedRuns } from './histories.ts';
import { looksAs, test, violations } from './support.ts';

/** The days in which imported runs started. */
const DAYS = 'days=7&until=2024-05-08T12:00:00Z';

/** A workspace of its own, so that nothing of others is counted; gives its slug. */
async function newWorkspace(request: APIRequestContext, slug: string): Promise<string> {
  const made = await request.post('/api/workspaces', { data: { slug, name: slug } });
  expect(made.status(), await made.text()).toBe(201);
  return slug;
}

test('tells of all executions of the workspace, and when they started', async ({ page, request }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const slug = await newWorkspace(request, 'statistics');
  await importRuns(request, 'orders', steppedRuns(), slug);
  await importRuns(request, 'refunds', steppedRuns(0).slice(0, 7), slug);
  await page.goto(`/statistics?workspace=${slug}&${DAYS}`);
  const figures = page.locator('dl.tiles');
  for (const text of ['Workflows2', 'Total executions47', 'Errors1', 'Most used workflow'])
    await expect(figures).toContainText(text);
  await expect(figures.getByRole('link', { name: 'orders #15' })).toBeVisible();
  await expect(page.getByText('47 executions started between')).toBeVisible();
  const busiest = page.getByRole('region', { name: 'Busiest workflows', exact: true });
  await expect(busiest.getByRole('row').nth(1)).toContainText('orders');
  await expect(page.getByRole('region', { name: 'Most errors', exact: true })).toContainText('orders');
  const chart = page.getByRole('application', { name: /Executions over time: 7 bars/ });
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(chart).toContainText('24 completed');
  await page.keyboard.press('ArrowLeft');
  await expect(chart).toContainText('1 failed');
  await chart.blur();
  await looksAs(page, 'statistics', [page.getByRole('banner')]);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Executions over time as a table' }).click();
  await expect(page.getByRole('row', { name: /May 7, 2024/ })).toContainText('24');
  await page.getByRole('button', { name: 'Earlier' }).click();
  await expect(page.getByText('0 executions started between')).toBeVisible();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/statistics?workspace=${slug}&${DAYS}`);
  await expect(figures).toContainText('Total executions47');
  await looksAs(page, 'statistics-narrow-dark', [page.getByRole('banner')]);
  expect(await violations(page)).toEqual([]);
});

test('of a workspace without executions says how to get one', async ({ page, request }) => {
  const slug = await newWorkspace(request, 'statistics-of-nothing');
  await page.goto(`/statistics?workspace=${slug}`);
  await expect(page.getByRole('heading', { name: 'No executions yet' })).toBeVisible();
});

test('projects are made, tell what their workflows come to, are renamed and deleted', async ({ page, request }) => {
  const slug = await newWorkspace(request, 'statistics-of-projects');
  await importRuns(request, 'orders', steppedRuns(0), slug);
  await page.goto(`/projects?workspace=${slug}`);
  const first = page.getByRole('row').nth(1);
  await expect(first).toContainText('95%');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'New project' }).click();
  const dialog = page.getByRole('dialog', { name: 'New project' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Night shift');
  await expect(dialog.getByRole('textbox', { name: 'Slug' })).toHaveValue('night-shift');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('link', { name: 'Night shift' }).click();
  await expect(page.getByText('No workflow is in this project yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Day shift');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Day shift');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Projects');
  await expect(page.getByRole('link', { name: 'Day shift' })).toHaveCount(0);
  await first.getByRole('link').click();
  await expect(page.locator('dl.tiles')).toContainText('Total executions20');
  await expect(page.getByRole('region', { name: 'Workflows' }).getByRole('link', { name: 'orders' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
