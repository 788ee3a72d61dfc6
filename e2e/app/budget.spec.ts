import { gzipSync } from 'node:zlib';
import { expect, type Page, type Response } from '@playwright/test';
import { finishedRow, test } from './support.ts';

/** What may be loaded of scripts, compressed, until a page is of use: the list, or the chart of an execution. Bytes. */
const BUDGET = 250_000;

interface Script {
  readonly url: string;
  /** As gzip would send it. */
  readonly bytes: number;
}

/** The scripts that the page loads from now on; of those that are asked for, how large they are. */
function scriptsOf(page: Page): (isAsked: (url: string) => boolean) => Promise<readonly Script[]> {
  const loads: Response[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') loads.push(response);
  });
  return (isAsked) =>
    Promise.all(
      loads
        .filter((response) => isAsked(response.url()))
        .map(async (response) => ({ url: response.url(), bytes: gzipSync(await response.body()).length })),
    );
}

function expectWithin(scripts: readonly Script[]): void {
  const total = scripts.reduce((sum, { bytes }) => sum + bytes, 0);
  test.info().annotations.push({ type: 'gzipped bytes', description: String(total) });
  const files = scripts.map(({ url, bytes }) => `${url.split('/').at(-1)} ${bytes}`);
  expect(total, files.join('\n')).toBeLessThan(BUDGET);
}

/** Has the page mark the first frame in which its chart shows more than its empty ground. */
function markFirstPicture(): void {
  const look = (): void => {
    const canvas = document.querySelector('canvas.flowprof-flame-canvas');
    const seen = new Set<string>();
    if (canvas instanceof HTMLCanvasElement && canvas.width > 0 && canvas.height > 0) {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      for (let at = 0; at + 2 < data.length; at += 4) seen.add(`${data[at]} ${data[at + 1]} ${data[at + 2]}`);
    }
    if (seen.size > 12) performance.mark('first picture');
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** The scripts that the page had asked for when its chart was first there; the analyses, which come after it, are not. */
async function askedForBefore(page: Page): Promise<ReadonlySet<string>> {
  await page.waitForFunction(() => performance.getEntriesByName('first picture').length > 0);
  const urls = await page.evaluate(() => {
    const painted = performance.getEntriesByName('first picture')[0]?.startTime ?? Infinity;
    const loads = performance.getEntriesByType('resource').filter(({ startTime }) => startTime <= painted);
    return loads.map(({ name }) => name);
  });
  return new Set(urls);
}

test('the list loads no more scripts than its budget', async ({ page }) => {
  const scripts = scriptsOf(page);
  await page.goto('/');
  await finishedRow(page, 'basic_sequence');
  expectWithin(await scripts(() => true));
});

test('an execution loads no more scripts than its budget until its chart is painted', async ({ page, browser }) => {
  await page.goto('/');
  const address = await (await finishedRow(page, 'data_pipeline')).getByRole('link').getAttribute('href');
  const context = await browser.newContext();
  const fresh = await context.newPage();
  const scripts = scriptsOf(fresh);
  await fresh.addInitScript(markFirstPicture);
  await fresh.goto(new URL(address ?? '', page.url()).href);
  const before = await askedForBefore(fresh);
  expectWithin(await scripts((url) => before.has(url)));
  await context.close();
});
