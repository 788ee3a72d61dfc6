import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { HOSTILE, importNight } from './nightly.ts';
import { chartOf, fingerprint, looksAs, painted, settled, sidewaysScroll, test, violations } from './support.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

async function box(page: Page) {
  const found = await chartOf(page).boundingBox();
  if (found === null) throw new Error('the chart is not visible');
  return found;
}

/** Drags over the chart between two parts of its width, at a height below its top. */
async function drag(page: Page, from: number, to: number, y: number): Promise<void> {
  const { x, y: top, width } = await box(page);
  await page.mouse.move(x + width * from, top + y);
  await page.mouse.down();
  await page.mouse.move(x + width * ((from + to) / 2), top + y);
  await page.mouse.move(x + width * to, top + y);
  await page.mouse.up();
}

async function selectRange(page: Page, from: number, to: number): Promise<void> {
  await page.keyboard.down('Shift');
  await drag(page, from, to, 150);
  await page.keyboard.up('Shift');
  await expect(page).toHaveURL(/rangeTo=/);
}

function inView(page: Page): number {
  const params = new URL(page.url()).searchParams;
  return Number(params.get('to')) - Number(params.get('from'));
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await painted(page);
  await settled(page);
}

test('a range lists what ran in it, sorts it, is zoomed to and cleared', async ({ page, request }) => {
  await open(page, `${await importNight(request, 'reading range')}?cut=both`);
  await selectRange(page, 0.02, 0.2);
  const panel = page.getByRole('region', { name: 'Selected range' });
  const rows = panel.getByRole('row');
  await expect(rows.nth(1)).toContainText('Export');
  await expect(rows.filter({ hasText: 'Check' })).toContainText('1');
  await expect(panel.getByRole('columnheader', { name: 'Total' })).toHaveAttribute('aria-sort', 'descending');
  await panel.getByRole('button', { name: 'Name' }).click();
  await expect(panel.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(rows.nth(1)).toContainText('Check');
  await panel.getByRole('button', { name: 'http_request' }).click();
  await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toHaveText('http_request');
  await panel.getByRole('button', { name: 'Zoom to the range' }).click();
  await expect.poll(() => inView(page)).toBeLessThan(10e6);
  await panel.getByRole('button', { name: 'Clear the range' }).click();
  await expect(panel).toHaveCount(0);
  await expect(page).not.toHaveURL(/rangeTo=/);
});

test('idle stretches are cut by button and by key; how much, and what counts, is said and set', async ({
  page,
  request,
}) => {
  await open(page, await importNight(request, 'reading idle'));
  const whole = await fingerprint(page);
  const button = page.getByRole('button', { name: /^Cut idle/ });
  await button.click();
  await expect(page).toHaveURL(/cut=both/);
  await expect(page.getByText('2 idle stretches cut: 2 h 4 min 37 s')).toBeVisible();
  await expect.poll(() => fingerprint(page)).not.toBe(whole);

  await page.getByRole('button', { name: 'Settings of the chart' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Time in which everything waits' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByText('1 idle stretch cut: 1 h 2 min 46 s')).toBeVisible();
  await expect(page).toHaveURL(/cut=sleep/);
  await chartOf(page).focus();
  await page.keyboard.press('i');
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  await expect(page).not.toHaveURL(/cut=/);
  await expect(page.getByText(/idle stretch(es)? cut/)).toHaveCount(0);
  await page.mouse.move(1, 1);
  await expect.poll(() => fingerprint(page), { message: 'the same pixels as before' }).toBe(whole);
});

test('nested zooms leave a trail to go back by', async ({ page, request }) => {
  await open(page, await importNight(request, 'reading trail'));
  const trail = page.getByRole('navigation', { name: 'Zooms' });
  await expect(trail.getByRole('listitem')).toHaveText(['Whole run']);
  await chartOf(page).focus();
  for (const depth of [2, 3]) {
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect(trail.getByRole('listitem')).toHaveCount(depth);
  }
  const [wide, near] = [inView(page), trail.getByRole('listitem').nth(1).getByRole('button')];
  await near.click();
  await expect(trail.getByRole('listitem')).toHaveCount(2);
  await expect.poll(() => inView(page)).toBeGreaterThan(wide * 3);
  await trail.getByRole('button', { name: 'Whole run' }).click();
  await expect(page).not.toHaveURL(/from=/);
  await expect(trail.getByRole('listitem')).toHaveCount(1);
});

test('the overview makes, moves and resizes the window', async ({ page, request }) => {
  await open(page, await importNight(request, 'reading overview'));
  const strip = page.locator('.flowprof-flame-minimap');
  const { x, y, width } = (await strip.boundingBox()) ?? { x: 0, y: 0, width: 0 };
  const pull = async (from: number, to: number) => {
    await page.mouse.move(x + width * from, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + width * ((from + to) / 2), y + 20);
    await page.mouse.move(x + width * to, y + 20);
    await page.mouse.up();
  };
  await pull(0.2, 0.4);
  await expect(page).toHaveURL(/from=/);
  const made = inView(page);
  await pull(0.3, 0.5);
  const start = () => Number(new URL(page.url()).searchParams.get('from'));
  await expect.poll(start).toBeGreaterThan(2800e6);
  expect(Math.abs(inView(page) - made)).toBeLessThan(1e4);
  await pull(0.6, 0.7);
  await expect.poll(() => inView(page)).toBeGreaterThan(made * 1.3);
});

test('the wheel zooms by itself where that is set, and in the next visit too', async ({ page, request }) => {
  const path = await importNight(request, 'reading wheel');
  await open(page, path);
  await page.getByRole('button', { name: 'Settings of the chart' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'The wheel zooms without Ctrl' }).click();
  await page.keyboard.press('Escape');
  await open(page, path);
  const { x, y, width } = await box(page);
  await page.mouse.move(x + width / 2, y + 60);
  await page.mouse.wheel(0, -300);
  await expect(page).toHaveURL(/from=/);
  await page.mouse.dblclick(x + width - 3, y + 150);
  await expect(page).not.toHaveURL(/from=/);
});

test('a note is made from the range, drawn, edited and deleted, and stays text', async ({ page, request }) => {
  await open(page, `${await importNight(request, 'reading notes')}?cut=both`);
  const before = await settled(page);
  await selectRange(page, 0.05, 0.2);
  await page.getByRole('button', { name: 'Write a note' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(HOSTILE);
  await dialog.getByRole('button', { name: 'Save' }).click();
  const notes = page.getByRole('region', { name: 'All notes' });
  await expect(notes).toContainText(HOSTILE);
  await page.getByRole('button', { name: 'Clear the range' }).click();
  await page.mouse.move(1, 1);
  await expect.poll(() => fingerprint(page)).not.toBe(before);

  const { x, y, width } = await box(page);
  await page.mouse.move(x + width * 0.1, y + 4);
  await expect(page.getByRole('tooltip')).toHaveText(HOSTILE);
  await page.mouse.click(x + width * 0.1, y + 4);
  await dialog.getByRole('textbox').fill('slow disk');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(notes).toContainText('slow disk');
  await notes.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(notes).toHaveCount(0);
  await page.mouse.move(1, 1);
  await expect.poll(() => fingerprint(page)).toBe(before);
});

test('annotations, retries and rate limits tell of themselves', async ({ page, request }) => {
  await open(page, `${await importNight(request, 'reading marks')}?cut=both`);
  const { x, y, width } = await box(page);
  const card = page.getByRole('tooltip');
  // Export's annotation stands three seconds into the first of about 34 drawn seconds.
  await page.mouse.move(x + width * 0.0886, y + 46);
  await expect(card).toContainText('data: 12,000 rows so far');
  await page.mouse.move(1, 1);
  await expect(card).toHaveCount(0);
});

test('pictures are saved with title and legend, and hostile names stay text in them', async ({ page, request }) => {
  await open(page, `${await importNight(request, 'reading picture')}?cut=both`);
  const save = async (kind: 'PNG' | 'SVG') => {
    await page.getByRole('button', { name: 'Picture, link and table' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: `Save as ${kind}` }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(`reading-picture.${kind.toLowerCase()}`);
    return readFile(await file.path());
  };
  expect((await save('PNG')).subarray(1, 4).toString()).toBe('PNG');
  const svg = (await save('SVG')).toString();
  expect(svg).toContain('>reading picture</text>');
  expect(svg).toContain('>critical path</text>');
  expect(svg).toContain('&lt;img s');
  const tags = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    return Array.from(new Set(Array.from(parsed.querySelectorAll('*'), (element) => element.localName)));
  }, svg);
  expect(tags.toSorted()).toEqual(['defs', 'path', 'pattern', 'rect', 'svg', 'text', 'title']);
});

test('a link opens the same picture, pixel by pixel', async ({ page, request, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, await importNight(request, 'reading link'));
  await chartOf(page).focus();
  for (const key of ['i', '.', '.', '+', 'r', 'c']) await page.keyboard.press(key);
  await page.getByRole('searchbox', { name: 'Search the spans' }).fill('load');
  await page.mouse.move(1, 1);
  const picture = await settled(page);
  await page.getByRole('button', { name: 'Picture, link and table' }).click();
  await page.getByRole('menuitem', { name: 'Copy link to this view' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of ['span=', 'from=', 'q=load', 'path=off', 'cut=both', 'rangeFrom=']) expect(link).toContain(part);

  const other = await context.newPage();
  await other.goto(link);
  await expect(chartOf(other)).toBeVisible();
  await expect.poll(() => fingerprint(other), { message: 'the same pixels' }).toBe(picture);

  await page.getByRole('button', { name: 'Picture, link and table' }).click();
  await page.getByRole('menuitem', { name: 'Copy table of this view' }).click();
  await expect(page.getByText('Table copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('Load\tnode\t1\t');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('a range, a note and the commands keep nobody out, and fit a phone', async ({ page, request }) => {
      await open(page, `${await importNight(request, `reading ${colorScheme}`)}?cut=both`);
      await selectRange(page, 0.02, 0.2);
      const panel = page.getByRole('region', { name: 'Selected range' });
      await expect(panel).toBeVisible();
      const wide = [page.getByRole('banner'), page.locator('.figures')];
      if (colorScheme === 'light') await looksAs(page, 'reading-range-light-1280', wide);

      await page.getByRole('button', { name: 'Write a note' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox').fill('slow disk');
      expect(await violations(page), 'a note that is written').toEqual([]);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('region', { name: 'All notes' })).toContainText('slow disk');
      expect(await violations(page), 'the range and its notes').toEqual([]);

      await page.setViewportSize({ width: 390, height: 844 });
      expect(await sidewaysScroll(page), 'a range and notes').toBe(0);
      await panel.scrollIntoViewIfNeeded();
      if (colorScheme === 'dark') await looksAs(page, 'reading-range-dark-390', wide);
      await page.keyboard.press('Control+Shift+P');
      const commands = page.getByRole('dialog', { name: 'Commands' });
      await expect(commands).toBeVisible();
      expect(await sidewaysScroll(page), 'the commands').toBe(0);
      // Executions are among them once they have come, after the commands.
      await expect(
        commands
          .getByRole('menuitem')
          .filter({ hasText: /#\d+ · / })
          .last(),
      ).toBeAttached();
      // The arrows scroll the list while the focus stays where one types, which axe does not know.
      await page.keyboard.press('ArrowUp');
      await expect(commands.getByRole('menuitem').last()).toBeInViewport();
      expect(await violations(page, { except: ['scrollable-region-focusable'] }), 'the commands').toEqual([]);
    });
  });
}
