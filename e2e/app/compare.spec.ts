import { expect, type Page } from '@playwright/test';
import { importTwoNights, type TwoNights } from './pair.ts';
import { executeWorkflow, looksAs, sidewaysScroll, test, violations } from './support.ts';

let nights: TwoNights;

test.beforeAll(async ({ browser, baseURL }) => {
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  nights = await importTwoNights(context.request, 'night of compare');
  await context.close();
});

function open(page: Page, more = ''): Promise<unknown> {
  return page.goto(`/compare?base=${nights.before}&candidate=${nights.after}${more}`);
}

const chart = (page: Page, side: 'before' | 'after') => page.getByRole('application', { name: `Flame chart, ${side}` });

/** The time at both edges of a chart, as its axis has it, told by what is drawn: its pixels. */
function pixels(page: Page, side: 'before' | 'after'): Promise<string> {
  return chart(page, side).evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
}

test('the answer comes first, and its parts add up to the difference', async ({ page }) => {
  await open(page);
  await expect(page).toHaveTitle(/^night of compare #2 compared with night of compare #1/);
  await expect(page.getByText(/^It took 430 ms longer \(790 ms against 360 ms/)).toBeVisible();
  const parts = page.getByRole('region', { name: 'Parts of the difference' });
  const rows = parts.getByRole('row');
  await expect(rows.filter({ hasText: 'Load: work' })).toContainText('+250 ms');
  await expect(rows.filter({ hasText: 'Load: failed attempts' })).toContainText('+100 ms');
  await expect(rows.filter({ hasText: 'Load: retry backoff' })).toContainText('+50 ms');
  await expect(rows.filter({ hasText: 'Merge: queue' })).toContainText('+30 ms');
  await expect(rows.filter({ hasText: 'makespan' })).toContainText(/360 ms.*790 ms.*\+430 ms/);
  await expect(page.getByRole('region', { name: 'Causes of both' }).getByRole('row')).toHaveCount(6);

  await parts.getByRole('button', { name: 'Load: work' }).click();
  await expect(page).toHaveURL(/view=nodes&node=load/);
  await expect(page.getByRole('region', { name: 'Node Load' })).toContainText('retry backoff');
});

test('both runs share a scale, and what is selected in one is selected in the other', async ({ page }) => {
  await open(page, '&view=runs');
  await expect(chart(page, 'before')).toBeVisible();
  const whole = await pixels(page, 'before');
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await expect.poll(() => pixels(page, 'before'), { message: 'the other follows' }).not.toBe(whole);
  await expect(page).toHaveURL(/from=[\d.]+&to=[\d.]+/);
  await page.getByRole('button', { name: 'Both whole' }).click();
  await expect(page).not.toHaveURL(/from=/);

  await page.getByText('The spans as a table').first().click();
  await page.getByRole('region', { name: 'Spans, before' }).getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(page).toHaveURL(/node=merge/);
  await page.getByText('The spans as a table').last().click();
  const there = page.getByRole('region', { name: 'Spans, after' });
  await expect(there.getByRole('button', { name: 'Merge', exact: true })).toHaveAttribute('aria-pressed', 'true');

  const apart = await pixels(page, 'before');
  await page.getByRole('checkbox', { name: 'Align where the selected node begins' }).check();
  await expect(page).toHaveURL(/align=node/);
  await expect.poll(() => pixels(page, 'before')).not.toBe(apart);
  await page.reload();
  await expect(page.getByRole('checkbox', { name: /^Align/ })).toBeChecked();
});

test('the flame graph says what is new and slower, also as a table, and a link opens its block', async ({ page }) => {
  await open(page, '&view=flame');
  await expect(page.getByRole('application', { name: 'Flame graph of the difference' })).toBeVisible();
  await page.getByText('The same as a table').click();
  const table = page.getByRole('region', { name: 'Blocks of the flame graph' });
  await expect(table.getByRole('row').filter({ hasText: 'Audit' })).toContainText('new');
  await table.getByRole('button', { name: 'Audit' }).click();
  await expect(page).toHaveURL(/block=\d+/);
  await page.reload();
  await page.getByText('The same as a table').click();
  await expect(table.getByRole('button', { name: 'Audit' })).toHaveAttribute('aria-pressed', 'true');
});

test('structure and retries are told in sentences', async ({ page }) => {
  await open(page, '&view=structure');
  await expect(page.getByText('New node “audit”')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'Load' })).toContainText('1 → 2');
});

test('before and after are swapped, and another base is chosen by search', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Swap before and after' }).click();
  await expect(page).toHaveURL(new RegExp(`base=${nights.after}&candidate=${nights.before}`));
  await expect(page.getByText(/^It took 430 ms less/)).toBeVisible();
  await page.goBack();
  await expect(page.getByText(/^It took 430 ms longer/)).toBeVisible();

  await page.getByRole('button', { name: 'Choose another, before' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'The one before it' }).click();
  await expect(page).toHaveURL(/base=previous/);
  await expect(page.getByText(/^It took 430 ms longer/)).toBeVisible();

  await page.getByRole('button', { name: 'Choose another, before' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Of all workflows' }).check();
  await dialog.getByRole('searchbox').fill('basic_sequence');
  await dialog.getByRole('button', { name: /basic_sequence #1/ }).click();
  await expect(page.getByText('These are of two workflows.')).toBeVisible();
});

test('it is copied as Markdown for an issue', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page);
  await page.getByRole('button', { name: 'Copy the comparison as Markdown' }).click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toContain('| Load: work | 200 ms | 450 ms | +250 ms |');
  expect(text).toContain('| makespan | 360 ms | 790 ms | +430 ms |');
});

test.describe('what cannot be compared', () => {
  test.use({ expectFailedRequests: true });

  test('says what is missing, and what to do', async ({ page }) => {
    await page.goto('/compare');
    await expect(page.getByRole('heading', { name: 'Choose two executions' })).toBeVisible();
    await page.goto(`/compare?base=${nights.before}&candidate=${nights.before}`);
    await expect(page.getByRole('heading', { name: 'This is one execution' })).toBeVisible();
    await page.goto(`/compare?base=previous&candidate=${nights.before}`);
    await expect(page.getByRole('heading', { name: 'Nothing came before it' })).toBeVisible();
    const gone = '01890000-0000-7000-8000-00000000dead';
    await page.goto(`/compare?base=${gone}&candidate=${nights.after}`);
    await expect(page.getByRole('heading', { name: 'The one before is not there' })).toBeVisible();
    await page.getByRole('button', { name: 'Choose another, before' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /night of compare #1/ })
      .click();
    await expect(page.getByText(/^It took 430 ms longer/)).toBeVisible();
  });

  test('says so where it is forbidden or the server is away', async ({ page }) => {
    const forbidden = { status: 403, json: { detail: 'Your key does not open this.', code: 'forbidden' } };
    await page.route('**/compare?*', (route) =>
      route.request().resourceType() === 'document' ? route.fallback() : route.fulfill(forbidden),
    );
    await open(page);
    await expect(page.getByRole('alert')).toContainText('You do not have permission for this');
  });
});

/** A workflow of one node that waits so many milliseconds. */
function wait(ms: number) {
  return { name: 'compare_live', nodes: [{ id: 'wait', type: 'delay', with: { ms } }] };
}

test('one that runs is compared as of now, and again until it has ended', async ({ page }) => {
  const first = await executeWorkflow(page.request, wait(10));
  const second = await executeWorkflow(page.request, { ...wait(4000), name: 'compare_live 2' });
  await page.goto(`/compare?base=${first}&candidate=${second}`);
  await expect(page.getByText('has not ended. What follows is as of now')).toBeVisible();
  await expect(page.getByText('has not ended.')).toHaveCount(0, { timeout: 20_000 });
  await expect(page.getByText(/^It took [34]\.?\d* s longer/)).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing in any view', async ({ page }) => {
      test.setTimeout(180_000);
      for (const view of ['parts', 'runs', 'flame', 'nodes&node=load', 'structure']) {
        await open(page, `&view=${view}`);
        await expect(page.getByText(/^It took 430 ms longer/)).toBeVisible();
        await expect(page.getByRole('tabpanel')).toBeVisible();
        await expect(page.locator('.tab-panel .skeleton')).toHaveCount(0);
        expect(await violations(page, { isOnlyColours: colorScheme === 'dark' }), view).toEqual([]);
      }
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('nothing makes the page scroll sideways', async ({ page }) => {
    for (const view of ['parts', 'runs', 'flame', 'nodes&node=load', 'structure']) {
      await open(page, `&view=${view}`);
      await expect(page.getByText(/^It took 430 ms longer/)).toBeVisible();
      await expect(page.locator('.tab-panel .skeleton')).toHaveCount(0);
      const sideways = await sidewaysScroll(page);
      expect(sideways, view).toBe(0);
    }
  });
});

test('it looks as it did, wide and light, narrow and dark', async ({ page }) => {
  await page.clock.setFixedTime('2026-03-04T12:00:00Z');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await open(page);
  await expect(page.getByRole('region', { name: 'Causes of both' })).toBeVisible();
  await looksAs(page, 'compare-light-1280', [page.getByRole('banner')]);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '&view=flame');
  await expect(page.getByRole('application', { name: 'Flame graph of the difference' })).toBeVisible();
  await looksAs(page, 'compare-flame-dark-390', [page.getByRole('banner')]);
});
