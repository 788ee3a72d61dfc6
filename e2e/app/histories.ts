import { expect, type APIRequestContext } from '@playwright/test';
import { firstItem } from './support.ts';

/** When the first run of an imported history starts: always the same, so that pictures do not change by themselves. */
const FIRST = Date.UTC(2024, 4, 6, 8, 0, 0) * 1000;
const HOUR = 3_600_000_000;

/** A run of `fetch`, then `charge` and `mail` beside each other, then `close`; milliseconds. */
export interface MadeRun {
  readonly fetch: number;
  readonly charge: number;
  readonly mail: number;
  readonly close: number;
  readonly status?: 'completed' | 'failed' | 'timeout' | 'cancelled';
  readonly input?: Readonly<Record<string, unknown>>;
}

const NAMES: Readonly<Record<string, string>> = {
  fetch: 'Fetch the order',
  charge: 'Charge the card',
  mail: 'Send the mail',
  close: 'Close the order',
};
const DEPENDS: Readonly<Record<string, readonly string[]>> = {
  fetch: [],
  charge: ['fetch'],
  mail: ['fetch'],
  close: ['charge', 'mail'],
};

/** A run as a document of flowprof's own JSON. */
function documentOf(workflow: string, run: MadeRun, number: number): unknown {
  const { fetch, charge, mail, close, status = 'completed', input = {} } = run;
  const joined = fetch + Math.max(charge, mail);
  const startedAt = FIRST + number * HOUR;
  const times = [
    ['fetch', 0, fetch],
    ['charge', fetch, charge],
    ['mail', fetch, mail],
    ['close', joined, close],
  ] as const;
  const ran = status === 'completed' ? times : times.slice(0, 3);
  return {
    format: 'flowprof-trace',
    version: 1,
    unit: 'us',
    execution: {
      externalId: `${workflow}-${number}`,
      name: `${workflow} ${number}`,
      workflow,
      status,
      startedAt,
      endedAt: startedAt + (status === 'completed' ? joined + close : joined) * 1000,
      attributes: input,
      error: status === 'failed' ? { code: 'refused', message: 'The card was refused', nodeKey: 'charge' } : null,
    },
    nodes: ran.map(([key]) => ({
      key,
      name: NAMES[key],
      type: key === 'mail' ? 'mail' : 'http',
      dependsOn: DEPENDS[key],
      status: key === 'charge' && status !== 'completed' ? status : 'completed',
    })),
    spans: ran.map(([key, start, ms], at) => ({
      id: String(at + 1),
      parent: null,
      kind: 'node',
      name: NAMES[key],
      node: key,
      start: start * 1000,
      duration: ms * 1000,
      status: key === 'charge' && status !== 'completed' ? status : 'completed',
    })),
  };
}

/** Runs with a little noise that is always the same: twenty at one level, then as many as wanted where the card takes longer. */
export function steppedRuns(slower = 20): MadeRun[] {
  return Array.from({ length: 20 + slower }, (_, at) => ({
    fetch: 180 + ((at * 7) % 13),
    charge: (at < 20 ? 420 : 640) + ((at * 11) % 23),
    mail: 120 + ((at * 5) % 17),
    close: 60 + ((at * 3) % 7),
    ...(at === 8 && { status: 'failed' as const }),
    ...(at === 14 && { charge: 1400 }),
    input: { region: at < 20 || at % 4 === 0 ? 'eu' : 'us', mode: at === 14 || at >= 20 ? 'full' : 'quick' },
  }));
}

/**
 * Imports runs as one file, an hour apart; gives the id of the workflow that they make.
 * @param slug the workspace; the first one when absent
 */
export async function importRuns(
  request: APIRequestContext,
  workflow: string,
  runs: readonly MadeRun[],
  slug?: string,
): Promise<string> {
  const workspace = slug ?? (await firstItem(request, '/api/workspaces', 'slug'));
  const data = JSON.stringify(runs.map((run, at) => documentOf(workflow, run, at + 1)));
  const answer = await request.post(`/api/v1/workspaces/${workspace}/imports?format=json`, {
    headers: { 'content-type': 'application/octet-stream' },
    data: Buffer.from(data),
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return firstItem(request, `/api/workflows?search=${encodeURIComponent(workflow)}&limit=1`, 'id', {
    'x-workspace-slug': workspace,
  });
}
