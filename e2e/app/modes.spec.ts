import { expect, type Page } from '@playwright/test';
import { importCatalogue } from './catalogue.ts';
import { chartOf, looksAs, painted, settled, sidewaysScroll, test, violations } from './support.ts';

const drawerTitle = (page: Page) => page.getByRole('complementary').getByRole('heading', { level: 2 });
const modeButton = (page: Page, name: string) =>
  page.getByRole('radiogroup', { name: 'Show as' }).getByRole('radio', { name: new RegExp(`^${name}`) });

/** Opens a run of its own in a mode. */
async function openIn(page: Page, name: string, query: string): Promise<void> {
  const id = await importCatalogue(page.request, name);
  await page.goto(`/executions/${id}${query}`);
  await painted(page);
  await settled(page);
}

test('goes from mode to mode by key and by button, keeps what is selected, and says so in the address', async ({
  page,
}) => {
  await openIn(page, 'modes by key', '');
  await expect(modeButton(page, 'Time order')).toBeChecked();
  await chartOf(page).focus();
  await page.keyboard.press('2');
  await expect(modeButton(page, 'Left-heavy')).toBeChecked();
  await expect(page).toHaveURL(/mode=left-heavy/);
  // The heaviest block stands at the left: what fetches the pages.
  await chartOf(page).click({ position: { x: 60, y: 60 } });
  await expect(drawerTitle(page)).toHaveText('Fetch page[17]');
  await page.keyboard.press('1');
  await expect(modeButton(page, 'Time order')).toBeChecked();
  await expect(drawerTitle(page)).toHaveText('Fetch page[17]');
  await modeButton(page, 'Gantt').click();
  await expect(page).toHaveURL(/mode=gantt/);
  await expect(drawerTitle(page)).toHaveText('Fetch page[17]');
  await chartOf(page).focus();
  await page.keyboard.press('3');
  await expect(page).toHaveURL(/mode=sandwich&focus=Fetch\+page/);
  await expect(drawerTitle(page)).toHaveText('Fetch page[17]');
});

test('a link opens the same mode, at the same place', async ({ page }) => {
  await openIn(page, 'modes by link', '?mode=left-heavy');
  await chartOf(page).focus();
  await page.keyboard.press('w');
  await expect(page).toHaveURL(/from=.*mode=left-heavy|mode=left-heavy.*from=/);
  const before = await settled(page);
  await page.reload();
  await painted(page);
  expect(await settled(page)).toBe(before);
});

test('keeps the search in every mode', async ({ page }) => {
  await openIn(page, 'modes and search', '?q=parse');
  const found = page.getByRole('toolbar', { name: 'Chart' }).getByText(/match/);
  await expect(found).toHaveText('60 matches');
  await modeButton(page, 'Left-heavy').click();
  await expect(found).toHaveText('1 match');
  await modeButton(page, 'Time order').click();
  await expect(found).toHaveText('60 matches');
});

test('lists the names beside a sandwich, to look at each', async ({ page }) => {
  await openIn(page, 'modes and names', '?mode=sandwich');
  const names = page.getByRole('region', { name: 'Names' });
  await expect(names.getByRole('row').nth(1)).toContainText('first_byte');
  await names.getByRole('button', { name: 'http_request' }).click();
  await expect(page).toHaveURL(/focus=http_request/);
  await expect(names.getByRole('button', { name: 'http_request' })).toHaveAttribute('aria-current', 'true');
  await names.getByRole('button', { name: /^Count/ }).click();
  await expect(names.getByRole('row').nth(1)).toContainText('61');
  expect(await violations(page)).toEqual([]);
});

test('has every merged picture as a table', async ({ page }) => {
  await openIn(page, 'modes as tables', '?mode=left-heavy');
  await page.getByRole('button', { name: 'As a table' }).click();
  const table = page.getByRole('region', { name: 'Merged spans' });
  const row = table.getByRole('row').filter({ has: page.getByRole('button', { name: 'Fetch page', exact: true }) });
  await expect(row).toContainText('60');
  await row.getByRole('button').click();
  await expect(drawerTitle(page)).toHaveText('Fetch page[17]');
  expect(await violations(page)).toEqual([]);
});

test('has the rows of nodes as a table', async ({ page }) => {
  await openIn(page, 'modes and nodes', '?mode=gantt');
  await page.getByRole('button', { name: 'As a table' }).click();
  const table = page.getByRole('region', { name: 'Nodes' });
  const row = table.getByRole('row').filter({ has: page.getByRole('button', { name: 'Fetch page', exact: true }) });
  await expect(row).toContainText('60');
  await expect(row).toContainText('8.67 s');
  await expect(table.getByRole('row').filter({ hasText: 'Tell everybody' })).toContainText('not started');
  await table.getByRole('button', { name: 'List' }).click();
  await expect(drawerTitle(page)).toHaveText('List');
});

test('folds thousands of runs into a row that says how many they are, and opens it', async ({ page }) => {
  await openIn(page, 'modes and folds', '?mode=gantt');
  const folded = await settled(page);
  // The third row: what was fetched.
  await page.locator('.flowprof-flame-names').click({ position: { x: 20, y: 104 } });
  await expect.poll(() => settled(page)).not.toBe(folded);
  await page.locator('.flowprof-flame-names').click({ position: { x: 20, y: 104 } });
  await expect.poll(() => settled(page)).toBe(folded);
  await chartOf(page).focus();
  await page.keyboard.press('.');
  expect(await violations(page)).toEqual([]);
});

for (const [mode, colorScheme] of [
  ['time', 'light'],
  ['left-heavy', 'light'],
  ['sandwich', 'dark'],
  ['gantt', 'light'],
] as const) {
  test.describe(`${mode} in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('looks as it did', async ({ page }) => {
      await openIn(page, `pages ${mode}`, `?mode=${mode}`);
      await looksAs(page, `modes-${mode}-${colorScheme}`, [page.getByRole('banner'), page.locator('.figures')]);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });

  test('the rows of nodes look as they did', async ({ page }) => {
    await openIn(page, 'pages on a phone', '?mode=gantt');
    await looksAs(page, 'modes-gantt-narrow-dark', [page.getByRole('banner'), page.locator('.figures')]);
    for (const mode of ['Left-heavy', 'Sandwich', 'Gantt']) {
      await modeButton(page, mode).click();
      expect(await sidewaysScroll(page), mode).toBe(0);
    }
  });
});
