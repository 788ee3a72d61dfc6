import { gzipSync } from 'node:zlib';
import { expect, type Page } from '@playwright/test';
import { chartOf, colours, finishedRow, test } from './support.ts';

/**
 * What may be loaded of scripts, compressed, until a page is of use. Bytes. The second counts the analyses
 * too, which come right after the chart; it is to come down to the first, and must not grow until then. */
const LIST_BUDGET = 250_000;
const CHART_BUDGET = 330_000;

/** Sums the scripts that the page loads from now on, as gzip would send them. */
function scriptsOf(page: Page): () => Promise<{ readonly total: number; readonly files: readonly string[] }> {
  const loads: Promise<readonly [url: string, bytes: number]>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    loads.push(response.body().then((body) => [response.url(), gzipSync(body).length] as const));
  });
  return async () => {
    const sizes = await Promise.all(loads);
    return {
      total: sizes.reduce((sum, [, bytes]) => sum + bytes, 0),
      files: sizes.map(([url, bytes]) => `${url.split('/').at(-1)} ${bytes}`),
    };
  };
}

test('the list loads no more scripts than its budget', async ({ page }) => {
  const scripts = scriptsOf(page);
  await page.goto('/');
  await finishedRow(page, 'basic_sequence');
  const { total, files } = await scripts();
  test.info().annotations.push({ type: 'gzipped bytes', description: String(total) });
  expect(total, files.join('\n')).toBeLessThan(LIST_BUDGET);
});

test('an execution loads no more scripts than its budget until its chart is painted', async ({ page, browser }) => {
  await page.goto('/');
  const address = await (await finishedRow(page, 'data_pipeline')).getByRole('link').getAttribute('href');
  const context = await browser.newContext();
  const fresh = await context.newPage();
  const scripts = scriptsOf(fresh);
  await fresh.goto(new URL(address ?? '', page.url()).href);
  await expect.poll(() => colours(chartOf(fresh)), { message: 'the chart is painted' }).toBeGreaterThan(12);
  const { total, files } = await scripts();
  test.info().annotations.push({ type: 'gzipped bytes', description: String(total) });
  expect(total, files.join('\n')).toBeLessThan(CHART_BUDGET);
  await context.close();
});
