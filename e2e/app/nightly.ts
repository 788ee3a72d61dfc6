import type { APIRequestContext } from '@playwright/test';
import { firstItem } from './support.ts';

/** A name that would do harm if it were ever taken for markup. */
export const HOSTILE = '<img src=x onerror="alert(1)">&amp;</text>';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

interface Span {
  readonly id: string;
  readonly parent: string | null;
  readonly kind: 'node' | 'attempt' | 'phase';
  readonly name: string;
  readonly node: string;
  readonly start: number;
  readonly duration: number;
  readonly status?: 'failed';
  readonly metadata?: Readonly<Record<string, unknown>>;
}

const NODES = [
  { key: 'export', name: 'Export', type: 'http', dependsOn: [] },
  { key: 'check', name: 'Check', type: 'script', dependsOn: [] },
  { key: 'load', name: 'Load', type: 'http', dependsOn: ['export', 'check'] },
  { key: 'index', name: 'Index', type: 'script', dependsOn: ['load'] },
  { key: 'mail', name: HOSTILE, type: 'http', dependsOn: ['load'] },
  { key: 'report', name: 'Report', type: 'script', dependsOn: ['index', 'mail'] },
] as const;

function node(key: (typeof NODES)[number]['key'], start: number, end: number): Span {
  const { name } = NODES.find((of) => of.key === key) ?? NODES[0];
  return { id: key, parent: null, kind: 'node', name, node: key, start, duration: end - start };
}

function inside(of: string, kind: 'attempt' | 'phase', name: string, start: number, end: number): Span {
  return { id: `${of} ${name}`, parent: of, kind, name, node: of, start, duration: end - start };
}

/** Two bursts with an hour in a queue and then an hour of nothing in between, a retry, a rate limit and annotations. */
function spans(): Span[] {
  const second = 62 * MINUTE;
  const third = 125 * MINUTE;
  return [
    node('export', 0, 9 * SECOND),
    inside('export', 'phase', 'queue_wait', 0, SECOND),
    inside('export', 'phase', 'http_request', SECOND, 9 * SECOND),
    node('check', 2 * SECOND, 6 * SECOND),
    node('load', 9 * SECOND, second + 14 * SECOND),
    inside('load', 'phase', 'queue_wait', 9 * SECOND, second),
    { ...inside('load', 'attempt', 'attempt 1', second, second + 4 * SECOND), status: 'failed' },
    inside('load', 'phase', 'retry_backoff', second + 4 * SECOND, second + 6 * SECOND),
    inside('load', 'attempt', 'attempt 2', second + 6 * SECOND, second + 14 * SECOND),
    node('index', third, third + 8 * SECOND),
    node('mail', third + SECOND, third + 5 * SECOND),
    inside('mail', 'phase', 'rate_limit_wait', third + SECOND, third + 3 * SECOND),
    node('report', third + 8 * SECOND, third + 12 * SECOND),
  ];
}

/** The node of the workers, an item each. */
function workerNodes(count: number): unknown[] {
  const item = { key: 'worker', name: 'Worker', type: 'script', dependsOn: [] };
  return Array.from({ length: count }, (_, iteration) => ({ ...item, iteration }));
}

/** Spans that all run at once, so that they need a lane each. */
function workers(count: number): unknown[] {
  const worker = { parent: null, kind: 'node', name: 'Worker', node: 'worker', start: 0, duration: 10 * SECOND };
  return Array.from({ length: count }, (_, iteration) => ({ ...worker, id: `worker ${iteration}`, iteration }));
}

/** The document of a night's run in flowprof JSON; `name` makes it an execution of its own. */
function nightly(name: string, beside: number): Record<string, unknown> {
  const annotations = [
    { span: 'export', time: 3 * SECOND, label: '12,000 rows so far', type: 'data' },
    { span: 'load', time: 62 * MINUTE + 4 * SECOND, label: 'HTTP 503', type: 'retry' },
    { span: 'mail', time: 125 * MINUTE + 2 * SECOND, label: HOSTILE, type: 'rate_limit' },
  ];
  return {
    format: 'flowprof-trace',
    version: 1,
    unit: 'us',
    execution: { name, workflow: name, externalId: name, status: 'completed', startedAt: 1_767_225_600_000_000 },
    nodes: [...NODES, ...workerNodes(beside)],
    spans: [...spans(), ...workers(beside)],
    annotations,
  };
}

export async function importDocument(request: APIRequestContext, document: Record<string, unknown>): Promise<string> {
  const workspace = await firstItem(request, '/api/workspaces', 'id');
  const answer = await request.post(`/api/v1/workspaces/${workspace}/imports`, {
    headers: { 'content-type': 'application/octet-stream' },
    data: Buffer.from(JSON.stringify(document)),
  });
  if (!answer.ok()) throw new Error(await answer.text());
  const body: unknown = await answer.json();
  const items: unknown = typeof body === 'object' && body !== null && 'items' in body ? body.items : null;
  const first: unknown = Array.isArray(items) ? items[0] : null;
  return String(new Map<string, unknown>(Object.entries(first ?? {})).get('id'));
}

/**
 * Imports a night's run; gives the path of its page.
 * @param beside how many spans run beside its first burst
 */
export async function importNight(request: APIRequestContext, name: string, beside = 0): Promise<string> {
  return `/executions/${await importDocument(request, nightly(name, beside))}`;
}
