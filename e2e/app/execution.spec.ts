import { expect } from '@playwright/test';
import { chartOf, fingerprint, firstBar, openExecution, painted, settled, test } from './support.ts';

test.describe('an execution', () => {
  test('shows its status, times and where the time went', async ({ page }) => {
    await openExecution(page, 'data_pipeline');
    await expect(page).toHaveTitle(/^data_pipeline #1 · flowprof$/);
    await expect(page.getByText('Completed').first()).toBeVisible();
    await expect(page.getByText('Makespan', { exact: true })).toBeVisible();
    const accounting = page.getByRole('region', { name: /^Where the .* went$/ });
    const work = accounting.getByRole('button', { name: /^work/ });
    await expect(work).toContainText(/%/);
    await work.focus();
    await expect(accounting.locator('.accounting-part.dimmed').first()).toBeAttached();

    const lit = await settled(page);
    await work.press('Enter');
    await expect(work).toHaveAttribute('aria-pressed', 'true');
    await page.getByRole('tab', { name: 'Flame chart' }).focus();
    await expect.poll(() => fingerprint(page), { message: 'what was clicked stays lit' }).toBe(lit);
    await work.click();
    await page.mouse.move(1, 1);
    await page.getByRole('tab', { name: 'Flame chart' }).focus();
    await expect.poll(() => fingerprint(page)).not.toBe(lit);
  });

  test('is saved as a file of any format', async ({ page }) => {
    await openExecution(page, 'basic_sequence');
    await page.getByRole('button', { name: 'Export' }).click();
    const menu = page.getByRole('menu', { name: 'Save as' });
    await expect(menu.getByRole('menuitem', { name: 'speedscope' })).toBeVisible();
    const download = page.waitForEvent('download');
    await menu.getByRole('menuitem', { name: 'HTML page' }).click();
    expect((await download).suggestedFilename()).toBe('basic_sequence-1.html');
    await expect(page.getByRole('button', { name: 'Export' })).toBeEnabled();
  });

  test('tells about the span under the pointer', async ({ page }) => {
    await openExecution(page, 'basic_sequence');
    await chartOf(page).hover({ position: await firstBar(page) });
    await expect(page.getByTestId('hover-card')).toContainText(/of the makespan/);
  });

  test('opens the details of a span by click and by keyboard, and closes them', async ({ page }) => {
    await openExecution(page, 'basic_sequence');
    const chart = chartOf(page);
    await chart.click({ position: await firstBar(page) });
    const details = page.getByRole('complementary');
    await expect(details.getByText('Duration')).toBeVisible();
    await expect(details.getByRole('region', { name: 'All instances' })).toContainText('Count');
    await expect(page).toHaveURL(/[?&]span=/);
    const byClick = await details.getByRole('heading', { level: 2 }).textContent();

    await page.keyboard.press('Escape');
    await expect(details).toHaveCount(0);
    await expect(page).not.toHaveURL(/span=/);

    await chart.focus();
    await page.keyboard.press('Period');
    await expect(details.getByRole('heading', { level: 2 })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect(details.getByRole('heading', { level: 2 })).not.toHaveText(byClick ?? '');
    await details.getByRole('button', { name: 'Close the details' }).click();
    await expect(details).toHaveCount(0);
  });

  test('zooms with Ctrl and wheel, keeps the place in the address, and shows the same after a reload', async ({
    page,
  }) => {
    await openExecution(page, 'parallel_processing');
    const whole = await settled(page);
    const box = await chartOf(page).boundingBox();
    if (box === null) throw new Error('the chart is not visible');
    await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    await expect(page).toHaveURL(/[?&]from=-?[\d.]+&to=[\d.]+/);
    await page.mouse.move(1, 1);
    const zoomed = await settled(page);
    expect(zoomed).not.toBe(whole);

    await page.reload();
    await painted(page);
    await expect.poll(() => fingerprint(page)).toBe(zoomed);

    await page.getByRole('button', { name: 'Show the whole run' }).click();
    await expect(page).not.toHaveURL(/from=/);
    await expect.poll(() => fingerprint(page)).toBe(whole);
  });

  test('keeps the selected span over a reload', async ({ page }) => {
    await openExecution(page, 'basic_sequence');
    await chartOf(page).click({ position: await firstBar(page) });
    const title = page.getByRole('complementary').getByRole('heading', { level: 2 });
    const name = await title.textContent();
    await expect(page).toHaveURL(/[?&]span=/);
    await page.reload();
    await expect(title).toHaveText(name ?? '');
  });

  test('finds spans by name', async ({ page }) => {
    await openExecution(page, 'data_pipeline');
    await page.keyboard.press('/');
    const search = page.getByRole('searchbox', { name: 'Search the spans' });
    await expect(search).toBeFocused();
    await page.keyboard.type('http_request');
    await expect(page.getByText(/^\d+ match(es)?$/)).toBeVisible();
    await expect(page).toHaveURL(/q=http_request/);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toContainText('http_request');
  });

  test('switches critical path and queue time by button and by key', async ({ page }) => {
    await openExecution(page, 'parallel_processing');
    const button = page.getByRole('button', { name: /^Critical path/ });
    const before = await settled(page);
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    await chartOf(page).focus();
    await page.keyboard.press('c');
    await expect(button).toHaveAttribute('aria-pressed', 'false');
    await expect(page).toHaveURL(/path=off/);
    await expect.poll(() => fingerprint(page)).not.toBe(before);
    await button.click();
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    await page.getByRole('button', { name: /^Queue time/ }).click();
    await expect(page).toHaveURL(/queue=off/);
  });

  test('lists the shortcuts that the chart really has', async ({ page }) => {
    await openExecution(page, 'basic_sequence');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Shortcuts' });
    await expect(dialog.getByText('Critical path on or off')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  });

  test('lists its steps, and leads from a step to its span', async ({ page }) => {
    await openExecution(page, 'data_pipeline');
    await page.getByRole('tab', { name: /^Steps/ }).click();
    await expect(page).toHaveURL(/tab=steps/);
    const table = page.getByRole('region', { name: 'Steps' });
    await expect(table.getByRole('row')).toHaveCount(8);
    const step = table.getByRole('rowheader').nth(1).getByRole('button');
    const name = await step.textContent();
    await step.click();
    await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toHaveText(name ?? '');
    await painted(page);
  });

  test('has insights that lead to what they speak of', async ({ page }) => {
    await openExecution(page, 'parallel_processing');
    await page.getByRole('tab', { name: /^Insights/ }).click();
    await page.getByRole('button', { name: /^Show in the chart: "Branch C"/ }).click();
    await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toHaveText('Branch C');
    await page.getByRole('button', { name: 'Close the details' }).click();
    const holders = page.getByRole('region', { name: 'On the critical path' });
    await holders.getByRole('button', { name: 'Data Preparation' }).click();
    await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toHaveText('Data Preparation');
  });

  test('has its spans as a table', async ({ page }) => {
    await openExecution(page, 'basic_sequence');
    await page.getByRole('tab', { name: 'Spans' }).click();
    const table = page.getByRole('region', { name: 'Spans' });
    await expect(table.getByRole('row').filter({ hasText: 'http_request' }).first()).toBeVisible();
  });

  test('is drawn in the theme that was chosen, also after a reload', async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await openExecution(page, 'basic_sequence');
    const light = await settled(page);
    await page.getByRole('radio', { name: 'Dark theme' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect.poll(() => fingerprint(page)).not.toBe(light);
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.getByRole('radio', { name: 'System theme' }).click();
    await painted(page);
    await expect.poll(() => fingerprint(page)).toBe(light);
  });
});

test.describe('an address without an execution', () => {
  test.use({ expectFailedRequests: true });

  test('says that there is none, and leads back', async ({ page }) => {
    await page.goto('/executions/0195e0b5-0000-7000-8000-000000000000');
    await expect(page.getByRole('alert')).toContainText('The execution was not found');
    await page.getByRole('link', { name: 'All executions' }).click();
    await expect(page.getByRole('heading', { name: 'Executions' })).toBeVisible();
  });

  test('says so where the permission is missing', async ({ page }) => {
    const problem = { status: 403, json: { title: 'Forbidden', status: 403, detail: 'No.', code: 'forbidden' } };
    await page.route('**/api/workflows/executions/*', (route) => route.fulfill(problem));
    await page.goto('/executions/0195e0b5-0000-7000-8000-000000000000');
    await expect(page.getByRole('alert')).toContainText('You do not have permission for this');
  });

  test('may be no page at all', async ({ page }) => {
    await page.goto('/alerts/nothing/here');
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
  });
});
