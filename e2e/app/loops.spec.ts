import { expect } from '@playwright/test';
import { executeWorkflow, finishedRow, painted, test } from './support.ts';

const wait = (id: string, ms: number, more: object = {}) => ({ id, type: 'delay', with: { ms }, ...more });

/** The third of four items fails; two of them may be in the pool at once. */
const PAGES = {
  name: 'failing pages',
  concurrency: 8,
  inputs: { key: { type: 'string', secret: true, default: 'none' } },
  pools: { press: { concurrency: 1 } },
  nodes: [
    {
      id: 'each',
      name: 'Each Page',
      type: 'foreach',
      with: { items: [0, 1, 2, 3], concurrency: 4 },
      nodes: [
        wait('print', 40, { name: 'Print', pool: 'press' }),
        {
          id: 'check',
          name: 'Check',
          type: 'fail',
          when: 'index == 2',
          dependsOn: ['print'],
          with: { message: 'page 2 is blank' },
        },
      ],
    },
    wait('last', 1, { name: 'Last', dependsOn: ['each'] }),
  ],
};

test.beforeEach(async ({ page }) => {
  await page.goto('/');
  await finishedRow(page, 'basic_sequence');
});

test('the items of a loop are told apart, and a failure is that of its item', async ({ page, request }) => {
  await page.goto(`/executions/${await executeWorkflow(request, PAGES)}`);
  await expect(page.getByRole('alert')).toHaveText(/^Failed in Check\[2\]\. page 2 is blank/);
  await page.getByRole('button', { name: 'Show the failed node' }).click();
  const details = page.getByRole('complementary');
  await expect(details.getByRole('heading', { level: 2 })).toHaveText('Check[2]');
  await expect(details).toContainText('Each Page › Each Page[2]');

  await page.getByRole('tab', { name: /^Steps/ }).click();
  const steps = page.getByRole('region', { name: 'Steps' });
  const step = (name: string) => steps.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
  await expect(step('Check[2]')).toContainText('Failed');
  await expect(step('Check[0]')).toContainText('Skipped');
  await expect(step('Each Page[2]')).toContainText('Failed');
  await step('Print[2]').getByRole('button', { name: 'Print[2]', exact: true }).click();
  await expect(details.getByRole('region', { name: 'Waits' })).toContainText('pool press, 1 at once');
});

test('what failed goes on from its page, with the secret inputs that are not kept', async ({ page, request }) => {
  await page.goto(`/executions/${await executeWorkflow(request, PAGES, { key: 'canary-secret' })}`);
  await expect(page.locator('.execution-title')).toContainText('Failed');

  await page.getByRole('button', { name: 'Run again' }).click();
  const again = page.getByRole('dialog', { name: 'Run failing pages' });
  await expect(again.getByLabel(/^key/), 'what was struck out is no value').toHaveValue('');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Resume' }).click();
  const dialog = page.getByRole('dialog', { name: 'Resume failing pages' });
  const key = dialog.getByLabel(/^key/);
  await expect(key).toHaveAttribute('type', 'password');
  await key.fill('canary-secret');
  await dialog.getByRole('button', { name: 'Resume' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('alert')).toContainText('Failed in Check[2]');
  await page.getByRole('tab', { name: 'Spans' }).click();
  await expect(page.getByRole('region', { name: 'Spans' })).toContainText('interrupted');
  await expect(page.locator('body')).not.toContainText('canary-secret');
});

test('a run that timed out says so, and what was cancelled and what ran', async ({ page, request }) => {
  const nodes = [wait('slow', 600_000, { name: 'Slow' }), wait('last', 1, { name: 'Last', dependsOn: ['slow'] })];
  await page.goto(`/executions/${await executeWorkflow(request, { name: 'too late', timeoutMs: 100, nodes })}`);
  await expect(page.locator('.execution-title')).toContainText('Timed out');
  await expect(page.getByRole('alert')).toHaveText(/^The run timed out\. the run took longer than 100 ms/);
  await painted(page);
  await page.getByRole('button', { name: 'Show what was running' }).click();
  await expect(page.getByRole('complementary').getByRole('heading', { level: 2 })).toHaveText('Slow');
  await page.getByRole('tab', { name: /^Steps/ }).click();
  const rows = page.getByRole('region', { name: 'Steps' }).getByRole('row');
  await expect(rows.filter({ hasText: 'Slow' })).toContainText('Timed out');
  await expect(rows.filter({ hasText: 'Last' })).toContainText('Cancelled');
});

test('the steps of a long loop are in the page as far as they are in view, and all are reached by key', async ({
  page,
  request,
}) => {
  const items = Array.from({ length: 250 }, (_, at) => at);
  const nodes = [
    {
      id: 'each',
      name: 'Each',
      type: 'foreach',
      with: { items, concurrency: 50 },
      nodes: [{ id: 'double', name: 'Double', type: 'transform', with: { value: '${item * 2}' } }],
    },
  ];
  await page.goto(
    `/executions/${await executeWorkflow(request, { name: 'long loop', concurrency: 50, nodes })}?tab=steps`,
  );
  await expect(page.locator('.execution-title')).toContainText('Completed', { timeout: 30_000 });
  const steps = page.getByRole('region', { name: 'Steps' });
  await expect(steps.getByRole('table')).toHaveAttribute('aria-rowcount', '252');
  const step = (at: number) => steps.getByRole('row', { name: `Double[${at}]` });
  await expect(step(0)).toBeVisible();
  await expect(step(249)).toHaveCount(0);
  await steps.press('End');
  await expect(step(249)).toHaveAttribute('aria-rowindex', '252');
  await expect(step(0)).toHaveCount(0);
  expect(await steps.getByRole('row').count()).toBeLessThan(120);
});
