import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { statusOf } from '../../trace/status.ts';
import { NONE, spanNameAt, type Trace } from '../../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';
import { utf8 } from '../web.ts';

const FIXTURES = fileURLToPath(new URL('../../../../../fixtures/step-functions/', import.meta.url));

async function tracesOf(file: string): Promise<readonly Trace[]> {
  const bytes = readFileSync(FIXTURES + file);
  expect(detectTraceFormat(bytes)?.name).toBe('step-functions');
  return readTraceFile(bytes);
}

/** The nodes of a trace: key with iteration, type, status, container, dependencies. */
function nodesOf({ nodes }: Trace): string[] {
  const called = (row: number) =>
    `${nodes.key[row]}${nodes.iteration[row] === NONE ? '' : `[${nodes.iteration[row]}]`}`;
  return nodes.key.map((_, row) => {
    const parent = nodes.parent[row] === NONE ? '' : ` in ${called(nodes.parent[row])}`;
    const deps = Array.from(nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1]), called);
    const after = deps.length === 0 ? '' : ` after ${deps.join(', ')}`;
    return `${called(row)} ${nodes.type[row]} ${statusOf(nodes.status[row])}${parent}${after}`;
  });
}

/** The spans of a node and what is in it: name, start and duration in milliseconds. */
function spansOf({ spans, nodes }: Trace, key: string): string[] {
  const node = nodes.key.indexOf(key);
  return Array.from(spans.node).flatMap((each, row) =>
    each === node ? [`${spanNameAt(spans, row)} ${spans.start[row] / 1000}+${spans.duration[row] / 1000}`] : [],
  );
}

describe('recorded executions', () => {
  test.each([
    ['orders.json', 58, 12, 'completed'],
    ['map-nested.json', 42, 6, 'completed'],
    ['map-retry.json', 18, 4, 'failed'],
    ['lambda-retry.json', 18, 2, 'completed'],
    ['map-distributed-reentrant.json', 36, 11, 'completed'],
    ['map-timeout.json', 33, 4, 'failed'],
    ['map-reverse-pages.json', 42, 10, 'completed'],
  ])('%s', async (file, events, leaves, status) => {
    const trace = only(await tracesOf(file));
    const profile = buildProfile(trace);
    expect(profile.counts).toMatchObject({ events, leaf_nodes: leaves });
    expect(trace.execution.status).toBe(status);
    expect(trace.warnings.map(({ code }) => code).filter((code) => code !== 'outside_parent')).toEqual([]);
    const causes = Object.values(profile.accounting?.causes ?? {}).reduce((a, b) => a + b, 0);
    expect(Math.round(causes * 1000)).toBe(Math.round((profile.makespan_ms ?? Number.NaN) * 1000));
  });

  test('states in branches and items stand in their containers, and follow those before them', async () => {
    const trace = only(await tracesOf('orders.json'));
    expect(nodesOf(trace)).toEqual([
      'Prepare pass completed',
      'Both group completed after Prepare',
      'Cool down wait completed in Both',
      'Each order foreach completed in Both',
      'Each order.item[0] group completed in Each order',
      'Is large[0] choice completed in Each order.item[0]',
      'Notify[0] task completed in Each order.item[0] after Is large[0]',
      'Each order.item[1] group completed in Each order',
      'Is large[1] choice completed in Each order.item[1]',
      'Hold[1] wait completed in Each order.item[1] after Is large[1]',
      'Each order.item[2] group completed in Each order',
      'Is large[2] choice completed in Each order.item[2]',
      'Hold[2] wait completed in Each order.item[2] after Is large[2]',
      'Notify[1] task completed in Each order.item[1] after Hold[1]',
      'Notify[2] task completed in Each order.item[2] after Hold[2]',
      'Ship task failed after Both',
      'Give up pass completed after Ship',
    ]);
    expect(trace.execution).toMatchObject({
      name: 'orders-1',
      workflow: 'Orders',
      externalId: 'arn:aws:states:us-east-1:123456789012:execution:Orders:orders-1',
      recordedDuration: 5_359_000,
    });
    expect(buildProfile(trace)).toMatchObject({
      makespan_ms: 5351,
      retries: [{ id: 'Ship', attempts: 3 }],
      accounting: { causes: { sleep: 2000, retry_backoff: 3149 } },
    });
  });

  test('what is tried again has its attempts, with the waits between them', async () => {
    const trace = only(await tracesOf('lambda-retry.json'));
    expect(spansOf(trace, 'InvokeLambdaWithRetry').slice(0, 6)).toEqual([
      'InvokeLambdaWithRetry 500+2750',
      'attempt 1 500+500',
      'queue_wait 500+250',
      'execute 750+250',
      'retry_backoff 1000+250',
      'attempt 2 1250+500',
    ]);
    expect(trace.spans.metadata.get(trace.nodes.span[0])).toMatchObject({ caught: true });
  });

  test('items of a map in a map have a number of their own, and tries of a map are told apart', async () => {
    const nested = nodesOf(only(await tracesOf('map-nested.json')));
    expect(nested).toContain('MapL2Pass[8] pass completed in MapL2.item[8]');
    expect(new Set(nested).size).toBe(17);
    const retried = nodesOf(only(await tracesOf('map-retry.json')));
    expect(retried).toContain('HandleItemFail#2[0] fail failed in MapState.item#2[0]');
  });

  test('what another failure cut off is cancelled or has failed itself', async () => {
    const nodes = nodesOf(only(await tracesOf('map-timeout.json')));
    expect(nodes.slice(0, 4)).toEqual([
      'MapWait foreach failed',
      'MapWait.item[0] group failed in MapWait',
      'MapWait.item[1] group cancelled in MapWait',
      'MapWait.item[2] group cancelled in MapWait',
    ]);
  });

  test('a log of several executions', async () => {
    const traces = await tracesOf('runs.log');
    expect(traces).toHaveLength(3);
    expect(new Set(traces.map(({ execution }) => execution.externalId)).size).toBe(3);
  });

  test('a history without times still tells which states there were', async () => {
    const trace = only(await tracesOf('parallel-catch.json'));
    expect(nodesOf(trace)).toEqual([
      'ParallelState group failed',
      'Branch1 fail failed in ParallelState',
      'FinalCaught pass completed after ParallelState',
    ]);
    expect(trace.warnings).toContainEqual({ code: 'missing_time', count: 12, example: expect.any(String) });
    expect(trace.spans.length).toBe(0);
  });
});

describe('spellings', () => {
  const history: { describe: object; history: { events: object[] } } = JSON.parse(
    readFileSync(`${FIXTURES}orders.json`, 'utf8'),
  );
  const { events } = history.history;

  test.each<[string, string]>([
    ['events alone', JSON.stringify({ events })],
    ['a list', JSON.stringify(events)],
    [
      'reversed, in pages',
      JSON.stringify([{ events: events.toReversed().slice(0, 9) }, { events: events.toReversed().slice(9) }]),
    ],
    ['described beside it', JSON.stringify([history.describe, history.history])],
    ['described around it', JSON.stringify({ ...history.describe, ...history.history })],
    ['lines', events.map((event) => JSON.stringify(event)).join('\n')],
    ['lines of a log', events.map((event) => `2026-11-29T20:48:40 stream ${JSON.stringify(event)}`).join('\n')],
    [
      'log messages',
      JSON.stringify({ events: events.map((event) => ({ timestamp: 1, message: JSON.stringify(event) })) }),
    ],
  ])('%s', async (_, text) => {
    const expected = only(await tracesOf('orders.json'));
    const trace = only(await readTraceFile(utf8(text), { format: 'step-functions' }));
    expect(nodesOf(trace)).toEqual(nodesOf(expected));
    expect([...trace.spans.start]).toEqual([...expected.spans.start]);
  });

  test('an execution that goes on', async () => {
    const trace = only(await readTraceFile(utf8(JSON.stringify({ events: events.slice(0, 25) }))));
    expect(trace.execution).toMatchObject({ status: 'running', endedAt: null });
    expect(nodesOf(trace)).toContain('Hold[2] wait running in Each order.item[2] after Is large[2]');
  });

  test('events of unknown kinds are kept under their names', async () => {
    const unheard = { ...at(events, 0), id: 99, previousEventId: 0, type: 'Teleported' };
    const text = JSON.stringify({ events: [...events, unheard] });
    const { annotations, warnings, execution } = only(await readTraceFile(utf8(text)));
    expect(execution.eventCount).toBe(events.length + 1);
    expect(annotations.label).toContain('Teleported');
    expect(warnings).toContainEqual({ code: 'unknown_event', count: 1, example: 'event 99: Teleported' });
  });

  test('what has no events is refused in one line', async () => {
    const read = readTraceFile(utf8('{"events":[]}'), { format: 'step-functions' });
    await expect(read).rejects.toMatchObject({ code: 'malformed' });
    await expect(readTraceFile(utf8('{'), { format: 'step-functions' })).rejects.toMatchObject({ code: 'malformed' });
  });

  test('times as Java prints them', async () => {
    const lines = [
      { timestamp: 'Jun 23, 2020, 6:11:37 PM', type: 'ExecutionStarted', id: 1, previousEventId: 0 },
      { timestamp: 'Jun 23, 2020, 6:12:37 PM', type: 'ExecutionSucceeded', id: 2, previousEventId: 1 },
    ];
    const trace = only(await readTraceFile(utf8(JSON.stringify({ events: lines }))));
    expect(trace.execution.recordedDuration).toBe(60_000_000);
    expect(at([...trace.warnings.map(({ code }) => code), 'none'], 0)).toBe('none');
  });
});
