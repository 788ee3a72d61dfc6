import { expect, type Page } from '@playwright/test';
import { importNight } from './nightly.ts';
import { importTwoNights } from './pair.ts';
import {
  executeWorkflow,
  looksAs,
  openExecution,
  painted,
  sidewaysScroll,
  startWorkflow,
  test,
  uploadWorkflow,
  violations,
} from './support.ts';

const wait = (id: string, ms: number, more: object = {}) => ({ id, name: id, type: 'delay', with: { ms }, ...more });

/** Two steps share a place in a pool, a loop of three items follows, then one step that fails. */
const MIXED = {
  concurrency: 4,
  pools: { press: { concurrency: 1 } },
  nodes: [
    wait('Start', 20),
    wait('Print A', 250, { id: 'print_a', dependsOn: ['start'], pool: 'press' }),
    wait('Print B', 250, { id: 'print_b', dependsOn: ['start'], pool: 'press' }),
    {
      id: 'each',
      name: 'Each Page',
      type: 'foreach',
      dependsOn: ['print_a', 'print_b'],
      with: { items: [0, 1, 2], concurrency: 3 },
      nodes: [wait('fold', 30, { name: 'Fold' })],
    },
    {
      id: 'last',
      name: 'Last',
      type: 'fail',
      dependsOn: ['each'],
      with: { message: 'out of paper', retryable: true },
      retry: { policy: 'fixed', maxAttempts: 2, delayMs: 300 },
    },
  ],
};

/** The path of a run of it, which nothing here changes. */
let mixed: string;

test.beforeAll(async ({ browser, baseURL }) => {
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const nodes = MIXED.nodes.map((node) => (node.id === 'Start' ? { ...node, id: 'start' } : node));
  const id = await executeWorkflow(context.request, { ...MIXED, nodes, name: `mixed ${crypto.randomUUID()}` });
  mixed = `/executions/${id}`;
  await context.close();
});

async function openMixed(page: Page, tab: string): Promise<void> {
  await page.goto(mixed);
  await expect(page.locator('.execution-title')).toContainText('Failed', { timeout: 30_000 });
  await painted(page);
  await openTab(page, tab);
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
}

test('back leads to the tab before, with what was looked for in it, and from the first one out of the page', async ({
  page,
}) => {
  await openMixed(page, 'Steps');
  await page.getByRole('searchbox', { name: 'Filter the steps' }).fill('print');
  await openTab(page, 'Graph');
  await expect(page).toHaveURL(/tab=graph/);
  await page.goBack();
  await expect(page.getByRole('tab', { name: /^Steps/ })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('searchbox', { name: 'Filter the steps' })).toHaveValue('print');
  await page.goForward();
  await expect(page.getByRole('tab', { name: 'Graph' })).toHaveAttribute('aria-selected', 'true');
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole('tab', { name: 'Flame chart' })).toHaveAttribute('aria-selected', 'true');
});

const heading = (page: Page) => page.getByRole('complementary').getByRole('heading', { level: 2 });

test('the timeline explains every blank between steps, and leads to it', async ({ page }) => {
  await openMixed(page, 'Timeline');
  await expect(page).toHaveURL(/tab=timeline/);
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await expect(
    timeline
      .getByRole('listitem')
      .filter({ hasText: /after ([2-9]\d\d ms|[\d.]+ s) of waiting/ })
      .first(),
  ).toContainText('Print');
  await timeline.getByRole('button', { name: 'Show the details of Last' }).click();
  await expect(timeline).toContainText('out of paper');

  await openExecutionTab(page, 'data_pipeline', 'Timeline');
  const blank = page
    .getByRole('region', { name: 'Timeline' })
    .getByRole('listitem')
    .filter({ hasText: /another attempt/ });
  await expect(blank.first()).toContainText('waiting before another attempt of Validate Source');
  await blank.first().getByRole('button').click();
  await painted(page);
  await expect(page).toHaveURL(/[?&]from=/);
});

async function openExecutionTab(page: Page, workflow: string, tab: string): Promise<void> {
  await openExecution(page, workflow);
  await openTab(page, tab);
}

test('the graph shows what depends on what, opens loops, and selects the same span as the chart', async ({ page }) => {
  await openMixed(page, 'Graph');
  const graph = page.getByRole('region', { name: /^Graph of/ });
  const node = (name: string) => graph.locator('.graph-card').filter({ hasText: name });
  await expect(node('Start')).toContainText('of the run');
  await expect(node('Fold')).toHaveCount(0);
  await node('Each Page').getByRole('button', { name: /^Open/ }).click();
  await expect(node('Fold')).toContainText('×3');
  await node('Last').click();
  await expect(heading(page)).toHaveText('Last');
  await expect(page).toHaveURL(/[?&]span=/);
  const before = page.url();
  const table = page.getByRole('region', { name: 'Nodes' });
  await table.getByRole('button', { name: 'Print B' }).click();
  await expect(heading(page)).toHaveText('Print B');
  await expect(page).not.toHaveURL(before);
  await page.reload();
  await expect(heading(page), 'the address has it').toHaveText('Print B');
  await openTab(page, 'Flame chart');
  await expect(heading(page)).toHaveText('Print B');
});

test('steps are sorted, narrowed and opened, and the address has it', async ({ page }) => {
  await openMixed(page, 'Steps');
  const steps = page.getByRole('region', { name: 'Steps' });
  await steps.getByRole('button', { name: 'Duration' }).click();
  await expect(steps.getByRole('columnheader', { name: 'Duration' })).toHaveAttribute('aria-sort', 'descending');
  await expect(steps.getByRole('row').nth(1)).toContainText('Print');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('failed');
  await expect(steps.getByRole('row')).toHaveCount(2);
  await steps.getByRole('button', { name: 'Show the details of Last' }).click();
  await expect(steps).toContainText('not expected');
  await expect(steps).toContainText('out of paper');
  await expect(page).toHaveURL(/kind=failed&sort=-duration/);
  await page.reload();
  await expect(steps.getByRole('row')).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Status' }).selectOption('');
  await page.getByRole('searchbox', { name: 'Filter the steps' }).fill('fold');
  await expect(steps.getByRole('row')).toHaveCount(4);
});

test('what went into a step and came out of it can be seen and copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openExecutionTab(page, 'data_pipeline', 'Steps');
  const steps = page.getByRole('region', { name: 'Steps' });
  await steps.getByRole('button', { name: 'Show the details of Validate Source' }).click();
  await expect(steps).toContainText('validate_source');
  await steps.getByRole('button', { name: 'Copy the input' }).click();
  await expect(steps.getByRole('button', { name: 'Copy the input' })).toHaveText('Copied');
  const copied: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied).toMatchObject({ timeoutMs: 5000 });
});

test('a list of thousands of steps has only those in view in the document', async ({ page, request }) => {
  await page.goto(`${await importNight(request, `many ${crypto.randomUUID()}`, 3000)}?tab=steps`);
  await expect(page.locator('.execution-title')).toContainText('Completed', { timeout: 20_000 });
  const steps = page.getByRole('region', { name: 'Steps' });
  await expect(page.getByText(/^\d,\d{3} steps$/)).toBeVisible();
  await expect.poll(() => steps.getByRole('row').count()).toBeGreaterThan(5);
  expect(await steps.getByRole('row').count()).toBeLessThan(100);
  await steps.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
  await expect(steps.getByRole('row').last()).toContainText(/\[\d{4}\]/);
});

test('events are listed in their order, narrowed, and lead to their moment in the chart', async ({ page }) => {
  await openMixed(page, 'Events');
  const progress = page.getByRole('region', { name: 'Progress' });
  await expect(progress.locator('canvas')).toBeVisible();
  await expect(progress).toContainText(/Nothing ended for .* waiting before another attempt of Last/);
  await progress.getByText('The same as a table').click();
  await expect(progress.getByRole('row').last()).toContainText('7');
  const events = page.getByRole('region', { name: 'Events' });
  await expect(events.getByRole('row').nth(1)).toContainText('started');
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('failures');
  await expect(events.getByRole('row')).toHaveCount(4);
  await expect(events.getByRole('row').nth(1)).toContainText(/attempt 1 ended.*Failed.*out of paper/);
  await events.getByRole('row').nth(2).getByRole('button').click();
  await painted(page);
  await expect(page).toHaveURL(/[?&]from=[\d.-]+&to=/);
  await expect(heading(page)).toBeVisible();
});

test('the raw documents are folded, searched and saved', async ({ page }) => {
  await openExecutionTab(page, 'basic_sequence', 'Raw');
  const view = page.getByRole('region', { name: 'Document' });
  await expect(view.getByText('spans', { exact: true })).toBeVisible();
  await page.getByRole('combobox', { name: 'Which document' }).selectOption('profile');
  await expect(view.getByText('critical_path', { exact: true })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter the document' }).fill('makespan');
  await expect(view.locator('.json-match').first()).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save' }).click();
  expect((await download).suggestedFilename()).toMatch(/^execution-.*-profile\.json$/);
});

test('the header leads to the workflow, to what-if, and to a comparison with the run before', async ({
  page,
  request,
}) => {
  const workflow = await uploadWorkflow(request, { name: `twice ${crypto.randomUUID()}`, nodes: [wait('only', 30)] });
  const first = await startWorkflow(request, workflow);
  await page.goto(`/executions/${first}`);
  await expect(page.locator('.execution-title')).toContainText('Completed', { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Compare' })).toHaveCount(0);
  const second = await startWorkflow(request, workflow);
  await page.goto(`/executions/${second}`);
  await expect(page.locator('.execution-title')).toContainText('Completed', { timeout: 30_000 });
  const whatIf = page.getByRole('link', { name: 'What if?' });
  await expect(whatIf).toHaveAttribute('href', `/workflows/${workflow}?tab=what-if&execution=${second}`);
  await expect(page.getByRole('link', { name: /^twice/ })).toHaveAttribute('href', `/workflows/${workflow}`);
  await page.getByRole('tab', { name: 'Graph' }).click();
  await page.getByRole('region', { name: 'Nodes' }).getByRole('button', { name: 'only' }).click();
  const history = page.getByRole('region', { name: 'History of the node' });
  await history.getByText(/^The last/).click();
  await expect(history.getByRole('link', { name: '#1' })).toHaveAttribute('href', `/executions/${first}`);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('menuitem', { name: 'With the previous run, #1' }).click();
  await expect(page).toHaveURL(new RegExp(`/compare\\?base=${first}&candidate=${second}`));
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing in any tab', async ({ page }) => {
      await openExecution(page, 'parallel_processing');
      for (const tab of ['Timeline', 'Graph', 'Steps', 'Events', 'Insights', 'Raw']) {
        await openTab(page, tab);
        await expect(page.locator('[role=tabpanel] .skeleton')).toHaveCount(0);
        if (tab === 'Steps') await page.getByRole('button', { name: 'Show the details of Branch C' }).click();
        if (tab === 'Graph') await page.getByRole('region', { name: 'Nodes' }).getByRole('button').first().click();
        expect(await violations(page, { isOnlyColours: colorScheme === 'dark' }), tab).toEqual([]);
      }
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('no tab makes the page scroll sideways', async ({ page }) => {
    await openExecution(page, 'parallel_processing');
    for (const tab of ['Timeline', 'Graph', 'Steps', 'Events', 'Insights', 'Raw']) {
      await openTab(page, tab);
      await expect(page.locator('[role=tabpanel] .skeleton')).toHaveCount(0);
      const sideways = await sidewaysScroll(page);
      expect(sideways, tab).toBe(0);
    }
  });
});

test('graph and timeline look as they did, light and dark', async ({ page, request }) => {
  const { after } = await importTwoNights(request, 'night of tabs');
  await page.clock.setFixedTime('2026-03-04T12:00:00Z');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const tab of ['graph', 'timeline']) {
      await page.goto(`/executions/${after}?tab=${tab}`);
      await expect(page.getByRole('tabpanel').getByText('Audit').first()).toBeVisible();
      await expect(page.locator('[role=tabpanel] .skeleton')).toHaveCount(0);
      await looksAs(page, `execution-${tab}-${colorScheme}`, [page.getByRole('banner')]);
    }
  }
});
