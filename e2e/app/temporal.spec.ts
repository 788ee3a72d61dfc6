import { expect, type Locator, type Page } from '@playwright/test';
import { findTemporal } from '../../scripts/lib/temporal.mjs';
import { painted, sidewaysScroll, test, violations } from './support.ts';
import { openZoo, type Zoo } from './zoo.ts';

/** The machine is shared, and a run comes by way of a worker, two servers and a database. */
const PATIENCE = { timeout: 45_000 };
const CONNECTION = 'The zoo';
const WEB = 'http://127.0.0.1:8233';

// Each waits several times for what is listed every few seconds.
test.describe.configure({ mode: 'serial', timeout: 120_000 });
test.skip(findTemporal() === null, 'there is no Temporal server');

let zoo: Zoo;

test.beforeAll(async ({ baseURL }) => {
  test.setTimeout(120_000);
  zoo = await openZoo(baseURL ?? '');
});

test.afterAll(async () => {
  test.setTimeout(60_000);
  await zoo.close();
});

/** What axe finds in both themes. */
async function violationsOfBoth(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await violations(page, { isOnlyColours: true });
  await page.emulateMedia({ colorScheme: 'light' });
  return [...dark, ...(await violations(page))];
}

async function openSettings(page: Page): Promise<Locator> {
  await page.goto('/settings/connections');
  return page.getByRole('list').filter({ has: page.getByRole('listitem', { name: CONNECTION }) });
}

/** Starts one of the zoo's workflows, and opens it from the list once it has come there by itself. */
async function openRun(page: Page, kind: string): Promise<{ readonly workflowId: string; readonly strip: Locator }> {
  await page.goto('/executions?trigger=temporal');
  const [run] = await zoo.start(kind);
  const link = page.getByRole('link', { name: new RegExp(`^${kind} #`) }).first();
  // A list that is longer than the window does not move by itself: it says how many there are.
  const news = page.getByRole('button', { name: /^Show \d+ new/ });
  await expect(link.or(news).first()).toBeVisible(PATIENCE);
  if (await news.isVisible()) await news.click();
  await link.click(PATIENCE);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(kind);
  return { workflowId: run?.workflowId ?? '', strip: page.getByRole('region', { name: 'Temporal' }) };
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
}

test('a server is connected on the page, and says whether it can be read', async ({ page }) => {
  await openSettings(page);
  await page.getByRole('button', { name: 'Connect a server' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect a Temporal server' });
  await dialog.getByLabel('Address', { exact: true }).fill('http://localhost');
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(dialog.getByText('Expected a name')).toBeVisible();
  await expect(dialog.getByText('Expected host and port without a scheme')).toBeVisible();
  expect(await violationsOfBoth(page)).toEqual([]);
  await dialog.getByLabel('Name', { exact: true }).fill(CONNECTION);
  await dialog.getByLabel('Address', { exact: true }).fill(zoo.server.address);
  await dialog.getByLabel('Temporal’s own pages').fill(WEB);
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(dialog).toBeHidden();
  const item = page.getByRole('listitem', { name: CONNECTION });
  await expect(item).toContainText(zoo.server.address);
  await item.getByRole('button', { name: `Check ${CONNECTION}` }).click();
  await expect(item.getByRole('status')).toContainText(/^Temporal \d+\.\d+\.\d+ answered/, PATIENCE);
  await expect(item).toContainText('Up to date', PATIENCE);
  expect(await violationsOfBoth(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysScroll(page)).toBe(0);
});

test('an execution arrives, with each attempt, whether that was expected, and its ids', async ({ page }) => {
  const { workflowId, strip } = await openRun(page, 'retries');
  await expect(strip).toContainText(workflowId);
  await expect(strip.getByRole('link', { name: 'Open in Temporal' })).toHaveAttribute(
    'href',
    new RegExp(`^${WEB}/namespaces/default/workflows/${workflowId}/`),
  );
  await expect(strip).toContainText('all read', PATIENCE);
  await painted(page);
  await openTab(page, 'Steps');
  const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: 'failUntil', exact: true }) });
  await expect(row).toContainText('2 expected', PATIENCE);
  await page.getByRole('button', { name: 'Show the details of failUntil' }).click();
  await expect(page.getByText('succeeded on attempt 3')).toBeVisible();
  await expect(page.getByText('zoo keeper').first()).toBeVisible();
  await row.getByRole('button', { name: 'failUntil', exact: true }).click();
  const attempts = page.getByRole('complementary').getByRole('region', { name: 'Attempts' });
  await expect(attempts).toContainText('expected: succeeded on attempt 3');
  await expect(attempts.getByText('told by the worker')).toHaveCount(3, PATIENCE);
  await expect(attempts.getByText('not yet')).toHaveCount(2);
  await expect(attempts).toContainText('backoff');
  expect(await violationsOfBoth(page)).toEqual([]);
  await page.goBack();
  await expect(page.getByRole('tab', { name: /^Steps/ })).toHaveAttribute('aria-selected', 'true');
});

test('retries that were used up are not expected, and say why', async ({ page }) => {
  await openRun(page, 'exhausts');
  await openTab(page, 'Steps');
  const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: 'failUntil', exact: true }) });
  await expect(row).toContainText('2 not expected', PATIENCE);
  await page.getByRole('button', { name: 'Show the details of failUntil' }).click();
  await expect(page.getByText('all 3 attempts failed')).toBeVisible();
});

test('runs lead to those before and after them, and to their parents and children', async ({ page }) => {
  const { strip } = await openRun(page, 'continues');
  await expect(strip.getByRole('link', { name: /^(?:next|continue as new)$/ }).first()).toBeVisible(PATIENCE);
  const isLast = (await strip.getByRole('link', { name: 'next' }).count()) === 0;
  await strip.getByRole('link', { name: isLast ? 'continue as new' : 'next' }).click();
  await expect(strip.getByRole('link', { name: isLast ? 'next' : 'continue as new' })).toBeVisible(PATIENCE);
  await openRun(page, 'hasChildren');
  await strip.getByText('Children').locator('..').getByRole('button').click(PATIENCE);
  await page.getByRole('menuitem').filter({ hasText: 'succeeds, completed' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('succeeds', PATIENCE);
  await strip.getByRole('link', { name: /^hasChildren/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('hasChildren');
});

test('one that runs is live, is read again when asked, and ends on the page when it ends', async ({ page }) => {
  const { workflowId, strip } = await openRun(page, 'staysOpen');
  await expect(page.getByText('Running').first()).toBeVisible();
  await strip.getByRole('button', { name: 'Sync' }).click();
  await expect(strip).toContainText(/read (?:just now|\d+ m?s ago)/, PATIENCE);
  await expect(strip.getByRole('button', { name: 'Sync' })).toBeEnabled();
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysScroll(page)).toBe(0);
  expect(await violationsOfBoth(page)).toEqual([]);
  await zoo.server.cli('workflow', 'terminate', '-w', workflowId);
  await expect(page.getByText('Cancelled').first()).toBeVisible(PATIENCE);
  await expect(strip).toContainText('terminated', PATIENCE);
});

test('a server that is away is said to be, and its executions stay when it is removed', async ({ page }) => {
  await openSettings(page);
  const item = page.getByRole('listitem', { name: CONNECTION });
  await zoo.server.kill();
  await item.getByRole('button', { name: `Check ${CONNECTION}` }).click();
  await expect(item.getByRole('status')).toContainText('unreachable', PATIENCE);
  await item.getByRole('button', { name: `More for ${CONNECTION}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(item).toBeHidden(PATIENCE);
  await page.goto('/executions?trigger=temporal');
  await expect(page.getByRole('link', { name: /^retries #/ })).toBeVisible();
});
