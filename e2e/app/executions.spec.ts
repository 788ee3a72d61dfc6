import { expect } from '@playwright/test';
import { finishedRow, test, WORKFLOWS } from './support.ts';

test.describe('the list of executions', () => {
  test('shows the four executions of the demo with status, number, time and duration', async ({ page }) => {
    await page.goto('/');
    await expect(page).toHaveTitle('Executions · flowprof');
    for (const workflow of WORKFLOWS) {
      const row = await finishedRow(page, workflow);
      await expect(row.locator('time')).toHaveAttribute('title', /\d/);
      await expect(row).toContainText(/\d (ms|s)/);
    }
  });

  test('is narrowed by the name of the workflow, in the address too', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'data_pipeline');
    await page.getByRole('searchbox', { name: 'Filter by workflow' }).fill('PIPE');
    await expect(page.getByRole('row').filter({ hasText: 'basic_sequence' })).toHaveCount(0);
    await finishedRow(page, 'data_pipeline');
    await expect(page).toHaveURL(/\?workflow=PIPE$/);

    await page.reload();
    await finishedRow(page, 'data_pipeline');
    await expect(page.getByRole('searchbox')).toHaveValue('PIPE');

    await page.getByRole('searchbox').fill('no such workflow');
    await expect(page.getByRole('heading', { name: 'No execution matches' })).toBeVisible();
    await page.getByRole('link', { name: 'Show all executions' }).click();
    await finishedRow(page, 'basic_sequence');
  });

  test('is narrowed by status', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'basic_sequence');
    await page.getByRole('combobox', { name: 'Status' }).selectOption('Failed');
    await expect(page).toHaveURL(/\?status=failed$/);
    await expect(page.getByRole('row').filter({ hasText: 'Completed' })).toHaveCount(0);
    await page.getByRole('combobox', { name: 'Status' }).selectOption('Completed');
    await finishedRow(page, 'basic_sequence');
  });

  test('has its whole row as one link that the keyboard reaches', async ({ page }) => {
    await page.goto('/');
    const row = await finishedRow(page, 'basic_sequence');
    await row.getByRole('link').focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/executions\/[0-9a-f-]{36}/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('basic_sequence');
  });

  test('lets a skip link jump over the header', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'basic_sequence');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('main')).toBeFocused();
  });

  test('tells in an empty workspace how to run the first workflow', async ({ page }) => {
    const nothing = { json: { items: [], total: 0, skip: 0, limit: 50 } };
    await page.route('**/api/workflows?*', (route) => route.fulfill(nothing));
    await page.route('**/executions?*', (route) => route.fulfill(nothing));
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'No executions yet' })).toBeVisible();
    await expect(page.getByText('npx flowprof seed --workspace-id demo', { exact: true })).toBeVisible();
  });

  test('tells on an empty server how to make a workspace', async ({ page }) => {
    await page.route('**/api/workspaces', (route) =>
      route.fulfill({ json: { items: [], total: 0, skip: 0, limit: 100 } }),
    );
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'No workspace yet' })).toBeVisible();
    await expect(page.getByText('npx flowprof demo', { exact: true })).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });
});

test.describe('a server with several workspaces', () => {
  test.beforeEach(async ({ page }) => {
    const shop = { id: '01890000-0000-7000-8000-00000000dead', slug: 'shop', name: 'Shop' };
    const demo: unknown = await (await page.request.get('/api/v1/workspaces/demo')).json();
    const several = { json: { items: [shop, demo], total: 2, skip: 0, limit: 100 } };
    await page.route('**/api/workspaces', (route) => route.fulfill(several));
    const nothing = { json: { items: [], total: 0, skip: 0, limit: 50 } };
    await page.route(`**/api/v1/workspaces/${shop.id}/**`, (route) => route.fulfill(nothing));
    await page.route('**/api/workflows?*', (route) =>
      route.request().headers()['x-workspace-id'] === shop.id ? route.fulfill(nothing) : route.fallback(),
    );
  });

  test('shows one, lets another be chosen, and keeps to it', async ({ page }) => {
    await page.goto('/');
    const choice = page.getByRole('combobox', { name: 'Workspace' });
    await expect(choice).toHaveValue('shop');
    await expect(page.getByRole('heading', { name: 'No executions yet' })).toBeVisible();
    await choice.selectOption('demo');
    await finishedRow(page, 'basic_sequence');
    await page.reload();
    await expect(choice).toHaveValue('demo');
  });

  test('shows that of the address', async ({ page }) => {
    await page.goto('/?workspace=demo');
    await finishedRow(page, 'basic_sequence');
  });
});

test.describe('without the server', () => {
  test.use({ expectFailedRequests: true });

  test('the list says so and loads by itself once it is back', async ({ page }) => {
    await page.route('**/api/**', (route) => route.abort());
    await page.goto('/');
    await expect(page.getByRole('alert')).toContainText('The server cannot be reached');
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await finishedRow(page, 'basic_sequence');
  });

  test('what was loaded stays, with a word about it', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'basic_sequence');
    await page.clock.install();
    await page.reload();
    await finishedRow(page, 'basic_sequence');
    await page.route('**/api/**', (route) => route.abort());
    await page.clock.runFor(11_000);
    await expect(page.getByText('Connection lost.')).toBeVisible();
    await finishedRow(page, 'basic_sequence');
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect(page.getByText('Connection lost.')).toHaveCount(0);
  });
});
