import {
  asMicros,
  buildProfile,
  spanRecordAt,
  toEpochMicros,
  TraceAssembler,
  type JournalEntry,
  type Trace,
  type TraceEvent,
} from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { createConductor } from './conductor.ts';
import { VirtualTime } from './testing/virtual-time.ts';
import type { ExecutionResult, RunOptions, RunTrigger } from './types.ts';
import type { WorkflowDefinition } from './file/definition.ts';

const definition: WorkflowDefinition = {
  name: 'pay',
  inputs: { amount: { type: 'number', default: 1 } },
  nodes: [
    { id: 'choose', type: 'switch', with: { cases: [{ name: 'big', when: 'input.amount > 10' }], default: 'small' } },
    { id: 'big', type: 'delay', dependsOn: ['choose.big'], with: { ms: 50 } },
    { id: 'small', type: 'delay', dependsOn: ['choose.small'], with: { ms: 20 } },
    {
      id: 'both',
      type: 'group',
      nodes: [
        { id: 'a', type: 'delay', with: { ms: 10 } },
        { id: 'b', type: 'delay', dependsOn: ['a'], with: { ms: 10 } },
      ],
    },
    {
      id: 'each',
      type: 'foreach',
      dependsOn: ['both'],
      with: { items: [1, 2] },
      nodes: [{ id: 'webhook_1', type: 'delay', with: { ms: 5 } }],
    },
    { id: 'end', type: 'transform', dependsOn: ['small', 'each'], with: { value: '${nodes.choose.output}' } },
  ],
};

function started(time: VirtualTime, agoMs: number): RunTrigger {
  return {
    key: 'webhook_1',
    name: 'webhook_trigger',
    receivedAt: toEpochMicros(time.clock.now() - agoMs * 1000),
    phases: [
      { name: 'payload_parse', start: asMicros(0), end: asMicros(5000), metadata: { bytes: 12 } },
      { name: 'expression_eval', start: asMicros(5000), end: asMicros(15_000) },
    ],
  };
}

async function run(options: RunOptions, time: VirtualTime, of = definition): Promise<ExecutionResult> {
  return time.until(createConductor(time).node.run(of, options));
}

function spansOf(trace: Trace) {
  return Array.from({ length: trace.spans.length }, (_, row) => spanRecordAt(trace, row));
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

/** The causes of a run's makespan, which sum to it. */
function accountOf(trace: Trace) {
  const { accounting, makespan_ms: makespan } = buildProfile(trace);
  if (accounting === null) throw new Error('there is no account');
  expect(accounting.total_ms).toBe(makespan);
  const sum = Object.values(accounting.causes).reduce((total, ms) => total + ms, 0);
  expect(sum).toBeCloseTo(accounting.total_ms, 9);
  return accounting;
}

describe('a run that something started', () => {
  test('begins with a node of it, and the nodes that wait for nothing else follow', async () => {
    const time = new VirtualTime();
    const trigger = started(time, 40);
    const { recording, trace, status, data, duration } = await run({ trigger, input: { amount: 3 } }, time);
    expect(status).toBe('completed');
    expect(recording.execution.startedAt).toBe(trigger.receivedAt);
    expect(duration).toBe(65);
    const spans = spansOf(recording);
    const node = spans.find(({ name }) => name === 'webhook_trigger');
    // A node in the loop has its key.
    expect(node).toMatchObject({ nodeKey: 'webhook_1_2', kind: 'node', start: 0, duration: 15_000, parentId: null });
    const inside = spans.filter(({ parentId }) => parentId === node?.id);
    expect(inside).toMatchObject([
      { name: 'payload_parse', start: 0, duration: 5000, metadata: { bytes: 12 } },
      { name: 'expression_eval', start: 5000, duration: 10_000 },
    ]);
    const wait = spans.find(({ nodeKey, name }) => nodeKey === 'a' && name === 'queue_wait');
    expect(wait).toMatchObject({ start: 15_000, duration: 25_000, metadata: { cause: 'dispatch' } });
    expect(trace.nodes[0]).toMatchObject({ nodeId: 'webhook_1_2', nodeType: 'webhook_trigger', state: 'completed' });
    const deps = (key: string): string[] => {
      const { nodes } = recording;
      const row = nodes.key.indexOf(key);
      const rows = nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1]);
      return Array.from(rows, (dependency) => nodes.key[dependency] ?? '');
    };
    expect(recording.nodes.key[0]).toBe('webhook_1_2');
    expect(['choose', 'both', 'a', 'b', 'small', 'end'].map(deps)).toEqual([
      ['webhook_1_2'],
      ['webhook_1_2'],
      [],
      ['a'],
      ['choose'],
      ['small', 'each'],
    ]);
    // What it gives is the same as without.
    expect(data).toEqual((await run({ input: { amount: 3 } }, new VirtualTime())).data);
  });

  test('has it on its critical path, and an account that sums to the makespan', async () => {
    const time = new VirtualTime();
    const { recording } = await run({ trigger: started(time, 40) }, time);
    const profile = buildProfile(recording);
    expect(profile.critical_path?.kind).toBe('dependencies');
    expect(profile.critical_path?.items[0]).toMatchObject({ name: 'webhook_trigger', start_ms: 0, duration_ms: 15 });
    expect(profile.critical_path?.items[1]?.name).toMatch(/^(?:choose|a)$/);
    const { causes, total_ms: total } = accountOf(recording);
    expect(total).toBe(65);
    expect(causes).toMatchObject({ queue: 25, unaccounted: 0 });
  });

  test('is told to a sink as it is recorded', async () => {
    const time = new VirtualTime();
    const events: TraceEvent[] = [];
    const sink = { write: async (_: string, batch: readonly TraceEvent[]) => void events.push(...batch) };
    const { recording } = await run({ trigger: started(time, 40), sink }, time);
    const assembler = new TraceAssembler();
    for (const event of events) assembler.apply(event);
    const told = assembler.finish();
    expect(told.nodes.key).toEqual(recording.nodes.key);
    expect(spansOf(told).sort(byId)).toEqual(spansOf(recording).sort(byId));
    const states = events.flatMap((event) => (event.type === 'node_state' ? [event.state] : []));
    expect(states.filter(({ nodeKey }) => nodeKey === 'webhook_1_2')).toMatchObject([
      { status: 'running', at: 0 },
      { status: 'completed', at: 15_000 },
    ]);
  });

  test('keeps it when it is resumed, as often as that may be', async () => {
    const time = new VirtualTime();
    const trigger = started(time, 40);
    const executionId = '0190a5b8-0000-7000-8000-000000000001';
    const finished: JournalEntry[] = [];
    const journal = { commit: async (_: string, entries: readonly JournalEntry[]) => void finished.push(...entries) };
    const abort = new AbortController();
    time.at(12, () => abort.abort());
    const cut = await run({ trigger, executionId, journal, signal: abort.signal }, time);
    expect(cut.status).toBe('cancelled');
    expect(finished.map(({ path }) => path)).not.toContain('webhook_1_2');
    time.pass(1000);
    const resume = { startedAt: trigger.receivedAt, finished, earlier: cut.recording };
    const again = await run({ trigger, executionId, journal, resume }, time);
    expect(again.status).toBe('completed');
    const nodes = spansOf(again.recording).filter(({ name }) => name === 'webhook_trigger');
    expect(nodes).toMatchObject([{ start: 0, duration: 15_000, status: 'completed' }]);
    expect(again.recording.nodes.key.filter((key) => key === 'webhook_1_2')).toHaveLength(1);
    accountOf(again.recording);
    // Where the trace is lost, it is written down again.
    const bare = await run({ trigger, executionId, journal, resume: { ...resume, earlier: null } }, time);
    expect(spansOf(bare.recording).filter(({ name }) => name === 'webhook_trigger')).toHaveLength(1);
  });

  test('has ended also where the run is refused, cancelled before it begins, or the clock is behind', async () => {
    const time = new VirtualTime();
    const refused = await run({ trigger: started(time, 40), input: { amount: 'much' } }, time);
    expect(refused).toMatchObject({ status: 'failed', executedNodes: ['webhook_1_2'] });
    const abort = new AbortController();
    abort.abort();
    const cancelled = await run({ trigger: started(time, 40), signal: abort.signal }, time);
    expect(cancelled).toMatchObject({ status: 'cancelled', executedNodes: ['webhook_1_2'] });
    const early = await run({ trigger: started(time, -40) }, time);
    expect(spansOf(early.recording).every(({ start, duration }) => start >= 0 && (duration ?? -1) >= 0)).toBe(true);
    expect(early.status).toBe('completed');
  });

  test('is a workflow, and its phases are in order', async () => {
    const time = new VirtualTime();
    const node = { id: 'a', type: 'delay', with: { ms: 1 } };
    await expect(createConductor(time).node.run(node, { trigger: started(time, 0) })).rejects.toThrow(RangeError);
    const trigger = started(time, 0);
    const phases = trigger.phases.toReversed();
    await expect(createConductor(time).node.run(definition, { trigger: { ...trigger, phases } })).rejects.toThrow(
      RangeError,
    );
  });
});
