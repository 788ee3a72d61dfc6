import { expect, type Page } from '@playwright/test';
import { importRuns, steppedRuns } from './histories.ts';
import { looksAs, sidewaysScroll, test, violations } from './support.ts';

/** The executions are summed up when they are first asked for. */
const FIRST = { timeout: 20_000 };

const chart = (page: Page) => page.getByRole('application', { name: /Duration of each run: 40 runs/ });

test('the list says how the runs of each workflow went, is searched, and leads to each', async ({ page, request }) => {
  const name = 'orders in the list';
  await importRuns(request, name, steppedRuns());
  await page.goto('/workflows');
  await page.getByRole('searchbox', { name: 'Search workflows' }).fill(name);
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name }) });
  await expect(row).toContainText('97.5%');
  await expect(row.getByRole('img', { name: /^Last 10 runs: \d+ ms to \d+ ms$/ })).toBeVisible();
  await expect(page).toHaveURL(/search=orders/);
  await expect(page.getByRole('row')).toHaveCount(2);
  expect(await violations(page)).toEqual([]);
  await row.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(page.locator('dl.tiles')).toContainText('Total runs40');
  await page.goto('/workflows?search=nothing%20has%20this%20name');
  await expect(page.getByRole('heading', { name: 'No workflow matches' })).toBeVisible();
});

test('the overview tells the figures of all runs, and what they used', async ({ page, request }) => {
  const id = await importRuns(request, 'orders in figures', steppedRuns());
  await page.goto(`/workflows/${id}`);
  const figures = page.locator('dl.tiles');
  for (const text of ['Total runs40', 'Success rate97.5%', 'Errors1', 'Most used component'])
    await expect(figures).toContainText(text);
  await expect(page.getByRole('region', { name: 'Components', exact: true })).toContainText('Charge the card');
  await expect(
    page.getByRole('region', { name: 'Newest executions' }).getByRole('link', { name: '#40' }),
  ).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test('the history says that it got slower, since when and why, and each run by pointer and key', async ({
  page,
  request,
}) => {
  const id = await importRuns(request, 'orders that got slower', steppedRuns());
  await page.goto(`/workflows/${id}`);
  await page.getByRole('tab', { name: 'History' }).click();
  const verdict = page.getByRole('region', { name: 'Slower' });
  await expect(verdict).toContainText('The newest 20 runs are slower than the 19 runs before by 33%');
  await expect(verdict).toContainText('mostly Charge the card');
  await expect(verdict.getByRole('row', { name: /Charge the card/ })).toContainText('+219 ms');
  await expect(page.getByRole('region', { name: 'When it changed' })).toContainText(
    'Since #21, runs are slower by 33%',
  );
  await expect(page.getByRole('region', { name: 'What they have in common' })).toContainText(
    'Slow runs have attribute mode “full” more often',
  );
  await chart(page).focus();
  for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowLeft');
  await expect(chart(page)).toContainText('#21');
  await expect(chart(page)).toContainText('usual 683 ms');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('#21');
});

test('dragging shows a part of the runs, which the address holds', async ({ page, request }) => {
  const id = await importRuns(request, 'orders in part', steppedRuns());
  await page.goto(`/workflows/${id}?tab=history`);
  // What is found out of the runs comes later and stands above the chart.
  await expect(page.getByRole('region', { name: 'What they have in common' })).toContainText('more often', FIRST);
  const box = await page.locator('.u-over').boundingBox();
  if (box === null) throw new Error('the chart is not there');
  await page.mouse.move(box.x + box.width * 0.25, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=.+&to=/);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Show all 40 runs' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all 40 runs' }).click();
  await expect(page).not.toHaveURL(/from=/);
  await page.getByRole('button', { name: 'Duration of each run as a table' }).click();
  const table = page.getByRole('region', { name: 'Runs, as a table' });
  await expect(table.getByRole('row')).toHaveCount(41);
  await expect(table.getByRole('row', { name: /#9/ })).toContainText('Failed');
  await expect(table.getByRole('row', { name: /#15/ })).toContainText('out of the usual');
});

test('a node is seen over the runs, with how often it holds the end', async ({ page, request }) => {
  const id = await importRuns(request, 'orders by node', steppedRuns());
  await page.goto(`/workflows/${id}?tab=nodes`);
  const nodes = page.getByRole('region', { name: 'Slowest nodes', exact: true });
  await expect(nodes.getByRole('row', { name: /Charge the card/ })).toContainText('100% of the runs', FIRST);
  await expect(nodes.getByRole('row', { name: /Send the mail/ })).toContainText('0% of the runs');
  await expect(nodes.getByRole('img', { name: /^Charge the card over 40 runs: 420 ms at first/ })).toBeVisible();
  await nodes.getByRole('button', { name: 'Charge the card' }).click();
  await expect(page).toHaveURL(/node=charge/);
  await expect(page.getByRole('region', { name: 'Charge the card in each run' })).toContainText(
    'Since #21, Charge the card is slower by 51%',
  );
  await expect(page.getByRole('region', { name: 'Critical paths', exact: true })).toContainText(
    'Fetch the order → Charge the card',
  );
  expect(await violations(page)).toEqual([]);
});

test('many runs are one flame graph, and a table', async ({ page, request }) => {
  const id = await importRuns(request, 'orders merged', steppedRuns());
  await page.goto(`/workflows/${id}?tab=flame`);
  await expect(page.getByText('Where the time of the last 39 runs that completed went')).toBeVisible();
  await page.getByRole('button', { name: 'Flame graph as a table' }).click();
  await expect(page.getByRole('row', { name: /Charge the card/ })).toContainText('39');
  expect(await violations(page)).toEqual([]);
});

test('a baseline is made, counts by default, is renamed and deleted', async ({ page, request }) => {
  const id = await importRuns(request, 'orders with a baseline', steppedRuns());
  await page.goto(`/workflows/${id}?tab=baselines`);
  await page.getByRole('button', { name: 'Create a baseline' }).click();
  const dialog = page.getByRole('dialog', { name: 'New baseline' });
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog).toContainText('Expected a name');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('before the move');
  await dialog.getByRole('textbox', { name: 'How many runs' }).fill('10');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const row = page.getByRole('row', { name: /before the move/ });
  await expect(row).toContainText('default');
  await expect(row).toContainText('the last 10 runs at that time');
  await row.getByRole('button', { name: 'Rename before the move' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('spring');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  const renamed = page.getByRole('row', { name: /spring/ });
  await expect(renamed).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await renamed.getByRole('link', { name: 'Compare the newest runs with spring' }).click();
  await expect(page.getByRole('combobox', { name: 'Compare with' })).toHaveValue(/^baseline:/);
  await expect(page.getByText('baseline', { exact: true })).toBeVisible();
  await page.getByRole('tab', { name: 'Baselines' }).click();
  await renamed.getByRole('button', { name: 'Delete spring' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'No baselines yet' })).toBeVisible();
});

test('the executions of a workflow are listed on its page', async ({ page, request }) => {
  const id = await importRuns(request, 'orders one by one', steppedRuns(5));
  await page.goto(`/workflows/${id}?tab=executions&status=failed`);
  await expect(page.getByRole('row', { name: /#9/ })).toContainText('Failed');
  await expect(page.getByRole('row')).toHaveCount(2);
});

test('with too few runs it says how many are needed, and of another version that there are none', async ({
  page,
  request,
}) => {
  const id = await importRuns(request, 'orders that just began', steppedRuns().slice(0, 1));
  await page.goto(`/workflows/${id}?tab=history`);
  await expect(page.getByRole('region', { name: 'Too few runs to judge' })).toContainText('at least 11 runs', FIRST);
  await expect(page.getByText('Changes show from 6 runs on that completed; there is 1 here.')).toBeVisible();
  await page.goto(`/workflows/${id}?tab=history&version=7`);
  await expect(page.getByText('No run of this version has ended.')).toBeVisible();
});

test.describe('of what is not there', () => {
  test.use({ expectFailedRequests: true });

  test('it says so, and leads back', async ({ page }) => {
    await page.goto('/workflows/00000000-0000-4000-8000-000000000000?tab=history');
    await expect(page.getByRole('heading', { name: 'The workflow was not found' })).toBeVisible();
    await page.getByRole('link', { name: 'All workflows' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Workflows' })).toBeVisible();
  });
});

test('looks as it should', async ({ page, request }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const id = await importRuns(request, 'orders in a picture', steppedRuns());
  await page.goto(`/workflows/${id}?tab=history`);
  await expect(page.getByRole('region', { name: 'What they have in common' })).toContainText('more often');
  await looksAs(page, 'workflow-history', [page.getByRole('banner')]);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.goto(`/workflows/${id}?tab=nodes&node=charge`);
  await expect(page.getByRole('region', { name: 'Critical paths', exact: true })).toBeVisible();
  await expect(page.getByRole('application')).toBeVisible();
  await looksAs(page, 'workflow-nodes-dark', [page.getByRole('banner')]);
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const tab of ['overview', 'history', 'nodes', 'flame', 'executions', 'baselines']) {
    await page.goto(`/workflows/${id}?tab=${tab}`);
    await expect(page.getByRole('tabpanel')).toBeVisible();
    expect(await sidewaysScroll(page), tab).toBe(0);
  }
  await page.goto(`/workflows/${id}?tab=history`);
  await expect(page.getByRole('region', { name: 'What they have in common' })).toContainText('more often');
  await looksAs(page, 'workflow-history-narrow-dark', [page.getByRole('banner')]);
});
