import { expect, type Page } from '@playwright/test';
import { importRuns, type MadeRun } from './histories.ts';
import { finishedRow, looksAs, startWorkflow, test, uploadWorkflow, WORKFLOWS } from './support.ts';

/** Lets the list have so many executions, page by page by cursor, without the server having run them. */
async function fillWith(page: Page, total: number): Promise<void> {
  const item = (at: number) => ({
    id: `01890000-0000-7000-8000-${String(at).padStart(12, '0')}`,
    workflow_id: '01890000-0000-7000-8000-00000000f10f',
    workflow_name: 'nightly',
    execution_number: total - at,
    status: 'completed',
    trigger: 'schedule',
    started_at: new Date(Date.UTC(2026, 0, 2) - at * 60_000).toISOString(),
    completed_at: new Date(Date.UTC(2026, 0, 2) - at * 60_000 + 5000).toISOString(),
    duration: 5 + (at % 7),
    input_variables: {},
    error_message: null,
    updated_at: '2026-01-02T00:00:00.000Z',
  });
  await page.route('**/api/v1/workspaces/*/executions?*', (route) => {
    const query = new URL(route.request().url()).searchParams;
    const from = Number(query.get('cursor') ?? 0);
    const end = Math.min(total, from + Number(query.get('limit')));
    const items = Array.from({ length: end - from }, (_, at) => item(from + at));
    const next = end < total ? String(end) : null;
    return route.fulfill({ json: { items, total, skip: 0, limit: 100, next_cursor: next, total_is_capped: false } });
  });
  const usual = { p50_duration_seconds: 8, successful_executions: 20, failed_executions: 0 };
  await page.route('**/api/workflows/*/metrics', (route) => route.fulfill({ json: usual }));
}

/** How many rows the list says that it has. */
async function loaded(page: Page): Promise<number> {
  const text = await page.getByText(/^[\d,]+ of [\d,]+ executions$/).textContent();
  return Number((text ?? '').split(' ', 1)[0]?.replaceAll(',', ''));
}

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

  test('is searched on the server, in the address too', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'data_pipeline');
    await page.getByRole('searchbox', { name: 'Search the executions' }).fill('PIPE');
    await expect(page.getByRole('row').filter({ hasText: 'basic_sequence' })).toHaveCount(0);
    await finishedRow(page, 'data_pipeline');
    await expect(page).toHaveURL(/\?q=PIPE$/);

    await page.reload();
    await finishedRow(page, 'data_pipeline');
    await expect(page.getByRole('searchbox')).toHaveValue('PIPE');

    await page.getByRole('searchbox').fill('no such workflow');
    await expect(page.getByRole('heading', { name: 'No execution matches' })).toBeVisible();
    await page.getByRole('search').getByRole('button', { name: 'Clear filters' }).click();
    await finishedRow(page, 'basic_sequence');
    await expect(page.getByRole('searchbox')).toHaveValue('');
  });

  test('is narrowed by several statuses', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'basic_sequence');
    await page.getByRole('button', { name: 'Status: Any status' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Failed' }).click();
    await expect(page).toHaveURL(/\?status=failed$/);
    await page.getByRole('menuitemcheckbox', { name: 'Timed out' }).click();
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/\?status=failed%2Ctimeout$/);
    await expect(page.getByRole('button', { name: 'Status: Failed, Timed out' })).toBeVisible();
    await expect(page.getByRole('row').filter({ hasText: 'Completed' })).toHaveCount(0);
    await page.goto('/?status=completed');
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
    const nothing = { json: { items: [], total: 0, skip: 0, limit: 100, next_cursor: null } };
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

/** A workflow of one node that waits, and may fail. */
function waiting(name: string, seconds: number, fails = false) {
  const wait = { id: 'wait', type: 'delay', with: { ms: seconds * 1000 } };
  const fail = { id: 'fail', type: 'fail', with: { message: 'it broke' }, dependsOn: ['wait'] };
  return { name, nodes: fails ? [wait, fail] : [wait] };
}

test.describe('a list of many', () => {
  test('is filtered by all that the address can say', async ({ page }) => {
    const workflow = await uploadWorkflow(page.request, {
      ...waiting('list_filters', 0.001),
      inputs: { size: { type: 'number', default: 1 } },
    });
    for (const size of [1, 2, 3]) await startWorkflow(page.request, workflow, { size });
    await page.goto(`/?workflow=${workflow}`);
    const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
    await expect(rows).toHaveCount(3);
    await expect(page.getByRole('combobox', { name: 'Workflow' })).toHaveValue(workflow);

    await page.getByLabel('Input value').fill('size:2');
    await page.getByLabel('Input value').press('Enter');
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('#2');
    await expect(rows).toContainText('size 2');
    await page.reload();
    await expect(rows).toHaveCount(1);
    await page.getByRole('button', { name: 'Remove the input size:2' }).click();
    await expect(rows).toHaveCount(3);

    await page.getByLabel('Took at least').fill('1 h');
    await page.getByLabel('Took at least').press('Enter');
    await expect(page).toHaveURL(/min=3600/);
    await expect(page.getByRole('heading', { name: 'No execution matches' })).toBeVisible();
    await page.getByRole('search').getByRole('button', { name: 'Clear filters' }).click();
    await expect(page).toHaveURL(/\/$/);
    await finishedRow(page, 'list_filters');
  });

  test('is sorted by its column heads', async ({ page }) => {
    const workflow = await uploadWorkflow(page.request, {
      ...waiting('list_sorted', 0),
      inputs: { ms: { type: 'number', default: 1 } },
      nodes: [{ id: 'wait', type: 'delay', with: { ms: '${input.ms}' } }],
    });
    for (const ms of [50, 400, 200]) await startWorkflow(page.request, workflow, { ms });
    await page.goto(`/?workflow=${workflow}`);
    const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
    await expect(rows.filter({ hasText: 'Completed' })).toHaveCount(3, { timeout: 15_000 });
    const numbers = () => rows.locator('.number').allTextContents();
    expect(await numbers()).toEqual(['#3', '#2', '#1']);
    await page.getByRole('columnheader', { name: 'Duration' }).getByRole('button').click();
    await expect.poll(numbers).toEqual(['#2', '#3', '#1']);
    await expect(page.getByRole('columnheader', { name: 'Duration' })).toHaveAttribute('aria-sort', 'descending');
    await page.getByRole('columnheader', { name: 'Duration' }).getByRole('button').click();
    await expect.poll(numbers).toEqual(['#1', '#3', '#2']);
    await expect(page).toHaveURL(/sort=shortest/);
    await page.getByRole('columnheader', { name: 'Started' }).getByRole('button').click();
    await page.getByRole('columnheader', { name: 'Started' }).getByRole('button').click();
    await expect.poll(numbers).toEqual(['#1', '#2', '#3']);
  });

  test('announces what is new without moving what is read, and follows what runs', async ({ page }) => {
    const workflow = await uploadWorkflow(page.request, waiting('list_live', 0.8));
    for (let count = 0; count < 9; count++) await startWorkflow(page.request, workflow);
    await page.goto(`/?workflow=${workflow}`);
    const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
    await expect(rows.filter({ hasText: 'Completed' })).toHaveCount(9, { timeout: 30_000 });
    await startWorkflow(page.request, workflow);
    await startWorkflow(page.request, workflow);
    await expect(page.getByRole('button', { name: 'Show 2 new' })).toBeVisible({ timeout: 15_000 });
    await expect(rows).toHaveCount(9);
    await page.getByRole('button', { name: 'Show 2 new' }).click();
    await expect(rows).toHaveCount(11);
    await expect(rows.first().getByRole('link')).toBeFocused();
    await expect(rows.filter({ hasText: 'Completed' })).toHaveCount(11, { timeout: 15_000 });
    await expect(page.getByRole('button', { name: /^Show/ })).toHaveCount(0);
  });

  test('keeps only what is near the window on the page, and goes on by scrolling, by keys and by a button', async ({
    page,
  }) => {
    await fillWith(page, 25_000);
    await page.goto('/');
    const rows = page.locator('tr[data-row]');
    await expect(page.getByText('100 of 25,000 executions')).toBeVisible();
    // Coming near it loads by itself, so that there are more by one page or by two.
    await page.getByRole('button', { name: 'Load more' }).press('Enter');
    await expect.poll(() => loaded(page)).toBeGreaterThanOrEqual(200);
    await page.locator('tr[data-row="0"]').getByRole('link').focus();
    const last = (await loaded(page)) - 1;
    await page.keyboard.press('End');
    await expect(page.locator(`tr[data-row="${last}"]`).getByRole('link')).toBeFocused();
    await expect.poll(() => loaded(page)).toBeGreaterThan(last + 1);
    await page.keyboard.press('ArrowDown');
    await expect(page.locator(`tr[data-row="${last + 1}"]`).getByRole('link')).toBeFocused();
    for (let round = 0; round < 4; round++) {
      const before = await loaded(page);
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await expect.poll(() => loaded(page)).toBeGreaterThan(before);
    }
    expect(await rows.count()).toBeLessThan(80);
    await page.evaluate(() => scrollTo(0, 0));
    await expect(page.locator('tr[data-row="0"]')).toBeVisible();
    await expect(page.locator(`tr[data-row="${last + 1}"]`).getByRole('link')).toBeFocused();
    expect(await rows.count()).toBeLessThan(80);
  });

  test('comes back to where it was left', async ({ page }) => {
    await fillWith(page, 25_000);
    await page.goto('/');
    await expect(page.getByText('100 of 25,000 executions')).toBeVisible();
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await expect.poll(() => loaded(page)).toBe(200);
    await page.locator('tr[data-row="90"]').scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => scrollY);
    // Without going up to the bar first, as one leaves by a row.
    await page.getByRole('navigation').getByRole('link', { name: 'Workflows' }).dispatchEvent('click');
    await expect(page.getByRole('heading', { level: 1, name: 'Workflows' })).toBeVisible();
    await page.goBack();
    await expect(page.getByText('200 of 25,000 executions')).toBeVisible();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
  });

  test('is saved as CSV', async ({ page }) => {
    const workflow = await uploadWorkflow(page.request, waiting('list_csv', 0.001, true));
    await startWorkflow(page.request, workflow);
    await page.goto(`/?workflow=${workflow}`);
    await expect(page.getByRole('row').filter({ hasText: 'Failed' })).toHaveCount(1, { timeout: 15_000 });
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Save as CSV/ }).click();
    const file = await (await saving).createReadStream();
    let text = '';
    for await (const part of file) text += String(part);
    expect(text).toMatch(/^id,workflow,number,version,status,.*\r\n[^,]+,list_csv,1,1,failed,/);
  });

  test('has two ticked and compared, by the keyboard alone', async ({ page }) => {
    const workflow = await uploadWorkflow(page.request, waiting('list_ticked', 0.001));
    for (let count = 0; count < 2; count++) await startWorkflow(page.request, workflow);
    await page.goto(`/?workflow=${workflow}`);
    const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
    await expect(rows.filter({ hasText: 'Completed' })).toHaveCount(2, { timeout: 15_000 });
    await rows.first().getByRole('link').focus();
    await page.keyboard.press('Space');
    await expect(page.getByRole('checkbox', { name: 'Compare list_ticked #2' })).toBeChecked();
    await expect(page.getByText('is ticked. Tick another to compare the two.')).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.getByRole('region', { name: 'Compare' }).getByRole('button', { name: 'Compare' }).press('Enter');
    await expect(page).toHaveURL(/\/compare\?base=[\da-f-]{36}&candidate=[\da-f-]{36}$/);
  });

  test('cancels what runs after asking', async ({ page }) => {
    const workflow = await uploadWorkflow(page.request, waiting('list_cancel', 30));
    await startWorkflow(page.request, workflow);
    await page.goto(`/?workflow=${workflow}`);
    await page.getByRole('button', { name: 'More for list_cancel #1' }).click();
    await page.getByRole('menuitem', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Let it run' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('button', { name: 'More for list_cancel #1' }).click();
    await page.getByRole('menuitem', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the execution' }).click();
    await expect(page.getByRole('row').filter({ hasText: 'list_cancel' })).toContainText('Cancelled', {
      timeout: 15_000,
    });
  });
});

test.describe('a server with several workspaces', () => {
  test.beforeEach(async ({ page }) => {
    const shop = { id: '01890000-0000-7000-8000-00000000dead', slug: 'shop', name: 'Shop' };
    const demo: unknown = await (await page.request.get('/api/v1/workspaces/demo')).json();
    const several = { json: { items: [shop, demo], total: 2, skip: 0, limit: 100 } };
    await page.route('**/api/workspaces', (route) => route.fulfill(several));
    const nothing = { json: { items: [], total: 0, skip: 0, limit: 100, next_cursor: null } };
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

const run: MadeRun = { fetch: 180, charge: 420, mail: 120, close: 60, input: { region: 'eu' } };

test('the list looks as it did, wide and light, narrow and dark', async ({ page, request }) => {
  // A workspace of its own, a day after its last run, so that nothing changes by itself.
  const slug = 'list-in-a-picture';
  const made = await request.post('/api/workspaces', { data: { slug, name: slug } });
  expect(made.status(), await made.text()).toBe(201);
  const slow: MadeRun = { ...run, charge: 95_000, input: { region: 'us', retries: 3 } };
  await importRuns(request, 'orders', [run, slow, { ...run, status: 'failed' }, run], slug);
  await importRuns(request, 'refunds', [{ ...run, status: 'timeout' }, { ...run, status: 'cancelled' }, run], slug);
  await page.clock.setFixedTime('2024-05-07T12:00:00Z');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(`/?workspace=${slug}`);
  await expect(page.getByText('7 of 7 executions')).toBeVisible();
  await expect(page.getByText('145×')).toBeVisible();
  await looksAs(page, 'executions-light-1280', [page.getByRole('banner')]);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 390, height: 844 });
  await looksAs(page, 'executions-dark-390', [page.getByRole('banner')]);
});
