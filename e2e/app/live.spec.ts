import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { executeWorkflow, fingerprint, finishedRow, painted, settled, test, violations } from './support.ts';

const STEPS = 20;

/** Starts a chain of short waits, with longer ones beside it: ten seconds in which something happens twice a second. */
function startChain(request: APIRequestContext): Promise<string> {
  const nodes = Array.from({ length: STEPS }, (_, at) => ({
    id: `step_${at}`,
    name: `Step ${at}`,
    type: 'delay',
    with: { ms: 500 },
    ...(at > 0 && { dependsOn: [`step_${at - 1}`] }),
  }));
  const beside = [0, 4, 5, 11].map((at) => ({
    id: `beside_${at}`,
    type: 'delay',
    with: { ms: 1100 + at * 150 },
    dependsOn: [`step_${at}`],
  }));
  return executeWorkflow(request, { name: `live ${crypto.randomUUID()}`, nodes: [...nodes, ...beside] });
}

const badge = (page: Page) => page.locator('.live-badge');
const title = (page: Page) => page.locator('.execution-title');

/** Waits for the end, and compares what is seen then with the same page opened anew. */
async function endsTheSame(page: Page): Promise<void> {
  await expect(title(page)).toContainText('Completed', { timeout: 40_000 });
  await expect(badge(page)).toHaveCount(0);
  await painted(page);
  await page.mouse.move(1, 1);
  const seen = await settled(page);
  await page.reload();
  await painted(page);
  await expect.poll(() => fingerprint(page), { message: 'the same after a reload' }).toBe(seen);
  await page.getByRole('tab', { name: /^Steps/ }).click();
  await expect(page.getByRole('region', { name: 'Steps' })).toContainText(`Step ${STEPS - 1}`);
}

test.beforeEach(async ({ page }) => {
  await page.goto('/');
  await finishedRow(page, 'basic_sequence');
});

test('a run is shown as it happens, and is the same after a reload', async ({ page, request }) => {
  let events = 0;
  let readings = 0;
  page.on('websocket', (socket) => socket.on('framereceived', () => events++));
  page.on('request', (asked) => {
    if (asked.url().endsWith('/flame-chart')) readings++;
  });
  await page.goto(`/executions/${await startChain(request)}`);
  await expect(badge(page)).toHaveText('Live');
  await expect(title(page)).toContainText('Running');
  await painted(page);
  const early = await fingerprint(page);
  expect(await violations(page)).toEqual([]);
  await expect.poll(() => fingerprint(page), { message: 'it draws itself' }).not.toBe(early);
  await endsTheSame(page);
  expect(events, 'the events came').toBeGreaterThan(STEPS);
  expect(readings, 'what happened at once was read at once').toBeLessThan(2 * STEPS + 10);
});

test.describe('without a connection', () => {
  test.use({ expectFailedRequests: true });

  test('is told so, and nothing is missing once it is back', async ({ page, request }) => {
    const asked: string[] = [];
    let isCut = false;
    const open: { close: (options: { code: number }) => Promise<void> }[] = [];
    await page.routeWebSocket(/\/ws\/workflows\//, (socket) => {
      asked.push(socket.url());
      if (isCut) {
        void socket.close({ code: 1001 });
        return;
      }
      socket.connectToServer();
      open.push(socket);
    });
    await page.goto(`/executions/${await startChain(request)}`);
    await expect(badge(page)).toHaveText('Live');
    await painted(page);
    isCut = true;
    await open.at(-1)?.close({ code: 1001 });
    await expect(badge(page)).toHaveText('Reconnecting');
    await expect.poll(() => asked.length).toBeGreaterThan(1);
    isCut = false;
    await expect(badge(page)).toHaveText('Live');
    await endsTheSame(page);
    expect(new URL(asked.at(-1) ?? '').searchParams.get('since'), 'it goes on after the last event').toMatch(/^\d+$/);
  });

  test('shows what it knows, and asks again by itself', async ({ page, request, context }) => {
    await page.goto(`/executions/${await startChain(request)}`);
    await painted(page);
    await context.setOffline(true);
    await expect(page.getByText('Connection lost.')).toBeVisible();
    await expect(page.getByRole('application', { name: /flame chart/i })).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByText('Connection lost.')).toHaveCount(0);
    await endsTheSame(page);
  });
});
