import { AxeBuilder } from '@axe-core/playwright';
import {
  expect,
  test as base,
  type APIRequestContext,
  type APIResponse,
  type Locator,
  type Page,
} from '@playwright/test';

/** The workflows that the demo runs once each. */
export const WORKFLOWS = ['basic_sequence', 'parallel_processing', 'conditional_workflow', 'data_pipeline'] as const;

/**
 * A page that is watched: any error on its console, a violation of the content security policy or an exception in it
 * fails the test, unless the test says that it expects failed requests.
 */
export const test = base.extend<{ expectFailedRequests: boolean; complaints: string[] }>({
  expectFailedRequests: [false, { option: true }],
  complaints: [
    async ({ page, expectFailedRequests }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        const failedRequest = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !(failedRequest && expectFailedRequests)) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await use(complaints);
      expect(complaints, 'the page complains about nothing').toEqual([]);
    },
    { auto: true },
  ],
});

/** The row of a workflow's first execution, once it has ended. */
export async function finishedRow(page: Page, workflow: string): Promise<Locator> {
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: `${workflow} #1`, exact: true }) });
  await expect(row).toContainText('Completed', { timeout: 30_000 });
  return row;
}

/** Opens the first execution of a workflow from the list, and waits for its chart. */
export async function openExecution(page: Page, workflow: string): Promise<void> {
  await page.goto('/');
  const row = await finishedRow(page, workflow);
  await row.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(workflow);
  await painted(page);
}

/** The canvas of the flame chart. */
export function chartOf(page: Page): Locator {
  return page.getByRole('application', { name: /flame chart/i });
}

/** How many different colours the chart shows; bars, text and lines make a great many. */
export function colours(chart: Locator): Promise<number> {
  return chart.evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0 || canvas.height === 0) return 0;
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    const seen = new Set<number>();
    for (let i = 0; i + 2 < data.length; i += 4)
      seen.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
    return seen.size;
  });
}

/** Waits until the chart shows bars and the analyses, with the critical path, have followed. */
export async function painted(page: Page): Promise<void> {
  await expect(page.getByRole('region', { name: /^Where the .* went$/ })).toBeVisible();
  await expect.poll(() => colours(chartOf(page)), { message: 'the chart is painted' }).toBeGreaterThan(12);
}

/** A fingerprint of the chart's pixels. */
export function fingerprint(page: Page): Promise<string> {
  return chartOf(page).evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
}

/** Waits until the picture stands still: two looks in a row, a frame apart, are the same. */
export async function settled(page: Page): Promise<string> {
  let last = '';
  await expect
    .poll(async () => {
      const before = last;
      last = await fingerprint(page);
      return last === before;
    })
    .toBe(true);
  return last;
}

/**
 * Compares what is on the screen with the picture of that name under `pictures/`; renew it with `--update-snapshots`
 * and look at it. What changes with every run (ids, times) is masked, or better: imported from a fixture, so that it
 * does not.
 */
export async function looksAs(page: Page, name: string, masked: readonly Locator[] = []): Promise<void> {
  await page.mouse.move(1, 1);
  await expect(page).toHaveScreenshot(`${name}.png`, { mask: [...masked] });
}

interface Looked {
  /** Rules that are not asked. */
  readonly except?: readonly string[];
  /** Whether only what depends on colours is asked: what else there is was asked in the other theme. */
  readonly isOnlyColours?: boolean;
}

/** The violations of WCAG 2.2 AA on a page, by rule and place. */
export async function violations(page: Page, { except = [], isOnlyColours = false }: Looked = {}): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  if (isOnlyColours) axe.withRules(['color-contrast', 'link-in-text-block']);
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).disableRules([...except]);
  const { violations: found } = await axe.analyze();
  return found.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}`));
}

/** How far the page can be scrolled sideways, in CSS pixels. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** A point on the first bar of the first lane: below the axis, a little after the run's start. */
export async function firstBar(page: Page): Promise<{ readonly x: number; readonly y: number }> {
  const box = await chartOf(page).boundingBox();
  if (box === null) throw new Error('the chart is not visible');
  return { x: Math.round(box.width * 0.04), y: 46 };
}

/** Uploads a workflow to the workspace of the demo; gives its id. */
export async function uploadWorkflow(
  request: APIRequestContext,
  definition: Readonly<Record<string, unknown>>,
): Promise<string> {
  const headers = { 'x-workspace-id': await firstItem(request, '/api/workspaces', 'id') };
  const made = await request.post('/api/workflows', { headers, data: { definition } });
  expect(made.status(), await made.text()).toBe(201);
  return idIn(made);
}

/** Starts a workflow of the workspace of the demo; gives the id of the execution. */
export async function startWorkflow(
  request: APIRequestContext,
  workflowId: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const headers = { 'x-workspace-id': await firstItem(request, '/api/workspaces', 'id') };
  const path = `/api/workflows/${workflowId}/execute`;
  const started = await request.post(path, { headers, data: { input_variables: input } });
  expect(started.status(), await started.text()).toBe(202);
  return idIn(started);
}

/** Uploads a workflow to the workspace of the demo and starts it; gives the id of the execution. */
export async function executeWorkflow(
  request: APIRequestContext,
  definition: Readonly<Record<string, unknown>>,
  input: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return startWorkflow(request, await uploadWorkflow(request, definition), input);
}

async function idIn(response: APIResponse): Promise<string> {
  const body: unknown = await response.json();
  return String(new Map<string, unknown>(Object.entries(body ?? {})).get('id'));
}

/** A field of the first item that a list of the API has. */
export async function firstItem(
  request: APIRequestContext,
  path: string,
  field: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const answer: unknown = await (await request.get(path, { headers })).json();
  const items: unknown = typeof answer === 'object' && answer !== null && 'items' in answer ? answer.items : null;
  const first: unknown = Array.isArray(items) ? items[0] : null;
  const fields = new Map<string, unknown>(Object.entries(first ?? {}));
  return String(fields.get(field));
}
