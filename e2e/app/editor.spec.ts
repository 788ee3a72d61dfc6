import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test';
import { firstItem, looksAs, sidewaysScroll, test, uploadWorkflow, violations } from './support.ts';

const delay = (id: string, ...dependsOn: string[]) => ({ id, type: 'delay', dependsOn, with: { ms: 1 } });

/** A workflow with a group and a switch. */
const definition = (name: string) => ({
  name,
  nodes: [
    delay('load'),
    { id: 'all', type: 'group', dependsOn: ['load'], nodes: [delay('first'), delay('second', 'first')] },
    {
      id: 'choose',
      type: 'switch',
      dependsOn: ['all'],
      with: { cases: [{ name: 'yes', when: 'true' }], default: 'no' },
    },
    delay('end', 'choose.yes'),
  ],
});

/** Opens the editor of a workflow that is made for it. */
async function openEditor(page: Page, request: APIRequestContext, name: string): Promise<string> {
  const id = await uploadWorkflow(request, definition(name));
  await page.goto(`/workflows/${id}?tab=editor`);
  await expect(card(page, 'load')).toBeVisible();
  return id;
}

/** A node of the graph. */
function card(page: Page, id: string): Locator {
  return page.getByRole('region', { name: 'Graph of the workflow' }).getByRole('group', { name: `${id}, ` });
}

async function newestDefinition(request: APIRequestContext, id: string): Promise<Record<string, unknown>> {
  const headers = { 'x-workspace-id': await firstItem(request, '/api/workspaces', 'id') };
  const answer: unknown = await (await request.get(`/api/workflows/${id}`, { headers })).json();
  const fields = new Map<string, unknown>(Object.entries(answer ?? {}));
  return { version: fields.get('version'), definition: fields.get('definition') };
}

async function save(page: Page, message = ''): Promise<void> {
  await page.getByRole('toolbar', { name: 'Editor' }).getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Save a new version' });
  if (message !== '') await dialog.getByLabel('What has changed').fill(message);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog).toBeHidden();
}

/** Adds a node of a type by the palette, with the keyboard. */
async function addNode(page: Page, type: string): Promise<void> {
  await page.getByRole('button', { name: 'Add node' }).press('Enter');
  await page.getByRole('searchbox', { name: 'Search node types' }).fill(type);
  await expect(page.getByRole('menuitem')).toHaveCount(1);
  await page.keyboard.press('Enter');
}

test('a workflow is made from nothing by keyboard alone, saved, and run', async ({ page, request }) => {
  await page.goto('/workflows/new');
  await expect(page.getByText('No nodes yet.')).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('made_by_hand');
  await addNode(page, 'delay');
  const panel = page.getByRole('region', { name: 'Node delay' });
  await panel.getByLabel('ms (needed)').fill('20');
  await panel.getByLabel('Id', { exact: true }).fill('first');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Node first' })).toBeVisible();
  await addNode(page, 'transform');
  const second = page.getByRole('region', { name: 'Node transform' });
  await expect(second.getByRole('list', { name: 'Waits for' })).toContainText('first');
  await second.getByLabel('value (needed)').fill('${nodes.first.output.ms}');
  await expect(page.getByText('No problems')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Control+s');
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).press('Enter');
  await expect(page).toHaveURL(/\/workflows\/[0-9a-f-]{36}\?.*tab=editor/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('made_by_hand');
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  expect(await newestDefinition(request, id)).toEqual({
    version: 1,
    definition: {
      name: 'made_by_hand',
      nodes: [
        { id: 'first', type: 'delay', with: { ms: 20 } },
        { id: 'transform', type: 'transform', dependsOn: ['first'], with: { value: '${nodes.first.output.ms}' } },
      ],
    },
  });
  await page.getByRole('button', { name: 'Run', exact: true }).press('Enter');
  await expect(page).toHaveURL(/\/executions\//);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('made_by_hand');
});

test('a renamed node is renamed wherever it is named, and undo gives it back', async ({ page, request }) => {
  const id = await openEditor(page, request, 'renamed_nodes');
  await card(page, 'choose').click();
  const name = page.getByLabel('Id', { exact: true });
  await name.fill('load');
  await expect(page.getByText('"load" has this id already.')).toBeVisible();
  await name.fill('decide');
  await name.press('Enter');
  await page.getByRole('radio', { name: 'JSON' }).click();
  const text = page.getByLabel('The file as text');
  await expect(text).toHaveValue(/"decide\.yes"/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(text).toHaveValue(/"choose\.yes"/);
  await page.getByRole('button', { name: 'Redo' }).click();
  await save(page, 'It decides.');
  expect(await newestDefinition(request, id)).toMatchObject({
    version: 2,
    definition: { nodes: [{}, {}, { id: 'decide' }, { dependsOn: ['decide.yes'] }] },
  });
});

test('nodes are connected by drag, and what cannot be is said', async ({ page, request }) => {
  await openEditor(page, request, 'dragged_edges');
  const drag = async (from: string, to: string) => {
    await card(page, from)
      .locator('.react-flow__handle-right')
      .last()
      .dragTo(card(page, to).locator('.react-flow__handle-left').first());
  };
  // At the edge of the frame a drag pans it: all of the graph is in view first.
  await page.getByRole('button', { name: 'Fit View' }).click();
  await drag('load', 'end');
  await card(page, 'end').click();
  const waits = page.getByRole('list', { name: 'Waits for' });
  await expect(waits).toContainText('load');
  await waits.getByRole('button', { name: 'Do not wait for load' }).click();
  await expect(waits).not.toContainText('load');
  await card(page, 'end').press('Delete');
  await expect(card(page, 'end')).toHaveCount(0);
});

test('a broken file is told where it is wrong, is not saved, and is repaired', async ({ page, request }) => {
  const id = await openEditor(page, request, 'broken_file');
  await card(page, 'end').click();
  await page.getByText('Condition', { exact: true }).click();
  await page.getByLabel('Runs only when').fill('nodes.nowhere.output ==');
  const problems = page.getByRole('region', { name: 'Problems' });
  await expect(problems).toContainText('expression:');
  await expect(page.getByLabel('Runs only when')).toHaveAttribute('aria-invalid', 'true');
  await page.keyboard.press('Control+s');
  await expect(page.getByRole('dialog', { name: 'It cannot be saved yet' })).toContainText('expression:');
  await page.getByRole('button', { name: 'Back to the editor' }).click();
  await page.getByLabel('Runs only when').fill('true');
  await expect(page.getByText('No problems')).toBeVisible();
  await page.getByRole('radio', { name: 'JSON' }).click();
  const text = page.getByLabel('The file as text');
  const good = await text.inputValue();
  await text.fill(good.replace('"nodes": [', '"nodes": [,'));
  await expect(page.getByRole('alert')).toContainText('a value is expected here');
  await expect(page.getByRole('button', { name: 'Add node' })).toBeDisabled();
  expect(await violations(page)).toEqual([]);
  await text.fill(good.replace('"choose.yes"', '"choose.maybe"'));
  await problems.getByRole('button', { name: /^end/ }).click();
  await expect
    .poll(() =>
      text.evaluate(
        (area) => area instanceof HTMLTextAreaElement && area.value.slice(area.selectionStart, area.selectionEnd),
      ),
    )
    .toContain('choose.maybe');
  expect(await newestDefinition(request, id)).toMatchObject({ version: 1 });
});

test('nothing is lost on reload, leaving asks, and what another saved meanwhile is told', async ({ page, request }) => {
  const id = await openEditor(page, request, 'kept_draft');
  await card(page, 'end').click();
  await page.getByLabel('Name', { exact: true }).fill('The end');
  await expect(card(page, 'The end')).toBeVisible();
  await page.getByRole('link', { name: 'Executions' }).click();
  const leaving = page.getByRole('dialog', { name: 'Leave without saving?' });
  await leaving.getByRole('button', { name: 'Stay' }).click();
  await expect(page).toHaveURL(new RegExp(id));
  await page.getByRole('link', { name: 'Executions' }).click();
  await leaving.getByRole('button', { name: 'Leave' }).click();
  await expect(page).toHaveURL(/\/$/);

  const headers = { 'x-workspace-id': await firstItem(request, '/api/workspaces', 'id') };
  const theirs = { ...definition('kept_draft'), description: 'Theirs.' };
  await request.put(`/api/workflows/${id}`, { headers, data: { definition: theirs } });
  await page.goto(`/workflows/${id}?tab=editor`);
  await page.getByRole('dialog', { name: 'There are unsaved changes' }).getByRole('button', { name: 'Go on' }).click();
  await expect(card(page, 'The end')).toBeVisible();
  const conflict = page.getByRole('alert').filter({ hasText: 'Somebody else saved version 2 meanwhile.' });
  await conflict.getByRole('button', { name: 'Keep mine' }).click();
  await save(page);
  expect(await newestDefinition(request, id)).toMatchObject({
    version: 3,
    definition: { nodes: [{}, {}, {}, { name: 'The end' }] },
  });
  await page.reload();
  await expect(card(page, 'The end')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test("the browser's back asks too, and goes nowhere before it is answered", async ({ page, request }) => {
  const id = await uploadWorkflow(request, definition('left_by_back'));
  await page.goto('/workflows?search=left_by_back');
  await page.locator(`main a[href="/workflows/${id}"]`).first().click();
  await page.getByRole('tab', { name: 'Editor' }).click();
  await card(page, 'end').click();
  await page.getByLabel('Name', { exact: true }).fill('The end');
  await expect(card(page, 'The end')).toBeVisible();
  const here = page.url();
  const leaving = page.getByRole('dialog', { name: 'Leave without saving?' });
  await page.evaluate(() => history.go(-2));
  await leaving.getByRole('button', { name: 'Stay' }).click();
  await expect(leaving).toHaveCount(0);
  expect(page.url()).toBe(here);
  await expect(card(page, 'The end')).toBeVisible();
  await page.evaluate(() => history.go(-2));
  await leaving.getByRole('button', { name: 'Leave' }).click();
  await expect(page).toHaveURL(/\/workflows\?search=left_by_back$/);
});

test('a hostile name stays text', async ({ page, request }) => {
  const name = '<img src=x onerror=alert(1)> \u202e${x}';
  const id = await uploadWorkflow(request, {
    name: 'hostile_names',
    nodes: [{ id: 'a', name, type: 'delay', with: { ms: 1 } }],
  });
  await page.goto(`/workflows/${id}?tab=editor&node=a`);
  await expect(page.getByRole('heading', { level: 2 }).filter({ hasText: '<img src=x' })).toBeVisible();
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
});

for (const [colorScheme, width] of [
  ['light', 1280],
  ['dark', 390],
] as const) {
  test(`the editor looks as it should, ${colorScheme} and ${width} wide`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const id = await uploadWorkflow(request, definition(`looks_${colorScheme}`));
    await page.goto(`/workflows/${id}?tab=editor&node=end`);
    await expect(page.getByRole('region', { name: 'Node end' })).toBeVisible();
    await expect(page.getByText('No problems')).toBeVisible();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await looksAs(page, `editor-${colorScheme}-${width}`, [page.getByRole('banner'), page.getByRole('tablist')]);
  });
}

test('where the browser forbids to store anything, pages open and a workflow is edited all the same', async ({
  page,
  request,
}) => {
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    }
  });
  const id = await openEditor(page, request, 'nothing_is_stored');
  await addNode(page, 'transform');
  await page.getByRole('region', { name: 'Node transform' }).getByLabel('value (needed)').fill('1');
  await save(page);
  expect(await newestDefinition(request, id)).toMatchObject({ version: 2 });
});

test('a tab in which nothing was changed leaves the draft of another tab alone', async ({ page, context, request }) => {
  const id = await openEditor(page, request, 'two_tabs_one_draft');
  const other = await context.newPage();
  await other.goto(`/workflows/${id}?tab=editor`);
  await expect(card(other, 'load')).toBeVisible();
  await addNode(page, 'transform');
  const draft = () => page.evaluate((key) => localStorage.getItem(key), `flowprof.draft.${id}`);
  await expect.poll(draft).toContain('transform');
  await other.goto('/workflows');
  expect(await draft()).toContain('transform');
});

test('what was saved as a new workflow is not offered as unsaved when the next one is begun', async ({ page }) => {
  await page.goto('/workflows/new');
  await page.getByLabel('Name', { exact: true }).fill('saved_and_done');
  await addNode(page, 'transform');
  await page.getByRole('region', { name: 'Node transform' }).getByLabel('value (needed)').fill('1');
  await expect.poll(() => page.evaluate(() => localStorage.getItem('flowprof.draft.new'))).toContain('transform');
  await page.getByRole('toolbar', { name: 'Editor' }).getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(/tab=editor/);
  expect(await page.evaluate(() => localStorage.getItem('flowprof.draft.new'))).toBeNull();
});
