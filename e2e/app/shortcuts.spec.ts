import { expect, type Page } from '@playwright/test';
import { knownKeys, LAYOUTS, typist } from './keyboards.ts';
import { HOSTILE, importNight } from './nightly.ts';
import { chartOf, painted, test } from './support.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** What the address says under a name, once it has settled. */
function inAddress(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name);
}

/** How much of the run is in view, in microseconds, and where it begins; null for the whole run. */
function inView(page: Page): { readonly from: number; readonly width: number } | null {
  const [from, to] = [inAddress(page, 'from'), inAddress(page, 'to')];
  return from === null || to === null ? null : { from: Number(from), width: Number(to) - Number(from) };
}

/** Waits until a number that is read from the page satisfies. */
async function until<T>(read: () => T, is: (value: T) => boolean, what: string): Promise<T> {
  await expect.poll(() => is(read()), { message: what }).toBe(true);
  return read();
}

for (const keyboard of LAYOUTS) {
  test.describe(`on ${keyboard}`, () => {
    test('zooms and moves', async ({ page, request }) => {
      await page.goto(await importNight(request, `keys zoom ${keyboard}`));
      await painted(page);
      const press = await typist(page, keyboard);
      await press('W');
      const near = await until(
        () => inView(page),
        (view) => view !== null,
        'W zooms in',
      );
      await press('+');
      const nearer = await until(
        () => inView(page),
        (view) => view !== null && view.width < (near?.width ?? 0) / 1.9,
        '+',
      );
      await press('D');
      const right = await until(
        () => inView(page),
        (view) => (view?.from ?? 0) > (nearer?.from ?? 0),
        'D moves right',
      );
      await press('A');
      await until(
        () => inView(page),
        (view) => (view?.from ?? 0) < (right?.from ?? 0),
        'A moves left',
      );
      await press('-');
      const wide = await until(
        () => inView(page),
        (view) => (view?.width ?? 0) > (nearer?.width ?? 0) * 1.9,
        '-',
      );
      await press('S');
      await until(
        () => inView(page),
        (view) => view === null || view.width > (wide?.width ?? 0),
        'S zooms out',
      );
      await press('+');
      await until(
        () => inView(page),
        (view) => view !== null,
        'zoomed in again',
      );
      await press('0');
      await until(
        () => inView(page),
        (view) => view === null,
        '0 shows the whole run',
      );
    });

    test('walks from span to span', async ({ page, request }) => {
      await page.goto(await importNight(request, `keys walk ${keyboard}`));
      await painted(page);
      const press = await typist(page, keyboard);
      await chartOf(page).focus();
      const title = page.getByRole('complementary').getByRole('heading', { level: 2 });
      const steps: readonly (readonly [string, string])[] = [
        ['.', 'Export'],
        ['.', 'Load'],
        [',', 'Export'],
        ['↓', 'queue_wait'],
        ['→', 'http_request'],
        ['←', 'queue_wait'],
        ['↑', 'Export'],
        [']', 'Load'],
        ['[', 'Export'],
      ];
      for (const [key, name] of steps) {
        await press(key);
        await expect(title, key).toHaveText(name);
      }
      await press('Enter');
      const fitted = await until(
        () => inView(page),
        (view) => view !== null,
        'Enter fits the span',
      );
      expect(fitted?.width).toBeLessThan(20e6);
      await press('0');
      await until(
        () => inView(page),
        (view) => view === null,
        '0 shows the whole run',
      );
      await press('F');
      await press('F');
      await until(
        () => inView(page),
        (view) => Math.abs((view?.width ?? 0) - (fitted?.width ?? 0)) < 1,
        'F twice fits',
      );
      await press('Esc');
      await expect(title).toHaveCount(0);
    });

    test('scrolls', async ({ page, request }) => {
      await page.goto(await importNight(request, `keys scroll ${keyboard}`, 60));
      await painted(page);
      const press = await typist(page, keyboard);
      await chartOf(page).focus();
      await press('Page Down');
      await until(
        () => Number(inAddress(page, 'top')),
        (top) => top > 100,
        'scrolled down',
      );
      await press('Page Up');
      await until(
        () => inAddress(page, 'top'),
        (top) => top === null,
        'scrolled up',
      );
    });

    test('selects a range, moves its edges, zooms to it and notes on it', async ({ page, request }) => {
      await page.goto(await importNight(request, `keys range ${keyboard}`));
      await painted(page);
      const press = await typist(page, keyboard);
      await chartOf(page).focus();
      await press('.');
      await press('R');
      const from = () => Number(inAddress(page, 'rangeFrom'));
      const to = () => Number(inAddress(page, 'rangeTo'));
      await until(to, (end) => end === 9e6, 'the range of the span');
      await press('Shift + →');
      const later = await until(to, (end) => end > 9e6, 'its end moves later');
      await press('Shift + ←');
      await until(to, (end) => end < later, 'its end moves earlier');
      await press('Shift + →');
      await press('Shift + ↓');
      const inner = await until(from, (start) => start > 0, 'its start moves later');
      await press('Shift + ↑');
      await until(from, (start) => start < inner, 'its start moves earlier');
      await press('F');
      await until(
        () => inView(page),
        (view) => view !== null && view.width < 400e6,
        'F zooms to the range',
      );
      await press('N');
      await expect(page.getByRole('dialog', { name: 'Write a note' })).toBeVisible();
      await press('Esc');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await chartOf(page).focus();
      await press('Esc');
      await until(
        () => inAddress(page, 'rangeTo'),
        (end) => end === null,
        'Esc clears the range first',
      );
      await expect(page.getByRole('complementary')).toBeVisible();
    });

    test('searches and goes round the matches', async ({ page, request }) => {
      await page.goto(await importNight(request, `keys search ${keyboard}`));
      await painted(page);
      const press = await typist(page, keyboard);
      const search = page.getByRole('searchbox', { name: 'Search the spans' });
      await press('/');
      await expect(search).toBeFocused();
      await expect(search).toHaveValue('');
      await search.fill('attempt');
      const title = page.getByRole('complementary').getByRole('heading', { level: 2 });
      for (const [key, name] of [
        ['Enter', 'attempt 1'],
        ['Enter', 'attempt 2'],
        ['Enter', 'attempt 1'],
        ['Shift + Enter', 'attempt 2'],
      ] as const) {
        await press(key);
        await expect(title).toHaveText(name);
      }
      await page.getByRole('tab', { name: 'Flame chart' }).focus();
      await press('Ctrl + F');
      await expect(search).toBeFocused();
    });

    test('switches layers and views', async ({ page, request }) => {
      await page.goto(await importNight(request, `keys views ${keyboard}`));
      await painted(page);
      const press = await typist(page, keyboard);
      for (const [key, name, on] of [
        ['C', 'path', 'off'],
        ['Q', 'queue', 'off'],
        ['I', 'cut', 'both'],
      ] as const) {
        await press(key);
        await until(
          () => inAddress(page, name),
          (value) => value === on,
          key,
        );
        await press(key);
        await until(
          () => inAddress(page, name),
          (value) => value === null,
          `${key} again`,
        );
      }
      for (const [key, mode] of [
        ['2', 'left-heavy'],
        ['3', 'sandwich'],
        ['4', 'gantt'],
        ['1', null],
      ] as const) {
        await press(key);
        await until(
          () => inAddress(page, 'mode'),
          (value) => value === mode,
          key,
        );
      }
    });

    test('folds a row of the Gantt chart', async ({ page, request }) => {
      await page.goto(`${await importNight(request, `keys fold ${keyboard}`, 4)}?mode=gantt`);
      await painted(page);
      const press = await typist(page, keyboard);
      await page.getByRole('searchbox', { name: 'Search the spans' }).fill('worker');
      await press('Enter');
      await expect(page.getByRole('complementary')).toBeVisible();
      await chartOf(page).focus();
      const names = page.locator('.flowprof-flame-names');
      const look = () => names.evaluate((of) => (of instanceof HTMLCanvasElement ? of.toDataURL() : ''));
      const before = await look();
      await press('E');
      await expect.poll(look).not.toBe(before);
    });

    test('lists its keys, each of which is under test here', async ({ page, request }) => {
      await page.goto(await importNight(request, `keys list ${keyboard}`));
      await painted(page);
      const press = await typist(page, keyboard);
      await press('?');
      const dialog = page.getByRole('dialog', { name: 'Shortcuts' });
      await expect(dialog.getByRole('region', { name: 'Page' })).toBeVisible();
      const keysIn = (name: string) => dialog.getByRole('region', { name }).locator('kbd').allTextContents();
      const shown = new Set([...(await keysIn('Chart')), ...(await keysIn('Page'))]);
      expect(knownKeys(keyboard).toSorted()).toEqual(
        [...shown, '?'].filter((key, at, all) => all.indexOf(key) === at).toSorted(),
      );
      await press('Esc');
      await expect(dialog).toHaveCount(0);
    });

    test('does anything by name', async ({ page, request }) => {
      await page.goto(await importNight(request, `keys palette ${keyboard}`));
      await painted(page);
      const press = await typist(page, keyboard);
      await press('Ctrl + Shift + P');
      const palette = page.getByRole('dialog', { name: 'Commands' });
      await expect(palette.getByRole('searchbox')).toBeFocused();
      await palette.getByRole('searchbox').fill('queue time');
      await expect(palette.getByRole('menuitem')).toHaveCount(1);
      await press('Enter');
      await expect(palette).toHaveCount(0);
      await until(
        () => inAddress(page, 'queue'),
        (value) => value === 'off',
        'the command ran',
      );
      await press('Ctrl + Shift + P');
      await palette.getByRole('searchbox').fill('show spans');
      await press('Enter');
      await expect(page).toHaveURL(/tab=spans/);
      await expect(page.getByRole('region', { name: 'Spans' })).toContainText(HOSTILE);
    });
  });
}
