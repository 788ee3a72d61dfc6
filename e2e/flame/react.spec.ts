import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { test } from './flame.ts';

const CANVAS = '.flowprof-flame-canvas';

test('selects in the chart from the table and shows it in both', async ({ open }) => {
  const page = await open('', 'react.html');
  await page.getByRole('button', { name: 'http_request' }).first().click();
  await expect(page.getByRole('button', { name: 'http_request' }).first()).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.flowprof-flame-announcer')).toContainText('http_request, phase of check_stock');
});

test('says in the table how much of the trace it lists', async ({ open }) => {
  const page = await open('', 'react.html');
  await expect(page.getByRole('table')).toHaveAccessibleName(/the first 20 of \d+/);
  await expect(page.getByRole('row')).toHaveCount(21);
});

test('reports what a search finds', async ({ open }) => {
  const page = await open('', 'react.html');
  await page.getByRole('textbox').fill('download');
  await expect(page.getByText('7 found')).toBeVisible();
});

test('shows a card beside the pointer', async ({ open }) => {
  const page = await open('', 'react.html');
  const box = await page.locator(CANVAS).boundingBox();
  if (box === null) throw new Error('no canvas');
  await page.mouse.move(box.x + box.width * 0.5, box.y + 46);
  const card = page.getByRole('tooltip');
  await expect(card).toContainText('charge_card');
  await expect(card).toContainText('1.03 s');
  await page.mouse.move(box.x + box.width - 30, box.y + 46);
  await expect(card).toContainText('cool_down');
  const cardBox = await card.boundingBox();
  expect((cardBox?.x ?? 0) + (cardBox?.width ?? 0)).toBeLessThanOrEqual(box.x + box.width);
  await page.mouse.move(5, 5);
  await expect(card).toHaveCount(0);
});

test('keeps hostile names text', async ({ open }) => {
  const page = await open('hostile', 'react.html');
  const box = await page.locator(CANVAS).boundingBox();
  if (box === null) throw new Error('no canvas');
  await page.mouse.move(box.x + box.width * 0.5, box.y + 46);
  await expect(page.getByRole('tooltip')).toContainText('<img src=x');
  await page.mouse.click(box.x + box.width * 0.5, box.y + 46);
  expect(await page.locator('img').count()).toBe(0);
  await expect(page).toHaveTitle('Flame chart in React');
});

test('has nothing that axe complains about', async ({ open }) => {
  const page = await open('', 'react.html');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
