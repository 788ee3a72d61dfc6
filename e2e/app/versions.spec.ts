import { expect } from '@playwright/test';
import { firstItem, sidewaysScroll, startWorkflow, test, uploadWorkflow, violations } from './support.ts';

const delay = (id: string, ms: number, ...dependsOn: string[]) => ({ id, type: 'delay', dependsOn, with: { ms } });
const FIRST = [delay('begin', 1), delay('gone', 1, 'begin'), delay('end', 1, 'gone')];
const SECOND = [delay('begin', 5), delay('fresh', 1, 'begin'), delay('end', 1, 'fresh')];

test('versions tell who made them and why, what differs, and are made the newest again', async ({ page, request }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const name = 'kept_versions';
  const id = await uploadWorkflow(request, { name, nodes: FIRST });
  const execution = await startWorkflow(request, id);
  const headers = { 'x-workspace-id': await firstItem(request, '/api/workspaces', 'id') };
  const data = { definition: { name, concurrency: 8, nodes: SECOND }, message: 'A fresh way <b>round</b>' };
  expect((await request.put(`/api/workflows/${id}`, { headers, data })).status()).toBe(200);

  await page.goto(`/workflows/${id}?tab=versions`);
  const list = page.getByRole('region', { name: 'Versions' });
  await expect(list.getByRole('listitem').filter({ hasText: 'Version 2' })).toContainText('A fresh way <b>round</b>');
  await expect(list.getByRole('link', { name: '#1' })).toHaveAttribute('href', `/executions/${execution}`);
  const changes = page.getByRole('list', { name: 'Changes' });
  await expect(changes).toContainText('fresh added');
  await expect(changes).toContainText('gone removed');
  await expect(changes).toContainText('with.ms 1 5');
  await expect(changes).toContainText('concurrency absent 8');
  const graph = page.getByRole('region', { name: 'Graph of the difference' });
  await expect(graph.getByRole('group', { name: 'gone, ' })).toContainText('removed');
  await page.getByText('As text').click();
  await expect(page.getByLabel('Difference as text')).toContainText('+       "id": "fresh"');
  expect(await violations(page)).toEqual([]);
  await graph.scrollIntoViewIfNeeded();
  await expect(graph).toHaveScreenshot('versions-graph.png');

  await page
    .getByRole('region', { name: 'What differs' })
    .getByRole('combobox')
    .first()
    .selectOption({ label: 'version 2' });
  await expect(page.getByText('Nothing differs.')).toBeVisible();
  await expect(page).toHaveURL(/from=2&to=2/);

  await list.getByRole('button', { name: 'Restore version 1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).press('Enter');
  await expect(list.getByRole('heading', { name: 'Version 3' })).toBeVisible();
  await expect(list).toContainText('Version 1 again');
  await list.getByRole('button', { name: 'Run version 2' }).click();
  await expect(page).toHaveURL(/\/executions\//);
});

test('versions fit a phone in the dark', async ({ page, request }) => {
  await page.setViewportSize({ width: 390, height: 900 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  const id = await uploadWorkflow(request, { name: 'one_version', nodes: FIRST });
  await page.goto(`/workflows/${id}?tab=versions`);
  await expect(page.getByText('Nothing differs.')).toBeVisible();
  expect(await sidewaysScroll(page)).toBe(0);
  expect(await violations(page)).toEqual([]);
});
