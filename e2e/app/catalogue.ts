import type { APIRequestContext } from '@playwright/test';
import { importDocument } from './nightly.ts';

const MS = 1000;
/** So many pages are fetched, six at a time. */
const PAGES = 60;
const AT_ONCE = 6;

interface Span {
  readonly id: string;
  readonly parent: string | null;
  readonly kind: 'node' | 'attempt' | 'phase';
  readonly name: string;
  readonly node: string;
  readonly iteration?: number;
  readonly start: number;
  readonly duration: number;
  readonly status?: 'failed';
}

/** A page: it waits for its turn, asks for the page and reads it. */
function page(i: number, start: number, length: number): Span[] {
  const common = { node: 'page', iteration: i } as const;
  const ran = start + 20 * MS;
  const end = ran + length;
  const inside = (name: string, from: number, to: number, parent = `page ${i}`): Span => {
    return { ...common, id: `${name} ${i}`, parent, kind: 'phase', name, start: from, duration: to - from };
  };
  return [
    { ...common, id: `page ${i}`, parent: 'pages', kind: 'node', name: 'Fetch page', start, duration: end - start },
    inside('queue_wait', start, ran),
    inside('http_request', ran, end - 10 * MS),
    inside('first_byte', ran, ran + length / 2, `http_request ${i}`),
    inside('parse', end - 10 * MS, end),
  ];
}

function spans(): Span[] {
  const list: Span = {
    id: 'list',
    parent: null,
    kind: 'node',
    name: 'List',
    node: 'list',
    start: 0,
    duration: 300 * MS,
  };
  const asks = { parent: 'list', kind: 'phase', name: 'http_request', node: 'list' } as const;
  const all: Span[] = [list, { ...asks, id: 'list request', start: 10 * MS, duration: 280 * MS }];
  const free = Array.from({ length: AT_ONCE }, () => 300 * MS);
  for (let i = 0; i < PAGES; i++) {
    const slot = free.indexOf(Math.min(...free));
    const start = free[slot] ?? 0;
    const length = (80 + ((i * 37) % 90)) * MS;
    all.push(...page(i, start, length));
    free[slot] = start + length + 20 * MS;
  }
  const end = Math.max(...free);
  all.push({
    id: 'pages',
    parent: null,
    kind: 'node',
    name: 'Every page',
    node: 'pages',
    start: 300 * MS,
    duration: end - 300 * MS,
  });
  all.push({ id: 'store', parent: null, kind: 'node', name: 'Store', node: 'store', start: end, duration: 500 * MS });
  const attempt = { parent: 'store', kind: 'attempt', node: 'store' } as const;
  all.push({ ...attempt, id: 'one', name: 'attempt 1', start: end, duration: 200 * MS, status: 'failed' });
  all.push({ ...attempt, id: 'two', name: 'attempt 2', start: end + 260 * MS, duration: 240 * MS });
  return all;
}

/** A run that fetches 60 pages six at a time, stores them at the second attempt, and has not told anybody yet. */
export function importCatalogue(request: APIRequestContext, name: string): Promise<string> {
  const fetched = { key: 'page', name: 'Fetch page', type: 'http', parent: 'pages', dependsOn: [] };
  const pages = Array.from({ length: PAGES }, (_, iteration) => ({ ...fetched, iteration }));
  return importDocument(request, {
    format: 'flowprof-trace',
    version: 1,
    unit: 'us',
    execution: { name, workflow: name, externalId: name, status: 'cancelled', startedAt: 1_767_225_600_000_000 },
    nodes: [
      { key: 'list', name: 'List', type: 'http', dependsOn: [] },
      { key: 'pages', name: 'Every page', type: 'foreach', dependsOn: ['list'] },
      ...pages,
      { key: 'store', name: 'Store', type: 'script', dependsOn: ['pages'] },
      { key: 'tell', name: 'Tell everybody', type: 'http', dependsOn: ['store'] },
    ],
    spans: spans(),
  });
}
