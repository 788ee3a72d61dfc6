import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { chartOf, firstBar, painted, test } from '../app/support.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const HOSTILE = '</script><img src=x onerror="document.title=1">';
let folder: string;

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-report-'));
});

test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

// What the page needs must be in the page.
test.use({ offline: true });

/** Converts a trace file into a page; returns its address on the disk. */
function pageOf(file: string, name: string): string {
  const page = join(folder, `${name}.html`);
  execFileSync(process.execPath, [join(ROOT, 'packages/server/bin/flowprof.js'), 'convert', file, page]);
  return pathToFileURL(page).href;
}

function traceFile(name: string, more: object): string {
  const file = join(folder, `${name}.json`);
  const execution = { name, status: 'completed', startedAt: 1_705_312_800_000_000 };
  writeFileSync(file, JSON.stringify({ format: 'flowprof-trace', version: 1, execution, spans: [], ...more }));
  return file;
}

test('a page from the disk shows the execution without a network', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url().slice(0, 5)));
  const spans = [
    { id: '1', node: 'fetch', name: 'Fetch', start: 0, duration: 60_000 },
    { id: '2', parent: '1', kind: 'phase', node: 'fetch', name: 'download', start: 5000, duration: 50_000 },
    { id: '3', node: 'store', name: 'Store', start: 60_000, duration: 40_000 },
  ];
  const nodes = [{ key: 'fetch' }, { key: 'store', dependsOn: ['fetch'] }];
  await page.goto(pageOf(traceFile('nightly', { nodes, spans }), 'nightly'));
  await expect(page).toHaveTitle('nightly · flowprof');
  await painted(page);
  await expect(page.getByRole('region', { name: /^Where the .* went$/ })).toBeVisible();
  await chartOf(page).click({ position: await firstBar(page) });
  await expect(page.getByRole('complementary').getByText('Duration')).toBeVisible();
  await expect(page).toHaveURL(/#\?.*span=/);
  await page.getByRole('searchbox', { name: 'Search the spans' }).fill('o');
  await expect(page.getByText(/^\d+ matches$/)).toBeVisible();
  for (const name of ['Timeline', 'Graph', 'Steps', 'Events', 'Insights']) {
    await page.getByRole('tab', { name }).click();
    await expect(page.getByRole('tabpanel')).toContainText(name === 'Insights' ? /\w/ : /Store/i);
  }
  await page.getByRole('tab', { name: 'Spans' }).click();
  await expect(page.getByRole('region', { name: 'Spans' }).getByRole('row').nth(2)).toBeVisible();
  expect(asked.filter((url) => url !== 'file:' && url !== 'data:')).toEqual([]);

  await expect(page).toHaveURL(/tab=spans/);
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Spans' })).toHaveAttribute('aria-selected', 'true');
});

test('hostile names stay text', async ({ page }) => {
  const span = { id: '1', kind: 'node', name: HOSTILE, node: HOSTILE, start: 0, duration: 5000, status: 'failed' };
  const execution = { name: HOSTILE, workflow: HOSTILE, status: 'failed', error: { code: 'x', message: HOSTILE } };
  await page.goto(pageOf(traceFile('hostile', { execution, spans: [span] }), 'hostile'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(HOSTILE);
  await expect(page).toHaveTitle(`${HOSTILE} · flowprof`);
  await expect(page.getByText('Failed in')).toBeVisible();
  expect(await page.locator('img:not(.logo)').count()).toBe(0);
});

test('100,000 spans open', async ({ page }) => {
  const spans = Array.from({ length: 100_000 }, (_, i) => ({
    id: `${i}`,
    parent: i % 10 === 0 ? null : `${i - (i % 10)}`,
    name: `task ${i % 97}`,
    start: i * 50,
    duration: i % 10 === 0 ? 5000 : 300,
    track: `worker ${Math.floor((i % 40) / 10)}`,
  }));
  await page.goto(pageOf(traceFile('large', { spans }), 'large'));
  await painted(page);
  await expect(page.getByRole('region', { name: /^Where the .* went$/ })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`an execution without spans says so, ${colorScheme}, and everybody can read it`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto(pageOf(traceFile('empty', {}), 'empty'));
    await expect(page.getByText('No spans were recorded.')).toBeVisible();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide).toBe(false);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
}

test('a page that was damaged says so', async ({ page }) => {
  const file = join(folder, 'damaged.html');
  const address = pageOf(traceFile('whole', {}), 'damaged');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(id="flowprof-trace">)[^<]+/, '$1AAAA'));
  await page.goto(address);
  await expect(page.getByRole('alert')).toContainText('This page cannot show its execution');
});
