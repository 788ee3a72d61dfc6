import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import {
  chartOf,
  finishedRow,
  firstBar,
  openExecution,
  painted,
  settled,
  sidewaysScroll,
  test,
  violations,
} from './support.ts';

const SCREENSHOT = join(import.meta.dirname, '..', '..', 'docs', 'images', 'flame-chart.png');

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing on the list', async ({ page }) => {
      await page.goto('/');
      await finishedRow(page, 'data_pipeline');
      expect(await violations(page, { isOnlyColours: colorScheme === 'dark' })).toEqual([]);
    });

    test('axe finds nothing on an execution', async ({ page }) => {
      await openExecution(page, 'data_pipeline');
      await chartOf(page).click({ position: await firstBar(page) });
      await expect(page.getByRole('complementary')).toBeVisible();
      expect(await violations(page, { isOnlyColours: colorScheme === 'dark' })).toEqual([]);
      for (const tab of ['Steps', 'Spans', 'Insights']) {
        await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
        expect(await violations(page, { isOnlyColours: colorScheme === 'dark' }), tab).toEqual([]);
      }
      await page.getByRole('tab', { name: 'Flame chart' }).click();
      await page.getByRole('button', { name: 'Shortcuts' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await violations(page, { isOnlyColours: colorScheme === 'dark' }), 'shortcuts').toEqual([]);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('the bar keeps room for the name of the workspace, and says to all where its icons lead', async ({ page }) => {
    await page.route(/\/api\/workspaces(?:\?|$)/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        body: (await response.text()).replaceAll('"name":"Demo"', '"name":"The long night"'),
      });
    });
    await page.goto('/');
    const bar = page.getByRole('banner');
    for (const name of ['flowprof', /^Alerts/, 'Import']) await expect(bar.getByRole('link', { name })).toBeVisible();
    const name = bar.locator('.workspace, .workspace-choice');
    await expect(name).toContainText('The long night');
    const [shown, whole] = await name.evaluate((element) => [element.clientWidth, element.scrollWidth]);
    expect(shown).toBeGreaterThanOrEqual(whole ?? 0);
    expect(whole).toBeGreaterThan(80);
    for (const word of ['Alerts', 'Import']) {
      expect((await bar.getByText(word, { exact: true }).boundingBox())?.width).toBeLessThanOrEqual(1);
    }
  });

  test('nothing makes the page scroll sideways', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'data_pipeline');
    expect(await sidewaysScroll(page)).toBe(0);
    await openExecution(page, 'data_pipeline');
    await chartOf(page).click({ position: await firstBar(page) });
    await expect(page.getByRole('complementary')).toBeVisible();
    expect(await sidewaysScroll(page)).toBe(0);
    for (const tab of ['Steps', 'Spans', 'Insights']) {
      await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
      expect(await sidewaysScroll(page), tab).toBe(0);
    }
  });
});

test('the picture of the README is of this page', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/');
  const row = await finishedRow(page, 'parallel_processing');
  const startedAt = (await row.locator('time').getAttribute('datetime')) ?? '';
  // so that the page always says that it started a minute ago
  await page.clock.setFixedTime(Date.parse(startedAt) + 60_000);
  await row.getByRole('link').click();
  await painted(page);
  await expect(page.getByText('1 minute ago')).toBeVisible();
  await expect(page.getByRole('region', { name: 'On the critical path' })).toContainText('Branch C');
  await page.mouse.move(1, 1);
  await settled(page);
  if (process.env['UPDATE_SCREENSHOTS'] === '1') await page.screenshot({ path: SCREENSHOT });
  expect(existsSync(SCREENSHOT), 'run the tests once with UPDATE_SCREENSHOTS=1').toBe(true);
});
