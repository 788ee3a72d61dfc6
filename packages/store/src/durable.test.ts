import { randomUUID } from 'node:crypto';
import { asMicros, TraceAssembler, toMicros, type Status, type TraceEvent } from '@flowprof/model';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Execution, ExecutionOutcome, TenantStore } from './api.ts';
import { StoreError } from './errors.ts';
import { backendCases, type RunningBackend } from './testing/backends.ts';
import { done, span, started, state, twoSteps } from './testing/traces.ts';

async function codeOfRejection(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}

function outcomeOf(executionId: string, status: Status, events: readonly TraceEvent[] = []): ExecutionOutcome {
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  assembler.describe({ id: executionId, status });
  return { status, results: { n: 1 }, error: null, duration: toMicros(50), trace: assembler.finish() };
}

const shuffled = <T>(items: readonly T[]) =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

/** A node in another, whose iteration is told where it is not its own. */
function declare(
  key: string,
  iteration: number | null,
  parent: { key: string; at?: number | null } | null,
): TraceEvent {
  const node = { key, name: key, type: 'x', iteration, parentKey: parent?.key ?? null, dependsOn: [] };
  return {
    type: 'node_declared',
    node: { ...node, ...(parent?.at !== undefined && { parentIteration: parent.at }) },
  };
}

describe.each(await backendCases())('durable runs on $name', ({ start }) => {
  let running: RunningBackend;
  let tenant: TenantStore;
  beforeAll(async () => {
    running = await start();
    tenant = running.store.tenant((await running.store.createWorkspace({ slug: 'w', name: 'W' })).id);
  });
  afterAll(() => running.stop());

  async function newExecution(): Promise<Execution> {
    const workflow = await tenant.createWorkflow({ name: 'w', description: null, definition: { v: 1 } });
    const made = { id: randomUUID(), workflowId: workflow.id, input: { n: 1 }, trigger: 'manual' };
    const execution = await tenant.createExecution(made);
    if (execution === null) throw new Error('it was not made');
    return execution;
  }

  describe('the journal', () => {
    it('gives back what was committed, in the order in which the nodes ended', async () => {
      const { id } = await newExecution();
      const entries = [
        done('each[3]/fetch', { output: { list: [1, 'zwei', null, { deep: true }] }, end: asMicros(30) }),
        done('ünï\u0000code', { output: 'x'.repeat(100_000), attempts: 2, end: asMicros(10) }),
        done('p/'.repeat(5000), { status: 'skipped', output: null, start: asMicros(15), end: asMicros(15) }),
        done('f', {
          status: 'failed',
          output: null,
          error: { code: 'http_status', message: '500', nodeKey: 'f' },
          end: asMicros(20),
        }),
      ];
      await tenant.commitNodes(id, entries.slice(0, 1));
      await tenant.commitNodes(id, entries.slice(1));
      const [first, second, third, last] = await tenant.readJournal(id);
      expect([first, second, third, last]).toEqual([
        { ...entries[1], path: 'ünï\ufffdcode' },
        entries[2],
        entries[3],
        entries[0],
      ]);
    });

    it('keeps the first of a path, however often and in whatever order entries come', async () => {
      const first = Array.from({ length: 12 }, (_, i) => done(`n${i}`, { output: { first: i }, end: asMicros(i) }));
      const again = first.map((entry) => ({ ...entry, output: 'another' }));
      const calls = fc.array(fc.tuple(fc.nat(11), fc.nat(3)), { maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(shuffled(first), calls, fc.boolean(), async (order, repeats, atOnce) => {
          const { id } = await newExecution();
          await tenant.commitNodes(id, order.slice(0, 5));
          for (const entry of order.slice(5)) await tenant.commitNodes(id, [entry]);
          const late = repeats.map(
            ([at, count]) =>
              () =>
                tenant.commitNodes(id, again.slice(at, at + count + 1)),
          );
          if (atOnce) await Promise.all(late.map((call) => call()));
          else for (const call of late) await call();
          expect(await tenant.readJournal(id)).toEqual(first);
        }),
        { numRuns: 20 },
      );
    });

    it('takes 10,000 entries at once', async () => {
      const { id } = await newExecution();
      const entries = Array.from({ length: 10_000 }, (_, i) => done(`each[${i}]/x`, { end: asMicros(i) }));
      await tenant.commitNodes(id, entries);
      expect(await tenant.readJournal(id)).toEqual(entries);
    });

    it('takes entries of many executions at once, and tells only those at fault that they are', async () => {
      const executions = await Promise.all(Array.from({ length: 10 }, newExecution));
      const ended = await newExecution();
      await tenant.finishExecution(ended.id, outcomeOf(ended.id, 'failed'));
      const huge = done('huge', { output: 'x'.repeat(17 * 1024 * 1024) });
      const codes = await Promise.all([
        codeOfRejection(tenant.commitNodes(ended.id, [done('a')])),
        codeOfRejection(tenant.commitNodes(randomUUID(), [done('a')])),
        codeOfRejection(tenant.commitNodes('no uuid', [done('a')])),
        codeOfRejection(tenant.commitNodes(executions[0]?.id ?? '', [huge])),
        ...executions.map(({ id }) => codeOfRejection(tenant.commitNodes(id, [done('a'), done('b')]))),
      ]);
      expect(codes).toEqual([
        'not_owner',
        'not_found',
        'not_found',
        'payload_too_large',
        ...executions.map(() => 'none'),
      ]);
      for (const { id } of executions) {
        const paths = (await tenant.readJournal(id)).map(({ path }) => path);
        expect(paths.sort()).toEqual(['a', 'b']);
      }
      expect(await tenant.readJournal(ended.id)).toEqual([]);
      expect(await tenant.readJournal('no uuid')).toEqual([]);
    });

    it('keeps workspaces apart on the connections that they share, however many there are', async () => {
      const places: { readonly own: TenantStore; readonly id: string }[] = [];
      for (let i = 0; i < 105; i++) {
        const slug = randomUUID();
        const own = running.store.tenant((await running.store.createWorkspace({ slug, name: slug })).id);
        const { id: workflowId } = await own.createWorkflow({ name: 'w', description: null, definition: {} });
        const id = randomUUID();
        await own.createExecution({ id, workflowId, input: {}, trigger: 'manual' });
        places.push({ own, id });
      }
      for (const round of ['first', 'second']) {
        for (const { own, id } of places) await own.commitNodes(id, [done(`${round}-${id}`)]);
      }
      for (const { own, id } of places) {
        const paths = (await own.readJournal(id)).map((entry) => entry.path);
        expect(paths.sort()).toEqual([`first-${id}`, `second-${id}`]);
      }
    });

    it('does nothing for no entries', async () => {
      const { id } = await newExecution();
      await tenant.commitNodes(id, []);
      expect(await tenant.readJournal(id)).toEqual([]);
    });

    it('is forgotten once the execution has completed, and kept when it has not', async () => {
      for (const status of ['completed', 'failed', 'cancelled', 'timeout'] as const) {
        const { id } = await newExecution();
        await tenant.commitNodes(id, [done('a')]);
        await tenant.finishExecution(id, outcomeOf(id, status));
        expect(await tenant.readJournal(id), status).toHaveLength(status === 'completed' ? 0 : 1);
      }
    });

    it('goes with its workflow', async () => {
      const { id, workflowId } = await newExecution();
      await tenant.commitNodes(id, [done('a')]);
      await tenant.deleteWorkflow(workflowId);
      expect(await tenant.readJournal(id)).toEqual([]);
    });
  });

  describe('an execution that is opened again', () => {
    it('runs on under its id and number, with what had completed, and ends anew', async () => {
      const { id, executionNumber, workflowId, workflowVersion } = await newExecution();
      const events = twoSteps(id);
      await tenant.recordEvents(id, events);
      await tenant.commitNodes(id, [done('a')]);
      await tenant.finishExecution(id, { ...outcomeOf(id, 'failed', events), error: { code: 'x', message: 'y' } });
      const before = await tenant.getTrace(id);

      const reopened = await tenant.reopenExecution(id);
      expect(reopened).toMatchObject({ id, executionNumber, status: 'running', error: null, results: null });
      expect(reopened).toMatchObject({ completedAt: null, duration: null, resumptions: 0 });
      expect(await tenant.getDefinition(workflowId, workflowVersion)).toEqual({ v: 1 });
      expect(await tenant.readJournal(id)).toHaveLength(1);
      expect((await tenant.getTrace(id))?.spans.ids.listed).toEqual(before?.spans.ids.listed);
      expect(await tenant.getPackedTrace(id)).toBeNull();
      const steps = async (): Promise<unknown> =>
        (await tenant.listSteps(id)).map(({ stepKey, status, retryCount, error, startedAt }) => ({
          [stepKey]: [status, retryCount, error?.code ?? null, startedAt === null],
        }));
      expect(await steps()).toEqual([{ a: ['completed', 0, null, false] }, { b: ['pending', 1, null, true] }]);

      await tenant.recordEvents(id, [started(id), { type: 'node_state', state: state('b', { at: asMicros(100) }) }]);
      expect(await steps()).toEqual([{ a: ['completed', 0, null, false] }, { b: ['running', 0, null, false] }]);
      const end = state('b', { status: 'completed', at: asMicros(120) });
      const more: TraceEvent[] = [
        { type: 'node_state', state: end },
        { type: 'span', span: span('new', { nodeKey: 'b', start: asMicros(100), duration: asMicros(20) }) },
      ];
      await tenant.recordEvents(id, more);
      const outcome = outcomeOf(id, 'completed', [...events, ...more]);
      await tenant.finishExecution(id, outcome);
      expect(await tenant.getTrace(id)).toEqual(outcome.trace);
      expect(await tenant.getExecution(id)).toMatchObject({ status: 'completed', executionNumber });
      expect((await tenant.listSteps(id))[1]).toMatchObject({ status: 'completed', duration: 20, error: null });
    });

    it('is pending when it had never started', async () => {
      const { id } = await newExecution();
      await tenant.finishExecution(id, outcomeOf(id, 'cancelled'));
      expect(await tenant.reopenExecution(id)).toMatchObject({ status: 'pending', startedAt: null });
    });

    it('is one that had ended otherwise than well, and is opened once', async () => {
      const { id } = await newExecution();
      expect(await codeOfRejection(tenant.reopenExecution(id))).toBe('not_resumable');
      await tenant.finishExecution(id, outcomeOf(id, 'timeout'));
      const codes = await Promise.all(Array.from({ length: 5 }, () => codeOfRejection(tenant.reopenExecution(id))));
      expect(codes.sort()).toEqual(['none', ...Array.from({ length: 4 }, () => 'not_resumable')]);
      await tenant.finishExecution(id, outcomeOf(id, 'completed'));
      expect(await codeOfRejection(tenant.reopenExecution(id))).toBe('not_resumable');
      expect(await tenant.reopenExecution(randomUUID())).toBeNull();
      expect(await tenant.reopenExecution('no uuid')).toBeNull();
    });

    it('takes the states of restored nodes again without losing what was known of them', async () => {
      const { id } = await newExecution();
      await tenant.recordEvents(id, twoSteps(id));
      await tenant.finishExecution(id, outcomeOf(id, 'failed', twoSteps(id)));
      const [before] = await tenant.listSteps(id);
      await tenant.reopenExecution(id);
      const restored = state('a', { status: 'completed', at: asMicros(25) });
      await tenant.recordEvents(id, [{ type: 'node_state', state: restored }]);
      expect((await tenant.listSteps(id))[0]).toEqual(before);
    });
  });

  it('keeps nodes of loops within loops in the iterations that they belong to', async () => {
    const { id } = await newExecution();
    const events = [
      declare('outer', null, null),
      declare('inner', 0, { key: 'outer', at: null }),
      declare('inner', 1, { key: 'outer', at: null }),
      declare('leaf', 0, { key: 'inner' }),
      declare('leaf', 5, { key: 'inner', at: 1 }),
    ];
    const assembler = new TraceAssembler();
    for (const event of events) assembler.apply(event);
    await tenant.recordEvents(id, events);
    const nodes = (await tenant.getTrace(id))?.nodes;
    expect(nodes).toEqual(assembler.finish().nodes);
    expect([...(nodes?.parent ?? [])]).toEqual([-1, 0, 0, 1, 2]);
  });
});
