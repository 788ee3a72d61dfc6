import {
  buildProfile,
  microsFromMs,
  toEpochMicros,
  TraceAssembler,
  type ExecutionInfo,
  type SpanKind,
  type Status,
  type Trace,
} from '@flowprof/model';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';

import { renderProfile, renderSummary } from './render.ts';
import type { Terminal } from './terminal.ts';

const PLAIN: Terminal = { columns: 80, colour: false, unicode: true, interactive: false };

/** Puts a trace together from times in milliseconds. */
class Draft {
  readonly #assembler: TraceAssembler;
  #spans = 0;

  constructor(name: string, info: Partial<ExecutionInfo> = {}) {
    this.#assembler = new TraceAssembler({
      id: '0193a5c0-0000-7000-8000-000000000001',
      name,
      workflow: name,
      sourceFormat: 'conductor',
      status: 'completed',
      startedAt: toEpochMicros(1_705_312_800_000_000),
      concurrency: 2,
      ...info,
    });
  }

  node(key: string, name: string, dependsOn: readonly string[], status: Status = 'completed'): this {
    this.#assembler.addNode({ key, name, type: 'http', iteration: null, parentKey: null, dependsOn });
    this.#assembler.addNodeState({ nodeKey: key, iteration: null, status });
    return this;
  }

  span(kind: SpanKind, nodeKey: string | null, name: string, from: number, to: number, more: SpanMore = {}): string {
    const id = String(++this.#spans).padStart(16, '0');
    this.#assembler.addSpan({
      id,
      kind,
      name,
      nodeKey,
      iteration: null,
      parentId: more.parentId ?? null,
      start: microsFromMs(from),
      duration: microsFromMs(to - from),
      status: more.status ?? 'completed',
      track: more.track ?? null,
      metadata: more.attempt === undefined ? null : { attempt: more.attempt },
    });
    return id;
  }

  finish(): Trace {
    return this.#assembler.finish();
  }
}

interface SpanMore {
  readonly parentId?: string;
  readonly status?: Status;
  readonly track?: string;
  readonly attempt?: number;
}

/** A node that waits in the queue, evaluates its expressions and makes a request. */
function addRequest(draft: Draft, key: string, name: string, times: readonly [number, number, number, number]): string {
  const [ready, start, evaluated, end] = times;
  const span = draft.span('node', key, name, ready, end);
  if (start > ready) draft.span('phase', key, 'queue_wait', ready, start, { parentId: span });
  const attempt = draft.span('attempt', key, 'attempt', start, end, { parentId: span, attempt: 1 });
  draft.span('phase', key, 'expression_eval', start, evaluated, { parentId: attempt });
  const http = draft.span('phase', key, 'http_request', evaluated, end, { parentId: attempt });
  draft.span('phase', key, 'first_byte', evaluated + 0.2, end - 0.1, { parentId: http });
  return span;
}

function success(): Trace {
  const draft = new Draft('parallel_processing', { recordedDuration: microsFromMs(64.5) });
  draft.node('prep', 'Data Preparation', []);
  for (const letter of ['A', 'B', 'C']) draft.node(`branch_${letter}`, `Branch ${letter}`, ['prep']);
  draft.node('merge', 'Merge Results', ['branch_A', 'branch_B', 'branch_C']);
  addRequest(draft, 'prep', 'Data Preparation', [0, 0.05, 0.4, 12.3]);
  addRequest(draft, 'branch_A', 'Branch A', [12.4, 12.45, 13, 40]);
  addRequest(draft, 'branch_B', 'Branch B', [12.4, 12.5, 13, 35.2]);
  addRequest(draft, 'branch_C', 'Branch C', [12.4, 35.3, 35.5, 62.1]);
  const merge = draft.span('node', 'merge', 'Merge Results', 62.15, 64.123);
  draft.span('phase', 'merge', 'execute', 62.2, 64.1, { parentId: merge });
  return draft.finish();
}

function retried(status: Status): Trace {
  const error = { code: 'http_status', message: 'the service answered 503', nodeKey: 'flaky' };
  const draft = new Draft('retries', status === 'failed' ? { status, error } : {});
  draft
    .node('flaky', 'Validate Source', [], status)
    .node('next', 'Extract Data', ['flaky'], status === 'failed' ? 'skipped' : status);
  draft.node('never', 'Load Data', ['next'], status === 'failed' ? 'pending' : status);
  const last = status === 'failed' ? 'failed' : 'completed';
  const span = draft.span('node', 'flaky', 'Validate Source', 0, 300, { status: last });
  draft.span('attempt', 'flaky', 'attempt', 0, 80, { parentId: span, attempt: 1, status: 'failed' });
  draft.span('phase', 'flaky', 'retry_backoff', 80, 200, { parentId: span });
  draft.span('attempt', 'flaky', 'attempt', 200, 300, { parentId: span, attempt: 2, status: last });
  if (status !== 'failed') {
    draft.span('node', 'next', 'Extract Data', 300.5, 2500);
    draft.span('node', 'never', 'Load Data', 2501, 190_000);
  }
  return draft.finish();
}

function chain(length: number): Trace {
  const draft = new Draft('chain');
  for (let i = 0; i < length; i++) {
    draft.node(`n${i}`, `node ${i}`, i === 0 ? [] : [`n${i - 1}`]);
    draft.span('node', `n${i}`, `node ${i}`, i * 2, i * 2 + 1 + (i % 7) / 10);
  }
  return draft.finish();
}

function hostile(): Trace {
  const evil = '\u001b]0;owned\u0007\u001b[31mred\u202e txt.exe\nsecond line';
  const draft = new Draft(evil, {
    error: { code: 'x', message: '\u001b[2Jgone', nodeKey: 'a\u009b2J' },
    status: 'failed',
  });
  draft
    .node('a', evil, [])
    .node('b', '目录服务:加载所有的项目并写入仓库然后再检查一次', ['a'])
    .node('c', '👩‍👩‍👧 family \ud800', ['b']);
  draft.span('node', 'a', evil, 0, 10);
  draft.span('node', 'b', 'b', 10, 30);
  draft.span('node', 'c', 'c', 30, 35);
  return draft.finish();
}

function tracks(): Trace {
  const draft = new Draft('trace.json', {
    sourceFormat: 'chrome',
    workflow: null,
    startedAt: null,
    id: null,
    concurrency: null,
  });
  for (let i = 0; i < 12; i++) {
    const track = i % 3 === 0 ? 'Main / CrRendererMain' : 'Worker / ThreadPool';
    const parentId = draft.span('phase', null, 'RunTask', i * 10, i * 10 + 8, { track });
    draft.span('phase', null, 'FunctionCall', i * 10 + 1, i * 10 + 2 + (i % 4), { track, parentId });
  }
  return draft.finish();
}

const cases: readonly (readonly [string, () => Trace, Partial<Terminal>])[] = [
  ['success, 80 columns', success, {}],
  ['success, 140 columns', success, { columns: 140 }],
  ['success, ASCII, 60 columns', success, { columns: 60, unicode: false }],
  ['failure', () => retried('failed'), {}],
  ['retries, and times from ms to minutes', () => retried('completed'), {}],
  ['nothing at all', () => new Draft('empty').finish(), {}],
  ['one node', () => chain(1), {}],
  ['2,000 nodes', () => chain(2000), {}],
  ['hostile names', hostile, {}],
  ['tracks without nodes', tracks, {}],
];

test.each(cases)('%s', (_, make, terminal) => {
  const trace = make();
  expect(renderProfile(buildProfile(trace), trace, { ...PLAIN, ...terminal })).toMatchSnapshot();
});

test('however many nodes there are, the text is bounded', () => {
  const trace = chain(2000);
  const lines = renderProfile(buildProfile(trace), trace, PLAIN).split('\n');
  expect(lines.length).toBeLessThan(120);
  expect(lines).toContain('  … and 1,960 more');
});

test.each([60, 80, 100, 140, 240])('no line is wider than %i columns', (columns) => {
  for (const [, make] of cases) {
    const trace = make();
    const text = renderProfile(buildProfile(trace), trace, { ...PLAIN, columns });
    for (const line of text.split('\n')) expect([line, stringWidth(line) <= columns]).toEqual([line, true]);
  }
});

test('colour changes nothing but the colour, and is the same for a node wherever it stands', () => {
  for (const [, make, terminal] of cases) {
    const trace = make();
    const profile = buildProfile(trace);
    const coloured = renderProfile(profile, trace, { ...PLAIN, ...terminal, colour: true });
    expect(coloured).not.toBe(stripVTControlCharacters(coloured));
    expect(stripVTControlCharacters(coloured)).toBe(renderProfile(profile, trace, { ...PLAIN, ...terminal }));
  }
});

test('what stands in a name never reaches the terminal as a control code', () => {
  const trace = hostile();
  const text = renderProfile(buildProfile(trace), trace, PLAIN);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
  const ascii = renderProfile(buildProfile(trace), trace, { ...PLAIN, unicode: false });
  expect(ascii).toMatch(/^[\n\u0020-\u007e]*$/u);
});

test('the short summary has the header, the accounting and the timeline', () => {
  const trace = success();
  const text = renderSummary(buildProfile(trace), trace, PLAIN);
  expect(text).toContain('Where the time went');
  expect(text).toContain('Timeline');
  expect(text).not.toContain('Bottlenecks');
});

test('a repair is told with its meaning, its count and the first case', () => {
  const trace = success();
  const warnings = [
    { code: 'end_before_start', count: 1234, example: 'span \u001b[31mx' },
    { code: 'of_a_later_version', count: 1, example: 'y' },
  ];
  const text = renderProfile({ ...buildProfile(trace), warnings }, trace, PLAIN);
  expect(text.slice(text.indexOf('Repaired'))).toBe(
    [
      'Repaired while reading',
      '  end_before_start ×1,234  A span ended before it started; its duration is ta…',
      '    for example span \\x1b[31mx',
      '  of_a_later_version ×1',
      '    for example y',
      '',
    ].join('\n'),
  );
});
