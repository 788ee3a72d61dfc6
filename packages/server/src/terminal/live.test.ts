import { microsFromMs, toEpochMicros, ZERO, type JsonObject, type Status, type TraceEvent } from '@flowprof/model';
import { describe, expect, test } from 'vitest';

import { LiveView } from './live.ts';
import type { Terminal } from './terminal.ts';

const PIPE: Terminal = { columns: 80, colour: false, unicode: true, interactive: false };

function state(
  nodeKey: string,
  status: Status,
  atMs: number,
  retryCount = 0,
  message: string | null = null,
): TraceEvent {
  const error = message === null ? null : { code: 'x', message };
  const at = microsFromMs(atMs);
  return {
    type: 'node_state',
    state: { nodeKey, iteration: null, status, at, retryCount, error, input: null, output: null },
  };
}

const declared = (key: string, name: string): TraceEvent => ({
  type: 'node_declared',
  node: { key, name, type: 'http', iteration: null, parentKey: null, dependsOn: [] },
});

const EVENTS: readonly TraceEvent[] = [
  {
    type: 'execution_started',
    executionId: 'e',
    startedAt: toEpochMicros(0),
    info: { name: 'w', workflow: 'w', sourceFormat: 'conductor', concurrency: 2 },
  },
  declared('a', 'Extract \u001b[31mData'),
  declared('b', 'Load Data'),
  declared('c', 'Cleanup'),
  state('a', 'running', 1),
  state('a', 'running', 20, 1),
  state('a', 'completed', 31, 1),
  state('b', 'running', 32),
  state('b', 'failed', 40, 0, 'the service\nanswered 503'),
  state('c', 'skipped', 41),
  state('c', 'skipped', 41),
];

function watch(terminal: Terminal, drawAt: readonly number[]): { view: LiveView; written: () => string } {
  let text = '';
  const view = new LiveView(terminal, (more) => {
    text += more;
  });
  for (const [i, event] of EVENTS.entries()) {
    view.apply([event]);
    if (drawAt.includes(i)) view.draw(microsFromMs(i * 10));
  }
  return { view, written: () => text };
}

test('without a terminal every change of a node is a line, and nothing is drawn', () => {
  expect(watch(PIPE, [4, 6]).written()).toMatchInlineSnapshot(`
    "   1.00 ms  ▶ running    Extract \\x1b[31mData
       20.0 ms  ▶ running    Extract \\x1b[31mData ↻2
       31.0 ms  ✔ completed  Extract \\x1b[31mData ↻2  30.0 ms
       32.0 ms  ▶ running    Load Data
       40.0 ms  ✖ failed     Load Data  8.00 ms  the service answered 503
       41.0 ms  ⤼ skipped    Cleanup
    "
  `);
});

test('on a terminal the view is drawn over the last one and leaves nothing behind', () => {
  const { view, written } = watch({ ...PIPE, interactive: true }, [5, 7]);
  view.clear();
  view.clear();
  expect(written().replaceAll('\u001b', 'ESC')).toMatchInlineSnapshot(`
    "──────────────────────── 0/3 nodes  50.0 ms
      ▶ Extract \\x1b[31mData ↻2     49.0 ms
    ESC[2AESC[0J████████──────────────── 1/3 nodes  70.0 ms
      ▶ Load Data     38.0 ms
    ESC[2AESC[0J"
  `);
});

const node = (key: string, type: string, iteration: number | null, parentKey: string | null): TraceEvent => ({
  type: 'node_declared',
  node: { key, name: key, type, iteration, parentKey, parentIteration: null, dependsOn: [] },
});
const nodeState = (nodeKey: string, iteration: number | null, status: Status, atMs: number): TraceEvent => ({
  type: 'node_state',
  state: {
    nodeKey,
    iteration,
    status,
    at: microsFromMs(atMs),
    retryCount: 0,
    error: status === 'failed' ? { code: 'x', message: 'no answer' } : null,
    input: nodeKey === 'each' ? { items: 20, concurrency: 2 } : null,
    output: null,
  },
});
const wait = (name: string, ms: number, metadata: JsonObject): TraceEvent => ({
  type: 'span',
  span: {
    id: name + ms,
    parentId: null,
    kind: 'phase',
    name,
    nodeKey: 'fetch',
    iteration: 0,
    start: ZERO,
    duration: microsFromMs(ms),
    status: 'completed',
    track: null,
    metadata,
  },
});
const items = (count: number): TraceEvent[] =>
  Array.from({ length: count }, (_, item) => [
    node('fetch', 'http', item, 'each'),
    nodeState('fetch', item, 'running', item),
    nodeState('fetch', item, item === 2 ? 'failed' : 'completed', item + 1),
  ]).flat();

function shown(events: readonly TraceEvent[], terminal: Terminal): string {
  let text = '';
  const view = new LiveView(terminal, (more) => {
    text += more;
  });
  view.apply(events);
  view.draw(microsFromMs(50));
  return text;
}

describe('a loop', () => {
  const begun = [node('each', 'foreach', null, null), nodeState('each', null, 'running', 0)];

  test('is a line for every tenth of its items, and what fails in it another', () => {
    expect(shown([...begun, ...items(5)], PIPE)).toMatchInlineSnapshot(`
      "      0 µs  ▶ running    each 0/20
         2.00 ms  ▶ running    each 2/20
         3.00 ms  ✖ failed     fetch[2]  1.00 ms  no answer
         4.00 ms  ▶ running    each 4/20
      "
    `);
  });

  test('says on a terminal how far it is, and what was waited for', () => {
    const events = [
      ...begun,
      ...items(5),
      node('fetch', 'http', 5, 'each'),
      nodeState('fetch', 5, 'running', 6),
      wait('queue_wait', 1, { cause: 'dispatch' }),
      wait('queue_wait', 30, { cause: 'pool', pool: 'db', limit: 2 }),
      wait('queue_wait', 12, { cause: 'pool', pool: 'db', limit: 2 }),
      wait('rate_limit_wait', 50, { resource: 'api', per_second: 10 }),
      wait('retry_backoff', 5, {}),
      wait('queue_wait', 2, { cause: 'concurrency', limit: 4 }),
    ];
    expect(shown(events, { ...PIPE, interactive: true })).toMatchInlineSnapshot(`
      "████████████████████──── 5/6 nodes  50.0 ms
        ▶ each 5/20     50.0 ms
        ▶ fetch[5]     44.0 ms
        waited for rate limit api 50.0 ms, pool db 42.0 ms, retries 5.00 ms
      "
    `);
  });
});
