import { test as base, type Page } from '@playwright/test';
import { servePages } from './serve.ts';

/** Opens a test page; fails the test when the page logs an error or breaks the content security policy. */
export type Open = (query: string, file?: string) => Promise<Page>;

export const test = base.extend<{ open: Open }, { site: string }>({
  site: [
    async ({ browserName }, use) => {
      const { url, close } = await servePages(browserName);
      await use(url);
      await close();
    },
    { scope: 'worker' },
  ],
  open: async ({ page, site }, use) => {
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.location().url.endsWith('favicon.ico')) faults.push(message.text());
    });
    await use(async (query, file = 'index.html') => {
      await page.goto(`${site}${file}?still&${query}`);
      await page.waitForSelector('.flowprof-flame-canvas');
      if (file === 'index.html') await page.waitForSelector('body[data-ready]');
      await page.evaluate(twoFrames);
      return page;
    });
    if (faults.length > 0) throw new Error(`the page reported: ${faults.join('; ')}`);
  },
});

/** Resolves once what was asked to be drawn is drawn. Runs in the page. */
export function twoFrames(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

/** How many pixels of the chart have a colour (`#rrggbb`), within a box of CSS pixels. The pixel ratio has to be 1. */
export async function countPixels(
  page: Page,
  color: string,
  box?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Promise<number> {
  await page.evaluate(twoFrames);
  return page.locator('.flowprof-flame-canvas').evaluate(
    (element, { wanted, area }) => {
      if (!(element instanceof HTMLCanvasElement)) throw new Error('no canvas');
      const context = element.getContext('2d');
      if (context === null) throw new Error('no context');
      const { x, y, width, height } = area ?? { x: 0, y: 0, width: element.width, height: element.height };
      const { data } = context.getImageData(x, y, width, height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        const rgb = ((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);
        if (rgb === wanted) count++;
      }
      return count;
    },
    { wanted: Number.parseInt(color.slice(1), 16), area: box ?? null },
  );
}
