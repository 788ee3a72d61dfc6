import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { firstItem, test } from './support.ts';

/** Names that would do harm where they were taken for markup, keys, commands or a measure of room. */
const NAMES = [
  '<img src=x onerror="window.hacked=1">',
  '"><script>window.hacked=1</script>',
  '\u202Eevil\u2066 txt.exe\u2069',
  'x'.repeat(10_000),
  '👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301\u0301\u0301',
  'a\u0001b\u0008c\u001Bd',
  '__proto__',
  'constructor',
  '${7*7} {{7*7}} %00 ../../etc/passwd',
  "javascript:window.hacked=1//'; DROP TABLE executions; --",
] as const;

const MS = 1000;

/** A run whose every name is hostile; the second is slower. */
function documentOf(name: string, at: number, factor: number): Record<string, unknown> {
  const nodes = NAMES.map((label, index) => ({
    key: label.slice(0, 200),
    name: label,
    type: index % 2 === 0 ? 'http' : label.slice(0, 60),
    dependsOn: index === 0 ? [] : [NAMES[index - 1]?.slice(0, 200)],
  }));
  const spans = NAMES.flatMap((label, index) => {
    const start = index * 100 * MS * factor;
    const node = label.slice(0, 200);
    const error =
      index === NAMES.length - 1 ? { status: 'failed', metadata: { error: { code: label, message: NAMES[0] } } } : {};
    return [
      {
        id: `${at} ${index}`,
        parent: null,
        kind: 'node',
        name: label,
        node,
        start,
        duration: 90 * MS * factor,
        ...error,
      },
      { id: `${at} ${index} p`, parent: `${at} ${index}`, kind: 'phase', name: label, node, start, duration: 30 * MS },
    ];
  });
  return {
    format: 'flowprof-trace',
    version: 1,
    unit: 'us',
    execution: {
      name,
      workflow: name,
      externalId: `${NAMES[0]} ${at}`,
      status: 'failed',
      startedAt: 1_772_413_200_000_000 + at * 86_400_000_000,
      error: { code: NAMES[8], message: NAMES.join(' ') },
      attributes: { [NAMES[0]]: NAMES[1], constructor: NAMES[3], mode: NAMES[2] },
    },
    nodes,
    spans,
    annotations: [{ span: `${at} 0`, time: 5 * MS, label: NAMES[0], type: 'retry', metadata: { why: NAMES[1] } }],
  };
}

interface Imported {
  readonly workflow: string;
  readonly executions: readonly string[];
}

async function importAll(request: APIRequestContext): Promise<Imported> {
  const workspace = await firstItem(request, '/api/workspaces', 'id');
  const name = `${NAMES[0]}${NAMES[2]}${'y'.repeat(180)}`;
  const executions: string[] = [];
  for (const [at, factor] of [1, 2].entries()) {
    const answer = await request.post(`/api/v1/workspaces/${workspace}/imports`, {
      headers: { 'content-type': 'application/octet-stream' },
      data: Buffer.from(JSON.stringify(documentOf(name, at, factor))),
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    const body: unknown = await answer.json();
    const items: unknown = new Map<string, unknown>(Object.entries(body ?? {})).get('items');
    const first: unknown = Array.isArray(items) ? items[0] : null;
    executions.push(String(new Map<string, unknown>(Object.entries(first ?? {})).get('id')));
  }
  const list = `/api/v1/workspaces/${workspace}/executions?search=${executions[0] ?? ''}`;
  const note = { text: NAMES.slice(0, 3).join(' '), from_ms: 5, to_ms: 50 };
  const notes = `/api/v1/workspaces/${workspace}/executions/${executions[0] ?? ''}/notes`;
  const noted = await request.post(notes, { data: note });
  expect(noted.ok(), await noted.text()).toBe(true);
  return { workflow: await firstItem(request, list, 'workflow_id'), executions };
}

/** Nothing of a name was run, and nothing makes the page wider than the window. */
async function isUnharmed(page: Page, where: string): Promise<void> {
  await expect(page.getByRole('heading').first(), where).toBeVisible();
  await expect(page.locator('[aria-busy="true"], .skeleton'), where).toHaveCount(0, { timeout: 15_000 });
  const state = await page.evaluate(() => ({
    hacked: 'hacked' in window,
    images: document.querySelectorAll('img[src="x"]').length,
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  expect(state, where).toEqual({ hacked: false, images: 0, sideways: 0 });
}

let imported: Imported;

test.beforeAll(async ({ browser, baseURL }) => {
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  imported = await importAll(context.request);
  await context.close();
});

/** Opens each tab of a page in turn. */
async function tabsAreUnharmed(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await isUnharmed(page, path);
  const names = await page.getByRole('tab').allTextContents();
  expect(names.length).toBeGreaterThan(3);
  for (const at of names.keys()) {
    await page.getByRole('tab').nth(at).click();
    await isUnharmed(page, `${path} ${names[at] ?? ''}`);
  }
}

test.describe('names that mean harm stay text, and leave the page its width', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test.beforeEach(({ page }) => {
    page.on('dialog', (dialog) => {
      throw new Error(`a name opened a dialog: ${dialog.message()}`);
    });
  });

  test('in lists and settings', async ({ page }) => {
    await page.goto('/?q=%3Cimg');
    await expect(page.getByRole('link', { name: /<img src=x/ }).first()).toBeVisible();
    for (const path of [
      '/',
      '/?q=%3Cimg%20src%3Dx&status=failed',
      '/?input=__proto__:constructor&external=%3Cimg%3E',
      '/workflows',
      '/projects',
      '/statistics',
      '/alerts',
      '/import',
      '/settings',
    ]) {
      await page.goto(path);
      await isUnharmed(page, path);
    }
  });

  test('in a comparison', async ({ page }) => {
    const [before = '', after = ''] = imported.executions;
    for (const view of ['parts', 'runs', 'flame', 'nodes', 'structure']) {
      const path = `/compare?base=${before}&candidate=${after}&view=${view}`;
      await page.goto(path);
      await isUnharmed(page, path);
    }
  });

  test('in every tab of an execution', ({ page }) => tabsAreUnharmed(page, `/executions/${imported.executions[1]}`));

  test('in every tab of a workflow', ({ page }) => tabsAreUnharmed(page, `/workflows/${imported.workflow}`));

  test.describe('where they stand for an id', () => {
    test.use({ expectFailedRequests: true });

    test('in the address', async ({ page }) => {
      for (const path of [
        '/compare?base=__proto__&candidate=constructor',
        '/executions/__proto__',
        `/workflows/${encodeURIComponent('<img src=x onerror="window.hacked=1">')}`,
      ]) {
        await page.goto(path);
        await isUnharmed(page, path);
      }
    });
  });
});
