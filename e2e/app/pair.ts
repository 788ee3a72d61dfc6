import { expect, type APIRequestContext } from '@playwright/test';
import { firstItem } from './support.ts';

const MS = 1000;
const START = 1_772_413_200_000_000;
const DAY = 86_400_000_000;

interface Times {
  readonly name: string;
  /** How many nights after the first. */
  readonly night: number;
  readonly load: number;
  /** A failed attempt and the wait after it, in milliseconds; 0 for none. */
  readonly failed: number;
  readonly backoff: number;
  readonly queue: number;
  readonly extra: boolean;
}

/** A night's run in flowprof JSON: `extract`, then `load`, then `merge` that waits in a queue. Times are milliseconds. */
function nightOf({ name, night, load, failed, backoff, queue, extra }: Times): Record<string, unknown> {
  const nodes = [
    { key: 'extract', name: 'Extract', type: 'http', dependsOn: [] },
    { key: 'load', name: 'Load', type: 'http', dependsOn: ['extract'] },
    { key: 'merge', name: 'Merge', type: 'script', dependsOn: ['load'] },
    ...(extra ? [{ key: 'audit', name: 'Audit', type: 'script', dependsOn: ['extract'] }] : []),
  ];
  const spans: Record<string, unknown>[] = [];
  const add = (id: string, of: string, kind: string, label: string, from: number, to: number, more: object = {}) =>
    spans.push({
      id: `${name} ${night} ${id}`,
      parent: kind === 'node' ? null : `${name} ${night} ${of}`,
      kind,
      name: label,
      node: of,
      start: from * MS,
      duration: (to - from) * MS,
      ...more,
    });
  const loaded = 100 + failed + backoff + load;
  add('extract', 'extract', 'node', 'Extract', 0, 100);
  add('load', 'load', 'node', 'Load', 100, loaded);
  if (failed > 0) {
    add('try 1', 'load', 'attempt', 'attempt 1', 100, 100 + failed, { status: 'failed', metadata: { attempt: 1 } });
    add('wait', 'load', 'phase', 'retry_backoff', 100 + failed, 100 + failed + backoff);
    add('try 2', 'load', 'attempt', 'attempt 2', 100 + failed + backoff, loaded, { metadata: { attempt: 2 } });
    const within = { parent: `${name} ${night} try 2` };
    add('work', 'load', 'phase', 'execute', 100 + failed + backoff, loaded, within);
  }
  add('merge', 'merge', 'node', 'Merge', loaded, loaded + queue + 50);
  add('queued', 'merge', 'phase', 'queue_wait', loaded, loaded + queue);
  if (extra) add('audit', 'audit', 'node', 'Audit', 100, 160);
  return {
    format: 'flowprof-trace',
    version: 1,
    unit: 'us',
    execution: {
      name,
      workflow: name,
      externalId: `${name} ${night}`,
      status: 'completed',
      startedAt: START + night * DAY,
      endedAt: START + night * DAY + (loaded + queue + 50) * MS,
    },
    nodes,
    spans,
  };
}

async function importOne(request: APIRequestContext, document: Record<string, unknown>): Promise<string> {
  const workspace = await firstItem(request, '/api/workspaces', 'id');
  const answer = await request.post(`/api/v1/workspaces/${workspace}/imports`, {
    headers: { 'content-type': 'application/json' },
    data: JSON.stringify(document),
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  const body: unknown = await answer.json();
  const items = new Map<string, unknown>(Object.entries(body ?? {})).get('items');
  const first: unknown = Array.isArray(items) ? items[0] : null;
  return String(new Map<string, unknown>(Object.entries(first ?? {})).get('id'));
}

export interface TwoNights {
  readonly before: string;
  readonly after: string;
}

/** Imports two nights of a workflow: 360 ms, and 790 ms with a failed attempt, a longer queue and a new node. */
export async function importTwoNights(request: APIRequestContext, name: string): Promise<TwoNights> {
  const calm = { name, night: 0, load: 200, failed: 0, backoff: 0, queue: 10, extra: false };
  const slow = { name, night: 1, load: 450, failed: 100, backoff: 50, queue: 40, extra: true };
  const before = await importOne(request, nightOf(calm));
  return { before, after: await importOne(request, nightOf(slow)) };
}
