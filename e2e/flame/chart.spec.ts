import { DARK, LIGHT } from '@flowprof/flame';
import { expect, type Page } from '@playwright/test';
import { countPixels, test, twoFrames } from './flame.ts';

const CANVAS = '.flowprof-flame-canvas';

/** The place of a time in the page, in the middle of a lane counted from 0. */
async function placeOf(page: Page, micros: number, lane: number): Promise<{ x: number; y: number }> {
  const box = await page.locator(CANVAS).boundingBox();
  if (box === null) throw new Error('no canvas');
  const { start, end } = await page.evaluate(() => window.flame.chart.viewport());
  return { x: box.x + ((micros - start) / (end - start)) * box.width, y: box.y + 28 + 8 + lane * 22 + 10 };
}

const selected = (page: Page): Promise<unknown> =>
  page.evaluate(() => window.flame.events.filter(({ type }) => type === 'select').at(-1)?.value);
const nameOf = async (page: Page): Promise<string> => page.locator('.flowprof-flame-announcer').innerText();
const viewport = (page: Page): Promise<{ start: number; end: number; scrollTop: number }> =>
  page.evaluate(() => window.flame.chart.viewport());

test.describe('the picture', () => {
  test('shows labels, failures, the critical path and what was skipped', async ({ open }) => {
    const page = await open('trace=checkout');
    const { width } = (await page.locator(CANVAS).boundingBox()) ?? { width: 0 };
    const firstLane = { x: 0, y: 36, width, height: 20 };
    expect(await countPixels(page, LIGHT.critical, firstLane)).toBeGreaterThan(2_700);
    expect(await countPixels(page, LIGHT.failed.fill)).toBeGreaterThan(1_000);
    // the label of charge_card, in ink on its bar
    const place = await placeOf(page, 730_000, 0);
    const box = await page.locator(CANVAS).boundingBox();
    const label = { x: Math.round(place.x), y: 38, width: 80, height: 14 };
    expect(box).not.toBeNull();
    expect(await countPixels(page, LIGHT.palette[0]?.[0]?.text ?? '', label)).toBeGreaterThan(10);
    await page.screenshot({ path: 'test-results/flame-checkout-light.png' });
  });

  test('takes the critical path away and brings it back with C', async ({ open }) => {
    const page = await open('trace=checkout');
    const before = await countPixels(page, LIGHT.critical);
    await page.locator(CANVAS).focus();
    await page.keyboard.press('c');
    expect(await countPixels(page, LIGHT.critical)).toBeLessThan(before / 10);
    await page.keyboard.press('c');
    expect(await countPixels(page, LIGHT.critical)).toBe(before);
  });

  test('takes waits away with Q', async ({ open }) => {
    const page = await open('trace=checkout');
    const before = await countPixels(page, LIGHT.wait.fill);
    expect(before).toBeGreaterThan(500);
    await page.locator(CANVAS).focus();
    await page.keyboard.press('q');
    expect(await countPixels(page, LIGHT.wait.fill)).toBe(0);
  });

  test('keeps a failed span visible among thousands that share its pixel', async ({ open }) => {
    const page = await open('trace=dense');
    const failed = await countPixels(page, LIGHT.failed.fill);
    expect(failed).toBeGreaterThanOrEqual(3 * 20);
    expect(failed).toBeLessThan(100);
  });

  test('is dark in the dark', async ({ open }) => {
    const page = await open('trace=checkout&theme=dark');
    expect(await countPixels(page, DARK.background)).toBeGreaterThan(100_000);
    expect(await countPixels(page, DARK.critical)).toBeGreaterThan(3_000);
  });

  test('fades what a search does not find and marks failures all the same', async ({ open }) => {
    const page = await open('trace=checkout');
    expect(await page.evaluate(() => window.flame.chart.setSearch('DOWNLOAD'))).toBe(7);
    expect(await countPixels(page, LIGHT.faded.fill)).toBeGreaterThan(10_000);
    expect(await page.evaluate(() => window.flame.chart.setSearch(''))).toBe(0);
    expect(await countPixels(page, LIGHT.faded.fill)).toBe(0);
  });

  test('can be had as a PNG', async ({ open }) => {
    const page = await open('trace=checkout');
    const head = await page.evaluate(async () => {
      const blob = await window.flame.chart.toBlob();
      return [blob.type, ...new Uint8Array(await blob.slice(0, 4).arrayBuffer())];
    });
    expect(head).toEqual(['image/png', 0x89, 0x50, 0x4e, 0x47]);
  });
});

test.describe('the pointer', () => {
  test('zooms at the cursor with Ctrl and wheel and keeps its time there', async ({ open }) => {
    const page = await open('trace=checkout');
    const { y } = await placeOf(page, 0, 2);
    const x = 437; // a whole pixel, which is what wheel events tell
    const { start, end } = await viewport(page);
    const time = start + ((end - start) * x) / 1280;
    await page.mouse.move(x, y);
    await page.keyboard.down('Control');
    for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await expect.poll(async () => (await viewport(page)).end).toBeLessThan(2_000_000);
    expect((await placeOf(page, time, 2)).x).toBeCloseTo(x, 3);
  });

  test('selects by click, announces it, fits by double click and clears by Escape', async ({ open }) => {
    const page = await open('trace=checkout');
    const { x, y } = await placeOf(page, 1_100_000, 0);
    await page.mouse.click(x, y);
    expect(await nameOf(page)).toContain('charge_card, node, completed');
    await page.mouse.dblclick(x, y);
    await expect.poll(async () => Math.round((await viewport(page)).start / 1_000)).toBeGreaterThan(600);
    await page.keyboard.press('Escape');
    expect(await selected(page)).toBeNull();
  });

  test('drags to move, and selects a range with Shift', async ({ open }) => {
    const page = await open('trace=checkout');
    await page.evaluate(() => window.flame.chart.setViewport({ start: 1_000_000, end: 2_000_000 }));
    const from = await placeOf(page, 1_500_000, 12);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x - 128, from.y, { steps: 4 });
    await page.mouse.up();
    const moved = await viewport(page);
    expect(moved.start).toBeCloseTo(1_100_000, -3);
    await page.keyboard.down('Shift');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 256, from.y, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const range = await page.evaluate(() => {
      const value = window.flame.events.filter(({ type }) => type === 'range').at(-1)?.value;
      return typeof value === 'object' && value !== null && 'start' in value && 'end' in value
        ? Number(value.end) - Number(value.start)
        : null;
    });
    expect(range).toBeCloseTo(200_000, -3);
    expect(await viewport(page)).toEqual(moved);
  });

  test('draws a new range in the minimap, and moves it', async ({ open }) => {
    const page = await open('trace=checkout');
    const map = await page.locator('.flowprof-flame-minimap').boundingBox();
    if (map === null) throw new Error('no minimap');
    const y = map.y + 20;
    const drag = async (from: number, to: number): Promise<void> => {
      await page.mouse.move(map.x + map.width * from, y);
      await page.mouse.down();
      await page.mouse.move(map.x + map.width * to, y, { steps: 4 });
      await page.mouse.up();
    };
    await drag(0.25, 0.5);
    const made = await viewport(page);
    expect((made.end - made.start) / 2_958_000).toBeCloseTo(0.25, 1);
    await drag(0.4, 0.5);
    const moved = await viewport(page);
    expect(moved.end - moved.start).toBeCloseTo(made.end - made.start, 0);
    expect(moved.start).toBeGreaterThan(made.start);
    await drag(0.6, 0.7);
    expect((await viewport(page)).start).toBeCloseTo(moved.start, 0);
    expect((await viewport(page)).end).toBeGreaterThan(moved.end);
  });

  test('tells what is under it', async ({ open }) => {
    const page = await open('trace=checkout');
    const { x, y } = await placeOf(page, 1_100_000, 0);
    await page.mouse.move(x, y);
    const hover = await page.evaluate(() => window.flame.events.filter(({ type }) => type === 'hover').at(-1)?.value);
    expect(hover).toMatchObject({ row: expect.any(Number) });
    await page.mouse.move(x, y + 500);
    expect(
      await page.evaluate(() => window.flame.events.filter(({ type }) => type === 'hover').at(-1)?.value),
    ).toBeNull();
  });
});

test.describe('the keyboard', () => {
  test('walks the tree', async ({ open }) => {
    const page = await open('trace=checkout');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(page.locator(CANVAS)).toBeFocused();
    const walk: readonly (readonly [string, string])[] = [
      ['ArrowDown', 'receive_order'],
      ['ArrowDown', 'expression_eval'],
      ['ArrowRight', 'execute'],
      ['ArrowLeft', 'expression_eval'],
      ['ArrowUp', 'receive_order'],
      ['.', 'check_stock'],
      ['.', 'charge_card'],
      [',', 'check_stock'],
    ];
    for (const [key, name] of walk) {
      await page.keyboard.press(key);
      expect(await nameOf(page)).toMatch(new RegExp(`^${name},`));
    }
  });

  test('zooms, pans and shows the whole run', async ({ open }) => {
    const page = await open('trace=checkout');
    const whole = await viewport(page);
    const middle = (whole.start + whole.end) / 2;
    await page.keyboard.press('w');
    const near = await viewport(page);
    expect(near.end - near.start).toBeLessThan((whole.end - whole.start) * 0.7);
    expect((near.start + near.end) / 2).toBeCloseTo(middle, 0);
    await page.keyboard.press('d');
    expect((await viewport(page)).start).toBeGreaterThan(near.start);
    await page.keyboard.press('a');
    await page.keyboard.press('s');
    await page.keyboard.press('+');
    await page.keyboard.press('-');
    await page.keyboard.press('0');
    expect(await viewport(page)).toEqual(whole);
  });

  test('centres a span with F and fits it with another', async ({ open }) => {
    const page = await open('trace=checkout');
    const row = await page.evaluate(() => window.flame.trace.nodes.span[1] ?? 0);
    await page.evaluate((span) => window.flame.chart.select(span), row);
    await page.keyboard.press('w');
    await page.keyboard.press('f');
    await page.keyboard.press('f');
    const { start, end } = await viewport(page);
    expect(end - start).toBeCloseTo(378_000 * 1.12, -3);
    expect(start).toBeLessThan(42_000);
  });

  test('leaves keys to fields that are being typed in', async ({ open }) => {
    const page = await open('trace=checkout');
    const before = await viewport(page);
    await page.locator('#search').fill('');
    await page.locator('#search').pressSequentially('wasd0?');
    await expect(page.locator('#search')).toHaveValue('wasd0?');
    await page.evaluate(twoFrames);
    expect(await viewport(page)).toEqual(before);
  });

  test('asks for help with ?', async ({ open }) => {
    const page = await open('trace=checkout');
    await page.keyboard.press('?');
    expect(await page.evaluate(() => window.flame.events.some(({ type }) => type === 'help'))).toBe(true);
  });
});

test('glides when motion is welcome, and ends where it was to end', async ({ page, site }) => {
  await page.goto(`${site}index.html?trace=checkout`);
  await page.waitForSelector(CANVAS);
  const { start, end } = await viewport(page);
  await page.keyboard.press('+');
  await expect
    .poll(async () => (await viewport(page)).end - (await viewport(page)).start)
    .toBeCloseTo((end - start) / 2, 0);
});

test('draws what is in view of 100,000 spans within a frame', async ({ open }) => {
  const page = await open('trace=100000&stepped');
  const times = await page.evaluate(() => window.flame.drawTimes(30, 0.2));
  const median = times.toSorted((a, b) => a - b)[15] ?? Infinity;
  test.info().annotations.push({ type: 'median ms', description: median.toFixed(2) });
  expect(median).toBeLessThan(50);
});

test('what is no time is neither shown nor selected, and gets into no picture', async ({ open }) => {
  const page = await open('trace=checkout');
  const told = await page.evaluate(async () => {
    const { chart, events } = window.flame;
    chart.setRange({ start: Number.NaN, end: Number.NaN });
    chart.setViewport({ start: Number.NaN, end: Number.NaN, scrollTop: Number.NaN });
    const { start, end } = chart.viewport();
    const picture = await (await chart.toBlob({ kind: 'svg' })).text();
    return { seen: end - start, ranges: events.filter(({ type }) => type === 'range').length, picture };
  });
  expect(told.seen).toBeGreaterThan(0);
  expect(told.ranges).toBe(0);
  expect(told.picture).not.toMatch(/NaN|Infinity/);
});
