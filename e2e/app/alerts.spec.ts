import { expect, type Page } from '@playwright/test';
import { painted, sidewaysScroll, startWorkflow, test, uploadWorkflow, violations } from './support.ts';

/** Fails at its only node. */
const failing = (name: string) => ({
  name,
  nodes: [{ id: 'break', name: 'Break', type: 'fail', with: { message: 'as it should' } }],
});

/** What axe finds in both themes. */
async function violationsOfBoth(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await violations(page, { isOnlyColours: true });
  await page.emulateMedia({ colorScheme: 'light' });
  return [...dark, ...(await violations(page))];
}

/** Creates a rule that any failure of a workflow breaks. */
async function createRule(page: Page, name: string, workflow: string): Promise<void> {
  await page.getByRole('button', { name: /^(?:New rule|Create a rule)$/ }).click();
  const dialog = page.getByRole('dialog', { name: 'New rule' });
  await dialog.getByLabel('Workflow').selectOption({ label: workflow });
  await dialog.getByLabel('Fires when it').selectOption({ label: 'fails too often' });
  await dialog.getByLabel('Percent of failed runs').fill('0');
  await dialog.getByLabel('Of the last runs').fill('1');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Expected a name of up to 200 characters')).toBeVisible();
  await expect(dialog.getByText('Expected no more than the last runs')).toBeVisible();
  expect(await violationsOfBoth(page)).toEqual([]);
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('At least runs').fill('1');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
}

async function deleteRule(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText(name)).toHaveCount(0);
}

test('a rule is made, fires, is acknowledged, and its link opens what happened', async ({ page, request }) => {
  const [workflow, name] = ['alerted', 'Alerted by any failure'];
  const workflowId = await uploadWorkflow(request, failing(workflow));
  await page.goto('/');
  await page.getByRole('link', { name: /^Alerts/ }).click();
  await expect(page.getByRole('heading', { name: 'Alerts', level: 1 })).toBeVisible();
  await createRule(page, name, workflow);
  await expect(page.getByRole('listitem').filter({ hasText: name })).toContainText('OK');
  const execution = await startWorkflow(request, workflowId);
  const firing = page.getByRole('region', { name: 'Firing now' }).getByRole('listitem').filter({ hasText: name });
  await expect(firing).toContainText(`${workflow} #1: the run failed.`);
  await expect(page.getByRole('link', { name: /^Alerts, \d+ fires?$/ })).toBeVisible({ timeout: 15_000 });
  await firing.getByRole('button', { name: `Acknowledge ${name}` }).click();
  await expect(firing).toContainText('acknowledged by');
  expect(await violationsOfBoth(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await sidewaysScroll(page)).toBe(0);
  await page.setViewportSize({ width: 1280, height: 800 });
  await firing.getByRole('link', { name: `Show what happened: ${name}` }).click();
  await expect(page).toHaveURL(new RegExp(`/executions/${execution}`));
  await expect(page.getByRole('heading', { level: 1 })).toContainText(workflow);
  await painted(page);
  await page.goBack();
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  await page.getByRole('dialog').getByLabel('Percent of failed runs').fill('50');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const history = page.getByRole('region', { name: 'History' });
  await expect(history).toContainText(`The rule ${name} of ${workflow} was changed; its alert is over.`);
  await deleteRule(page, name);
});

test('a webhook is added, shows its secret once, and says what came of a test', async ({ page }) => {
  await page.goto('/alerts');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('On call');
  await dialog.getByLabel('Address').fill('ftp://nowhere');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText('Expected an http or https address')).toBeVisible();
  await dialog.getByLabel('Address').fill('http://127.0.0.1:9/hook');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText(/^whsec_/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const channel = page.getByRole('listitem').filter({ hasText: 'On call' });
  await channel.getByRole('button', { name: 'Send a test to On call' }).click();
  await expect(channel).toContainText('address_refused', { timeout: 15_000 });
  expect(await violationsOfBoth(page)).toEqual([]);
  await channel.getByRole('button', { name: 'More for On call' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(channel).toBeHidden();
});
