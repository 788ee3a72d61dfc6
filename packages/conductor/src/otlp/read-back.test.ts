import { describe, expect, it } from 'vitest';
import {
  executionsOf,
  NONE,
  readOtlpJson,
  spanIdAt,
  spanKindAt,
  spanNameAt,
  statusOf,
  type JsonObject,
  type JsonValue,
  type Trace,
  type TraceSink,
} from '@flowprof/model';
import { Bench, delay, workflow } from '../testing/bench.ts';
import { RunSpans } from './run-spans.ts';

const EXECUTION = '0198f2a0-1234-7abc-8def-0123456789ab';
const parse: (text: string) => JsonValue = JSON.parse;

/** What goes out while a run is under way, as one request. */
class Exported implements TraceSink {
  readonly #spans: JsonValue[] = [];
  #run: RunSpans | null = null;

  write(_: string, batch: Parameters<TraceSink['write']>[1]): Promise<void> {
    const started = batch.find((event) => event.type === 'execution_started');
    if (started !== undefined) this.#run = new RunSpans(started);
    this.#spans.push(parse(JSON.stringify(this.#run?.take(batch) ?? [])));
    return Promise.resolve();
  }

  get request(): JsonObject {
    return { resourceSpans: [{ scopeSpans: [{ scope: { name: '@flowprof/conductor' }, spans: this.#spans.flat() }] }] };
  }
}

/** The nodes of a trace and what they wait for, and its spans, in no order. */
function plain({ nodes, spans }: Trace) {
  const label = (row: number) => `${nodes.key[row]}[${nodes.iteration[row]}]`;
  const deps = (row: number) => Array.from(nodes.deps.slice(nodes.depOffsets[row], nodes.depOffsets[row + 1]), label);
  const nodeRows = Array.from({ length: nodes.length }, (_, row) => [
    label(row),
    {
      name: nodes.name[row],
      type: nodes.type[row],
      status: statusOf(nodes.status[row] ?? 0),
      parent: nodes.parent[row] === NONE ? null : label(nodes.parent[row] ?? 0),
      deps: deps(row).toSorted(),
    },
  ]);
  const spanRows = Array.from({ length: spans.length }, (_, row) => {
    const parent = spans.parent[row] ?? NONE;
    const { error: _error, ...metadata } = spans.metadata.get(row) ?? {};
    return [
      spanIdAt(spans.ids, row),
      {
        name: spanNameAt(spans, row),
        kind: spanKindAt(spans, row),
        status: statusOf(spans.status[row] ?? 0),
        parent: parent === NONE ? null : spanIdAt(spans.ids, parent),
        node: spans.node[row] === NONE ? null : label(spans.node[row] ?? 0),
        times: [spans.start[row], spans.duration[row]],
        metadata,
      },
    ];
  });
  return { nodes: Object.fromEntries(nodeRows), spans: Object.fromEntries(spanRows) };
}

describe('what a run exports', () => {
  it('is read back as the run: nodes, dependencies, groups, iterations, attempts, phases and their times', async () => {
    const exported = new Exported();
    const { recording, status } = await new Bench().run(
      workflow(
        { id: 'flaky', type: 'flaky', with: { failures: 1 }, retry: { policy: 'fixed' } },
        { id: 'all', type: 'group', dependsOn: ['flaky'], nodes: [delay('a', 5), delay('b', 5, 'a')] },
        { id: 'each', type: 'foreach', dependsOn: ['all'], with: { items: [1, 2] }, nodes: [delay('item', 3)] },
      ),
      { executionId: EXECUTION, sink: exported },
    );
    expect(status).toBe('completed');
    const [trace, ...others] = executionsOf(readOtlpJson(exported.request).spans);
    expect(others).toEqual([]);
    expect(trace && plain(trace)).toEqual(plain(recording));
    const { id, name, workflow: of, status: ended, startedAt, recordedDuration, concurrency } = recording.execution;
    expect(trace?.execution).toMatchObject({
      id,
      name,
      workflow: of,
      status: ended,
      startedAt,
      recordedDuration,
      concurrency,
    });
    expect(trace?.warnings).toEqual([]);
  });
});
