import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { looksAs, test, violations } from './support.ts';

const FLOWPROF = join(import.meta.dirname, '../../packages/server/bin/flowprof.js');

interface OwnServer {
  readonly url: string;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
}

const ownEnvironment = (dataDir: string) => ({
  ...process.env,
  FLOWPROF_DATA_DIR: dataDir,
  DATABASE_URL: '',
  FLOWPROF_URL: '',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
});

/** A server of its own: keys and settings of the others' must stay as they are. */
async function startServer(prepare: (dataDir: string) => void): Promise<OwnServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'flowprof-e2e-settings-'));
  prepare(dataDir);
  const server: ChildProcess = spawn(process.execPath, [FLOWPROF, 'start', '--port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: ownEnvironment(dataDir),
  });
  const { stdout } = server;
  if (stdout === null) throw new Error('the server has no output');
  const url = await new Promise<string>((resolve) => {
    createInterface(stdout).on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const stop = async (): Promise<void> => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url, dataDir, stop };
}

function makeKey(dataDir: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, [FLOWPROF, 'keys', 'create', '--workspace', 'shop', ...args], {
    env: ownEnvironment(dataDir),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** Opens a page of the settings as whoever has a key. */
async function open(page: Page, url: string, section: string, key?: string): Promise<void> {
  if (key !== undefined) {
    await page.addInitScript((text) => {
      if (location.protocol !== 'about:' && sessionStorage.getItem('signed in') === null) {
        sessionStorage.setItem('flowprof.credential', text);
        sessionStorage.setItem('signed in', 'once');
      }
    }, key);
  }
  await page.goto(`${url}/settings/${section}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

async function statusOfMe(request: APIRequestContext, url: string, key?: string): Promise<number> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return (await request.get(`${url}/api/me`, { headers })).status();
}

test.use({ expectFailedRequests: true });

test.describe('where the server asks for keys', () => {
  let server: OwnServer;
  let keys: { readonly admin: string; readonly viewer: string };

  /** Makes a key by the API; gives its text. */
  async function newKey(request: APIRequestContext, data: object, by: string): Promise<string> {
    const headers = { authorization: `Bearer ${by}` };
    const answer = await request.post(`${server.url}/api/v1/workspaces/shop/keys`, { headers, data });
    const made: unknown = await answer.json();
    if (typeof made !== 'object' || made === null || !('key' in made)) throw new Error('no key was made');
    return String(made.key);
  }

  test.beforeAll(async ({ request }) => {
    // a database is made first, which takes its time where the machine has other things to do
    test.setTimeout(180_000);
    let admin = '';
    server = await startServer((dataDir) => {
      admin = makeKey(dataDir, '--create-workspace', '--name', 'Ann', '--scopes', 'admin');
    });
    keys = { admin, viewer: await newKey(request, { name: 'A reader', scopes: ['read'] }, admin) };
  });
  test.afterAll(() => server.stop());

  test('a key is made, told once, counts, and is revoked', async ({ page, request }) => {
    await open(page, server.url, 'keys', keys.admin);
    await expect(page.getByRole('row', { name: /^Ann/ })).toContainText('yours');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await expect(page.getByRole('alert')).toHaveText('Expected a name');
    await page.getByLabel('Name').fill('pipeline');
    await page.getByRole('radio', { name: /^editor/ }).check();
    await page.getByLabel('Counts for').selectOption('30 days');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const told = page.getByRole('dialog', { name: 'The key pipeline' });
    const text = await told.getByLabel('API key').inputValue();
    expect(text).toMatch(/^fp_/);
    expect(await violations(page)).toEqual([]);
    await told.getByRole('button', { name: 'I have it' }).click();
    expect(await page.content()).not.toContain(text);
    const row = page.getByRole('row', { name: /^pipeline/ });
    await expect(row).toContainText('editor');
    await expect(row).toContainText('never');
    expect(await statusOfMe(request, server.url, text)).toBe(200);
    await row.getByRole('button', { name: 'Revoke pipeline' }).click();
    await expect(page.getByRole('dialog')).toContainText('It cannot be taken back.');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(row).toContainText('Revoked');
    expect(await statusOfMe(request, server.url, text)).toBe(401);
  });

  test('whoever revokes their own key is told before, and asked for another one after', async ({ page, request }) => {
    const key = await newKey(request, { name: 'my own', scopes: ['admin'] }, keys.admin);
    await open(page, server.url, 'keys', key);
    await page.getByRole('button', { name: 'Revoke my own' }).click();
    await expect(page.getByRole('dialog')).toContainText('You are signed in with this key');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByText('Your key does not count any more')).toBeVisible({ timeout: 20_000 });
  });

  test('a reader sees what is theirs to see, is told who may change it, and is offered nothing', async ({ page }) => {
    for (const [section, told] of [
      ['keys', 'Only admins of the workspace see and make keys.'],
      ['retention', 'Only admins of the workspace change what is kept.'],
      ['prices', 'There is no price list'],
      ['workspace', 'Only admins of the workspace rename or delete it.'],
      ['audit', 'Only admins of the workspace see the log.'],
      ['members', 'Your own role here is viewer'],
      ['connections', 'an admin makes one'],
    ] as const) {
      await open(page, server.url, section, keys.viewer);
      await expect(page.getByRole('main')).toContainText(told);
      for (const name of ['Save', 'New key', 'Add a member', 'Delete the workspace', 'Remove']) {
        await expect(page.getByRole('main').getByRole('button', { name }), `${section}: ${name}`).toHaveCount(0);
      }
    }
  });

  test('members are added, given another role and removed; one admin has to stay', async ({ page }) => {
    await open(page, server.url, 'members', keys.admin);
    await expect(page.getByText('No members')).toBeVisible();
    for (const [subject, role] of [
      ['u-1', 'admin'],
      ['u-2', 'viewer'],
    ] as const) {
      await page.getByRole('button', { name: 'Add a member' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Subject').fill(subject);
      await dialog.getByLabel('Issuer').fill('https://id.example.org');
      await dialog.getByLabel('Name').fill(`<b>${subject}</b>`);
      await dialog.getByLabel('Role').selectOption(role);
      await dialog.getByRole('button', { name: 'Add' }).click();
      await expect(dialog).toHaveCount(0);
    }
    await page.getByLabel('Role of <b>u-2</b>').selectOption('editor');
    await expect(page.getByLabel('Role of <b>u-2</b>')).toHaveValue('editor');
    await page.getByLabel('Role of <b>u-1</b>').selectOption('viewer');
    await expect(page.getByRole('alert')).toContainText('There has to be one admin among the members');
    await expect(page.getByLabel('Role of <b>u-1</b>')).toHaveValue('admin');
    await page.getByRole('button', { name: 'Remove <b>u-2</b>' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByLabel('Role of <b>u-2</b>')).toHaveCount(0);
    await page.getByRole('button', { name: 'Add a member' }).click();
    await page.getByLabel('Subject').fill('u-3');
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('They were not added');
  });

  test('retention says what it removes, asks before it removes more, and keeps what was set', async ({ page }) => {
    await open(page, server.url, 'retention', keys.admin);
    const days = page.getByRole('group', { name: 'Rows' }).getByLabel('For so many days');
    await days.fill('a week');
    await expect(page.getByRole('alert')).toContainText('Expected whole days');
    await days.fill('7');
    await page.getByRole('group', { name: 'Executions' }).getByLabel('And so much').fill('2.5');
    await expect(page.getByRole('region', { name: 'What this does' })).toContainText('Of traces, 2.5 GB are kept');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toContainText('stored more than 7 days ago');
    await page.getByRole('dialog').getByRole('button', { name: 'Save and remove' }).click();
    await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
    await page.reload();
    await expect(days).toHaveValue('7');
    await expect(page.getByRole('group', { name: 'Executions' }).getByLabel('And so much')).toHaveValue('2.5');
  });

  test('a price list is checked, kept and removed', async ({ page, request }) => {
    await open(page, server.url, 'prices', keys.admin);
    await page.getByRole('textbox', { name: 'Node type' }).fill('http');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Expected at least one price')).toBeVisible();
    await page.getByRole('group', { name: 'Run time, by' }).getByLabel('An attempt').fill('0,0002');
    await page.getByRole('textbox', { name: 'Model' }).fill('small-*');
    await page.getByRole('textbox', { name: 'Input', exact: true }).fill('0.5');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    const headers = { authorization: `Bearer ${keys.admin}` };
    const kept: unknown = await (await request.get(`${server.url}/api/v1/workspaces/shop/prices`, { headers })).json();
    expect(kept).toMatchObject({
      prices: {
        currency: 'EUR',
        node_types: { http: { per_run: 0.0002 } },
        models: { 'small-*': { input_per_million: 0.5 } },
      },
    });
    await page.getByRole('button', { name: 'Remove the price list' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByRole('textbox', { name: 'Node type' })).toHaveValue('');
  });

  test('the log tells who did what, and the address holds what is looked for', async ({ page, request }) => {
    const url = `${server.url}/api/v1/workspaces/shop/members`;
    await request.post(url, {
      headers: { authorization: `Bearer ${keys.viewer}` },
      data: { subject: 'x', role: 'admin' },
    });
    await open(page, server.url, 'audit', keys.admin);
    const refused = page.getByRole('row').filter({ hasText: 'Add member' }).filter({ hasText: 'Refused' }).first();
    await expect(refused).toContainText('A reader');
    await refused.getByRole('button', { name: 'A reader' }).click();
    await expect(page).toHaveURL(/actor=/);
    await expect(page.getByRole('row').filter({ hasText: 'Ann' })).toHaveCount(0);
    await page.getByLabel('Who').selectOption('Members');
    await expect(page.getByText('Nothing of that kind')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Who')).toHaveValue('user');
  });

  test('what is a matter of the eye and the hand is kept in the browser', async ({ page }) => {
    await open(page, server.url, 'appearance', keys.viewer);
    await page.getByRole('radio', { name: 'Dark', exact: true }).check();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.getByRole('radio', { name: 'Zooms at the pointer' }).check();
    await page.reload();
    await expect(page.getByRole('radio', { name: 'Dark', exact: true })).toBeChecked();
    await expect(page.getByRole('radio', { name: 'Zooms at the pointer' })).toBeChecked();
  });

  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    test(`axe finds nothing and nothing scrolls sideways, in ${colorScheme} at ${width} pixels`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      for (const section of [
        'workspace',
        'members',
        'keys',
        'connections',
        'retention',
        'prices',
        'audit',
        'appearance',
      ]) {
        await open(page, server.url, section, keys.admin);
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        expect(await violations(page), section).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), section).toBe(width);
      }
    });
  }

  test('says where traces are sent, with the server’s own address', async ({ page }) => {
    await open(page, server.url, 'connections', keys.admin);
    const snippet = page.getByRole('region', { name: 'Environment of an OpenTelemetry exporter' });
    await expect(snippet).toContainText(`OTEL_EXPORTER_OTLP_ENDPOINT=${server.url}`);
    await expect(snippet).toContainText('authorization=Bearer%20fp_');
    await expect(page.getByText('No Temporal server is connected')).toBeVisible();
    await page.getByText('See every attempt to the millisecond').click();
    await expect(page.getByRole('region', { name: 'Environment of a Temporal worker' })).toContainText(
      `FLOWPROF_URL=${server.url}`,
    );
    await page.getByRole('link', { name: 'make one' }).click();
    await expect(page.getByRole('heading', { name: 'API keys', level: 1 })).toBeVisible();
  });
});

test.describe('where nobody is asked', () => {
  let server: OwnServer;
  test.beforeEach(async ({ request }) => {
    test.setTimeout(180_000);
    server = await startServer(() => undefined);
    for (const [slug, name] of [
      ['first', 'First'],
      ['second', 'Second'],
    ]) {
      expect((await request.post(`${server.url}/api/workspaces`, { data: { slug, name } })).status()).toBe(201);
    }
  });
  test.afterEach(() => server.stop());

  test('the first key is warned of, and whoever makes it stays inside', async ({ page, request }) => {
    await open(page, server.url, 'keys?workspace=first');
    await expect(page.getByText('This server asks nobody who they are')).toBeVisible();
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('This changes who gets in.');
    await expect(dialog).not.toContainText('Nobody could make further keys');
    await dialog.getByRole('radio', { name: /^viewer/ }).check();
    await expect(dialog).toContainText('Nobody could make further keys here with the role viewer');
    await dialog.getByRole('radio', { name: /^admin/ }).check();
    await dialog.getByLabel('Name').fill('owner');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Make the first key' }).click();
    const told = page.getByRole('dialog', { name: 'The key owner' });
    const text = await told.getByLabel('API key').inputValue();
    expect(await statusOfMe(request, server.url)).toBe(401);
    expect(await statusOfMe(request, server.url, text)).toBe(200);
    // The page has asked for everything anew meanwhile, and the text that is told only once is still there.
    await expect(page.getByRole('banner')).toContainText('owner');
    await expect(told).toContainText('The server asks everyone for a key from now on.');
    await told.getByRole('button', { name: 'I have it' }).click();
    await expect(page.getByRole('row', { name: /^owner/ })).toContainText('yours');
    await page.reload();
    await expect(page.getByRole('row', { name: /^owner/ })).toBeVisible();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });

  test('a workspace is renamed, and deleted only when it is named once more', async ({ page, request }) => {
    await open(page, server.url, 'workspace?workspace=second');
    await page.getByLabel('Name').fill('The night shift');
    await page.getByLabel('Slug').fill('first');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('alert')).toContainText('There is one of that name already.');
    await page.getByLabel('Slug').fill('night');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('banner')).toContainText('The night shift');
    await page.getByRole('button', { name: 'Delete the workspace' }).click();
    const remove = page.getByRole('dialog').getByRole('button', { name: 'Delete for good' });
    await expect(remove).toBeDisabled();
    await page.getByLabel('Type night to delete it').fill('night');
    await remove.click();
    await expect(page.getByRole('banner')).toContainText('First');
    await expect(page.getByRole('banner')).not.toContainText('The night shift');
    await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible();
    expect((await request.get(`${server.url}/api/v1/workspaces/night`)).status()).toBe(404);
  });

  test('looks well', async ({ page }) => {
    await open(page, server.url, 'retention?workspace=first');
    await expect(page.getByRole('button', { name: 'Save' })).toBeVisible();
    // what other pages there are is not these pictures' business
    const masked = [page.getByRole('banner')];
    await looksAs(page, 'settings-retention-light', masked);
    await page.emulateMedia({ colorScheme: 'dark' });
    await open(page, server.url, 'prices?workspace=first');
    await expect(page.getByRole('button', { name: 'Save' })).toBeVisible();
    await looksAs(page, 'settings-prices-dark', masked);
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, server.url, 'keys?workspace=first');
    await page.getByRole('button', { name: 'New key' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await looksAs(page, 'settings-first-key-dark-390', [page.locator('.topbar')]);
  });
});
