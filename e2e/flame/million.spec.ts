import { LIGHT } from '@flowprof/flame';
import { expect, type Page } from '@playwright/test';
import { countPixels, test } from './flame.ts';

const SPANS = 1_000_000;

/** How many spans there are of which the text is in the name or in that of their node. */
function spansWith(page: Page, text: string): Promise<number> {
  return page.evaluate((wanted) => {
    const { spans, nodes } = window.flame.trace;
    let count = 0;
    for (let row = 0; row < spans.length; row++) {
      const node = nodes.name[spans.node[row] ?? -1] ?? '';
      if (node.includes(wanted) || (spans.names[spans.name[row] ?? 0] ?? '').includes(wanted)) count++;
    }
    return count;
  }, text);
}

test('a million spans are laid out in a worker, searched and zoomed into', async ({ open }) => {
  test.setTimeout(120_000);
  const page = await open(`trace=${SPANS}&worker`);
  expect(page.workers()).toHaveLength(1);
  expect(await page.evaluate(() => window.flame.trace.spans.length)).toBe(SPANS);
  // one in a thousand failed: none of them vanishes among the thousand that share a pixel
  expect(await countPixels(page, LIGHT.failed.fill)).toBeGreaterThan(5_000);

  const wanted = await spansWith(page, 'fetch');
  expect(await page.evaluate(() => window.flame.chart.setSearch('fetch'))).toBe(wanted);
  const found = await page.evaluate(() => window.flame.chart.selectMatch(1));
  expect(found).not.toBeNull();
  await page.evaluate((row) => window.flame.chart.fit(row ?? 0), found);
  const shown = await page.evaluate(() => window.flame.chart.viewport());
  const span = await page.evaluate((row) => {
    const { start, duration } = window.flame.trace.spans;
    return { start: start[row ?? 0] ?? 0, end: (start[row ?? 0] ?? 0) + (duration[row ?? 0] ?? 0) };
  }, found);
  expect(shown.start).toBeLessThanOrEqual(span.start);
  expect(shown.end).toBeGreaterThanOrEqual(span.end);
  expect(shown.end - shown.start).toBeLessThan(4 * (span.end - span.start) + 10);

  // a hundred times as close as the whole, bars have names in them again
  await page.evaluate(() => window.flame.chart.setSearch(''));
  const ink = LIGHT.palette[0]?.[0]?.text ?? '';
  expect(await countPixels(page, ink)).toBeGreaterThan(50);
  const times = await page.evaluate(() => window.flame.drawTimes(5, 0.001));
  expect(times).toHaveLength(5);
});

test('where there can be no worker, a million spans are laid out while the page goes on', async ({ open }) => {
  test.setTimeout(120_000);
  const page = await open(`trace=${SPANS}`);
  expect(page.workers()).toHaveLength(0);
  expect(await countPixels(page, LIGHT.failed.fill)).toBeGreaterThan(5_000);
  expect(await page.evaluate(() => window.flame.framesWhileLoading)).toBeGreaterThan(1);
});
