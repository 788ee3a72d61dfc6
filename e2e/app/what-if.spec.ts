import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { importRuns, steppedRuns } from './histories.ts';
import { looksAs, sidewaysScroll, startWorkflow, test, uploadWorkflow, violations } from './support.ts';

const delay = (id: string, ms: number, ...dependsOn: string[]) => ({ id, type: 'delay', dependsOn, with: { ms } });

/** Two ways of 100 and 300 ms between a begin and an end. */
const definition = (name: string) => ({
  name,
  nodes: [
    delay('begin', 20),
    delay('short', 100, 'begin'),
    delay('long', 300, 'begin'),
    delay('end', 20, 'short', 'long'),
  ],
});

/** A workflow that has run once; its id. */
async function ranWorkflow(page: Page, request: APIRequestContext, name: string): Promise<string> {
  const id = await uploadWorkflow(request, definition(name));
  const execution = await startWorkflow(request, id);
  await page.goto(`/executions/${execution}`);
  await expect(page.getByText('Completed').first()).toBeVisible({ timeout: 20_000 });
  return id;
}

test('changes are added one by one, and the link opens the same prediction', async ({ page, request }) => {
  const id = await ranWorkflow(page, request, 'predicted');
  await page.goto(`/workflows/${id}?tab=what-if`);
  await expect(page.getByText('As long as it was.')).toBeVisible();
  await page.getByRole('button', { name: 'Add: long 2x faster' }).press('Enter');
  const changes = page.getByRole('list', { name: 'Changes' });
  await expect(changes).toContainText('long 2x faster');
  await expect(page.getByText(/^▼ .* \(.*\) shorter$/)).toBeVisible();
  const form = page.getByRole('form', { name: 'Add a change' });
  await form.getByLabel('What is different').selectOption({ label: 'does not wait for another' });
  await form.getByLabel('Which nodes').selectOption('node:long');
  await form.getByLabel('On', { exact: true }).selectOption('begin');
  await form.getByRole('button', { name: 'Add' }).press('Enter');
  await expect(changes.getByRole('listitem')).toHaveCount(2);
  await page.getByLabel('Over the last').selectOption({ label: '5 runs' });
  await expect(page.getByText('Over 1 runs')).toBeVisible();
  for (const title of ['Observed', 'Predicted']) {
    await expect(page.getByRole('application', { name: `Flame chart, ${title.toLowerCase()}` })).toBeVisible();
    await expect(page.getByRole('region', { name: title, exact: true })).toContainText('long');
  }
  expect(await violations(page)).toEqual([]);
  const said = await page.getByText(/ shorter$/).textContent();
  await page.goto(page.url());
  await expect(changes.getByRole('listitem')).toHaveCount(2);
  await expect(page.getByText(said ?? 'nothing')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export the prediction' }).click();
  expect((await download).suggestedFilename()).toBe('predicted.json');
  await changes.getByRole('button', { name: 'Remove: long 2x faster' }).click();
  await expect(changes.getByRole('listitem')).toHaveCount(1);
});

test('an edit of the workflow is predicted before it is saved', async ({ page, request }) => {
  const id = await ranWorkflow(page, request, 'edited_and_predicted');
  await page.goto(`/workflows/${id}?tab=editor&node=long`);
  await page.getByRole('region', { name: 'Node long' }).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'Predict' }).click();
  await expect(page.getByRole('list', { name: 'Changes' })).toContainText('without long');
  await expect(page.getByText(/ shorter$/)).toBeVisible();
  await page.getByRole('tab', { name: 'Editor' }).click();
  await expect(page.getByText('Not saved')).toBeVisible();
});

test.describe('what cannot be', () => {
  test.use({ expectFailedRequests: true });

  test('predicted is said, and stays in the list to be taken out', async ({ page, request }) => {
    const id = await ranWorkflow(page, request, 'impossible_change');
    const changes = JSON.stringify([{ kind: 'remove', node: 'logn' }]);
    await page.goto(`/workflows/${id}?tab=what-if&changes=${encodeURIComponent(changes)}`);
    await expect(page.getByRole('alert')).toContainText(
      'It cannot be predicted: The execution has no node of this key.',
    );
    await page.getByRole('button', { name: 'Remove: without logn' }).click();
    await expect(page.getByText('As long as it was.')).toBeVisible();
  });
});

test('a workflow that never ran says so', async ({ page, request }) => {
  const id = await uploadWorkflow(request, definition('never_ran'));
  await page.goto(`/workflows/${id}?tab=what-if`);
  await expect(page.getByRole('heading', { name: 'No executions yet' })).toBeVisible();
});

for (const [colorScheme, width] of [
  ['light', 1280],
  ['dark', 390],
] as const) {
  test(`looks as it did, ${colorScheme} and ${width} wide`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 1100 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const id = await importRuns(request, `what_if_${colorScheme}`, steppedRuns().slice(0, 5));
    const changes = JSON.stringify([{ kind: 'duration', node: 'charge', duration_ms: 150 }]);
    await page.goto(`/workflows/${id}?tab=what-if&changes=${encodeURIComponent(changes)}`);
    await expect(page.getByRole('region', { name: 'Predicted', exact: true })).toBeVisible();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await looksAs(page, `what-if-${colorScheme}-${width}`, [page.getByRole('banner')]);
  });
}
