import { microsFromMs, toEpochMicros, type Status, type TraceEvent } from '@flowprof/model';
import { expect, test } from 'vitest';

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
