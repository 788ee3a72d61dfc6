import { expect, type Locator, type Page } from '@playwright/test';
import { importTwoNights } from './pair.ts';
import { chartOf, finishedRow, test } from './support.ts';

/** So many stops a page may have before what is looked for. */
const MOST_STOPS = 150;

/** Goes on by the Tab key until something has the focus. */
async function tabTo(page: Page, wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(wanted).toBeVisible();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the Tab key does not come to ${wanted.toString()}`);
}

/** Goes to something by the Tab key and presses it. */
async function press(page: Page, wanted: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press(key);
}

test.describe('by the keyboard alone', () => {
  test('a workflow is run, watched, and its spans and tabs are looked through', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'basic_sequence');
    await press(page, page.getByRole('button', { name: 'Run basic_sequence' }));
    const dialog = page.getByRole('dialog', { name: 'Run basic_sequence' });
    await press(page, dialog.getByRole('button', { name: 'Run' }));
    await expect(page.getByRole('heading', { level: 1 })).toContainText('basic_sequence');
    await expect(page.locator('.execution-title')).toContainText('Completed', { timeout: 20_000 });

    await tabTo(page, chartOf(page));
    await page.keyboard.press('.');
    await expect(page.getByRole('complementary')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('complementary')).toHaveCount(0);

    await tabTo(page, page.getByRole('tab', { selected: true }), 'Shift+Tab');
    await page.keyboard.press('ArrowRight');
    await expect(page).toHaveURL(/tab=/);
    await expect(page.getByRole('tabpanel')).toBeVisible();
  });

  test('the list is searched, and two executions are ticked and compared', async ({ page }) => {
    await importTwoNights(page.request, 'night by keyboard');
    await page.goto('/');
    await finishedRow(page, 'basic_sequence');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // over the bar
    await tabTo(page, page.getByRole('searchbox', { name: 'Search the executions' }));
    await page.keyboard.type('night by keyboard');
    const rows = page.getByRole('row').filter({ has: page.getByRole('link') });
    await expect(rows).toHaveCount(2);
    await tabTo(page, rows.first().getByRole('link'));
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await press(page, page.getByRole('region', { name: 'Compare' }).getByRole('button', { name: 'Compare' }));
    await expect(page.getByText(/^It took 430 ms longer/)).toBeVisible();

    await tabTo(page, page.getByRole('tab', { name: 'What differs' }));
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('application', { name: 'Flame chart, after' })).toBeVisible();
    await tabTo(page, page.getByRole('application', { name: 'Flame chart, before' }));
    await page.keyboard.press('.');
    await expect(page).toHaveURL(/node=extract/);
    await press(page, page.getByRole('checkbox', { name: /^Align/ }), 'Space');
    await expect(page).toHaveURL(/align=node/);
  });

  test('a filter is chosen and taken away again', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'basic_sequence');
    await press(page, page.getByRole('button', { name: 'Status: Any status' }));
    await expect(page.getByRole('menuitemcheckbox', { name: 'Running' })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/status=completed/);
    await press(page, page.getByRole('search').getByRole('button', { name: 'Clear filters' }));
    await expect(page).not.toHaveURL(/status/);
  });

  test('an alert rule is made and deleted', async ({ page }) => {
    await page.goto('/');
    await finishedRow(page, 'basic_sequence');
    await press(page, page.getByRole('link', { name: /^Alerts/ }));
    await press(page, page.getByRole('button', { name: /^(?:New rule|Create a rule)$/ }));
    const dialog = page.getByRole('dialog', { name: 'New rule' });
    await tabTo(page, dialog.getByLabel('Name', { exact: true }));
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('by keyboard');
    await press(page, dialog.getByRole('button', { name: 'Save' }));
    await expect(dialog).toHaveCount(0);
    await press(page, page.getByRole('button', { name: 'More for by keyboard' }));
    const remove = page.getByRole('menuitem', { name: 'Delete' });
    await expect(remove).toBeVisible();
    while (!(await remove.evaluate((element) => element === document.activeElement))) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Delete' }));
    await expect(page.getByText('by keyboard')).toHaveCount(0);
  });

  test('every place is reached, and none of them keeps the focus', async ({ page }) => {
    for (const place of [
      '/',
      '/workflows',
      '/projects',
      '/statistics',
      '/alerts',
      '/import',
      '/settings',
      '/compare',
    ]) {
      await page.goto(place);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const seen = new Set<string>();
      let isRound = false;
      for (let stop = 0; stop < MOST_STOPS && !isRound; stop++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
          const element = document.activeElement;
          if (element === null || element === document.body) return 'body';
          const all = [...document.querySelectorAll('*')];
          return String(all.indexOf(element));
        });
        isRound = at === 'body' || (seen.size > 3 && seen.values().next().value === at);
        seen.add(at);
      }
      expect(isRound, `${place} lets the focus out again`).toBe(true);
    }
  });
});
