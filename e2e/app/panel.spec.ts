import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTraceFile } from '@flowprof/model';
import { expect, type Page } from '@playwright/test';
import { servePages } from '../flame/serve.ts';
import { importRuns, type MadeRun } from './histories.ts';
import { looksAs, startWorkflow, test, uploadWorkflow, violations } from './support.ts';

/** The panel on a page of its own, as somebody who builds it into their app has it. */
let site: Awaited<ReturnType<typeof servePages>>;
test.beforeAll(async () => {
  site = await servePages('panel');
});
test.afterAll(() => site.close());

// the page has no icon of its own
test.use({ expectFailedRequests: true });

const FIRST_RUN = new Date('2026-03-02T09:00:00Z');

/** Opens the stand-alone page at a time that stands still, with nothing recorded. */
async function openPanel(page: Page): Promise<void> {
  await page.clock.setFixedTime(FIRST_RUN);
  await page.goto(`${site.url}profiler.html`);
  await expect(page.getByText('Nothing is recorded yet.')).toBeVisible();
}

async function record(page: Page, what: 'Run' | 'Run with a slow model', minute: number): Promise<void> {
  await page.clock.setFixedTime(FIRST_RUN.getTime() + minute * 60_000);
  await page.getByRole('button', { name: what, exact: true }).click();
}

const rowsOf = (page: Page, table: RegExp) => page.getByRole('table', { name: table }).locator('tbody > tr');

test('the example in the README is this page', () => {
  const example = readFileSync(join(import.meta.dirname, '../flame/page/profiler.tsx'), 'utf8');
  const readme = readFileSync(join(import.meta.dirname, '../../packages/flame/README.md'), 'utf8');
  expect(readme).toContain(`\`\`\`tsx\n${example}\`\`\``);
});

test('says how long a run and its nodes took, what held it up, and what ran at once', async ({ page }) => {
  await openPanel(page);
  await record(page, 'Run', 0);
  await expect(page.getByText('Slowest: caption')).toBeVisible();
  const summary = page.locator('section', { has: page.getByRole('heading', { name: 'Execution summary' }) }).last();
  await expect(summary).toContainText('950 ms');
  await expect(summary).toContainText('Completed');
  const rows = rowsOf(page, /How long each node/);
  await expect(rows.getByRole('button')).toHaveText(['caption', 'resize', 'load', 'save']);
  await expect(rows.first()).toContainText('40 ms');
  await page.getByRole('button', { name: 'caption' }).press('Enter');
  await expect(rows.nth(1)).toContainText('4.2 MB');
  await expect(rows.nth(1)).toContainText('180 bytes');
  await page.getByLabel('Order of the nodes').selectOption('In the order of their start');
  await expect(rows.first()).toContainText('load');
  const bottlenecks = page.locator('section', { has: page.getByRole('heading', { name: 'Bottlenecks' }) }).last();
  await expect(bottlenecks.getByRole('listitem')).toHaveCount(3);
  await expect(bottlenecks.getByRole('listitem').first()).toContainText('caption');
  await expect(bottlenecks.getByRole('listitem').first()).toContainText('78%');
  const parallel = page.locator('section', { has: page.getByRole('heading', { name: 'Parallelisation' }) }).last();
  await expect(parallel).toContainText('910 ms');
  await expect(parallel.getByRole('listitem')).toHaveText(['load', 'caption', 'save']);
});

test('keeps recordings over a reload, holds them against a baseline, and tells what got slower', async ({ page }) => {
  await openPanel(page);
  await record(page, 'Run', 0);
  await page.getByRole('button', { name: /^Baseline: / }).click();
  await record(page, 'Run with a slow model', 1);
  const comparison = page.getByRole('table', { name: /difference from the baseline/ });
  await expect(comparison.getByRole('row', { name: /^caption/ })).toContainText('+400 ms');
  await expect(comparison.getByRole('row', { name: /^The whole run/ })).toContainText('+400 ms (42%)');
  await expect(page.getByText('Regression', { exact: true })).toBeVisible();
  await expect(page.getByText('Threshold', { exact: true })).toBeVisible();
  await page.reload();
  await expect(rowsOf(page, /Recorded runs/)).toHaveCount(2);
  await expect(comparison.getByRole('row', { name: /^The whole run/ })).toContainText('+400 ms (42%)');
  await rowsOf(page, /Recorded runs/)
    .last()
    .getByRole('button')
    .first()
    .click();
  await expect(comparison).toHaveCount(0);
  await expect(rowsOf(page, /How long each node/).first()).toContainText('700 ms');
});

test('lets the oldest recordings go, and never the baseline', async ({ page }) => {
  await openPanel(page);
  await record(page, 'Run with a slow model', 0);
  await page.getByRole('button', { name: /^Baseline: / }).click();
  for (let run = 1; run <= 55; run++) await record(page, 'Run', run);
  await expect(page.getByRole('button', { name: 'Show more of 50 runs' })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Show more of 50 runs' }).click();
  await page.getByRole('button', { name: 'Show more of 50 runs' }).click();
  await expect(rowsOf(page, /Recorded runs/)).toHaveCount(50);
  await expect(rowsOf(page, /Recorded runs/).last()).toContainText('1.35 s');
  await expect(rowsOf(page, /Recorded runs/).last()).toContainText('Is baseline');
});

test('shows in one tab what another one records, and clears what it is told to', async ({ page, context }) => {
  await openPanel(page);
  const other = await context.newPage();
  await openPanel(other);
  await record(page, 'Run', 0);
  await expect(rowsOf(other, /Recorded runs/)).toHaveCount(1);
  await other.getByRole('button', { name: 'Clear' }).click();
  await expect(other.getByRole('button', { name: 'Keep' })).toBeFocused();
  await other.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Nothing is recorded yet.')).toBeVisible();
  await other.close();
});

test('records by hand, and saves a run as a file that flowprof reads', async ({ page }) => {
  await openPanel(page);
  await page.getByRole('button', { name: 'Record' }).click();
  await expect(page.getByText('Recording: 0 nodes so far.')).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await record(page, 'Run', 1);
  await page.getByText('Export', { exact: true }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Trace file (flowprof)' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^photos-.*\.flowprof\.json$/);
  const [trace] = await readTraceFile(await readFile(await file.path()));
  expect(trace?.nodes.key).toEqual(['load', 'resize', 'caption', 'save']);
  expect(trace?.nodes.deps.length).toBe(4);
});

for (const [colorScheme, width] of [
  ['light', 1280],
  ['dark', 1280],
  ['light', 320],
] as const) {
  test(`looks well in ${colorScheme}, ${width} pixels wide`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 1100 });
    await openPanel(page);
    await record(page, 'Run', 0);
    await page.getByRole('button', { name: /^Baseline: / }).click();
    await record(page, 'Run with a slow model', 1);
    await page.getByRole('button', { name: 'caption' }).click();
    await expect(page.getByRole('heading', { name: 'Against the baseline' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await violations(page)).toEqual([]);
    await looksAs(page, `panel-${colorScheme}-${width}`);
  });
}

/** A node that takes so many milliseconds. */
function wait(id: string, ms: number, dependsOn: readonly string[] = []) {
  return { id, type: 'delay', with: { ms }, dependsOn };
}

/** Two runs: a quick one, then one of which the card took longer. */
const RUNS: readonly MadeRun[] = [
  { fetch: 200, charge: 400, mail: 100, close: 100 },
  { fetch: 200, charge: 900, mail: 100, close: 100 },
];

test.describe('in the app', () => {
  test('shows executions as they ran, one against another, and the address says which', async ({ page, request }) => {
    const id = await importRuns(request, `panel against ${Date.now()}`, RUNS);
    await page.goto(`/workflows/${id}`);
    await page.getByRole('tab', { name: 'Profiler' }).click();
    await expect(rowsOf(page, /Recorded runs/)).toHaveCount(2);
    await expect(rowsOf(page, /How long each node/).first()).toContainText('Charge the card');
    await expect(rowsOf(page, /How long each node/).first()).toContainText('900 ms');
    const insights = page.locator('section', { has: page.getByRole('heading', { name: 'Insights' }) }).last();
    await expect(insights).toContainText('slower than the execution before');
    await rowsOf(page, /Recorded runs/)
      .last()
      .getByRole('button', { name: /^Baseline/ })
      .click();
    await expect(page).toHaveURL(/baseline=/);
    const whole = page.getByRole('row', { name: /^The whole run/ });
    await expect(whole).toContainText('+500 ms (71%)');
    await page.reload();
    await expect(whole).toContainText('+500 ms (71%)');
    await rowsOf(page, /Recorded runs/)
      .last()
      .getByRole('button')
      .first()
      .click();
    await expect(page).toHaveURL(/run=/);
    await expect(whole).toHaveCount(0);
    await expect(rowsOf(page, /How long each node/).first()).toContainText('400 ms');
    for (const name of ['Record', 'Clear'])
      await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
    await page.getByRole('link', { name: 'Open its flame chart' }).click();
    await expect(page).toHaveURL(/\/executions\//);
  });

  test('shows an execution that has just ended, with what it waited for', async ({ page, request }) => {
    const name = `panel live ${Date.now()}`;
    const nodes = [wait('first', 20), wait('beside', 30), wait('last', 40, ['first', 'beside'])];
    const id = await uploadWorkflow(request, { name, concurrency: 1, nodes });
    await startWorkflow(request, id);
    await page.goto(`/workflows/${id}`);
    await page.getByRole('tab', { name: 'Profiler' }).click();
    await expect(rowsOf(page, /How long each node/)).toHaveCount(3, { timeout: 20_000 });
    const parallel = page.locator('section', { has: page.getByRole('heading', { name: 'Parallelisation' }) }).last();
    await expect(parallel).toContainText('At once, at most1');
  });

  test('says that nothing ran yet, where nothing has', async ({ page, request }) => {
    const id = await importRuns(request, `panel none ${Date.now()}`, RUNS.slice(0, 1));
    await page.route(/\/api\/workflows\/[^/]+\/executions/, (route) =>
      route.fulfill({ json: { items: [], total: 0, skip: 0, limit: 50, next_cursor: null } }),
    );
    await page.goto(`/workflows/${id}?tab=profiler`);
    await expect(page.getByRole('heading', { name: 'No executions yet' })).toBeVisible();
  });

  for (const [colorScheme, width] of [
    ['dark', 1280],
    ['light', 390],
  ] as const) {
    test(`looks well as a tab in ${colorScheme}, ${width} pixels wide`, async ({ page, request }) => {
      const id = await importRuns(request, `panel picture ${colorScheme}`, RUNS);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 1100 });
      await page.goto(`/workflows/${id}?tab=profiler`);
      await rowsOf(page, /Recorded runs/)
        .last()
        .getByRole('button', { name: /^Baseline/ })
        .click();
      await expect(page.getByRole('heading', { name: 'Against the baseline' })).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await violations(page)).toEqual([]);
      // Choosing does not lead away from where one is.
      if (width === 390) expect(await page.evaluate(() => scrollY)).toBeGreaterThan(0);
      await page.evaluate(() => scrollTo({ top: 0 }));
      // what other pages there are is not this picture's business
      await looksAs(page, `panel-tab-${colorScheme}-${width}`, [page.getByRole('banner'), page.getByRole('tablist')]);
    });
  }
});
