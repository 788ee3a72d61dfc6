import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { whatIfShape } from './shapes/what-if.ts';

const WORKSPACE = '/api/v1/workspaces/predictions';

let test: TestServer;
let runs: string[];
let large: string;

/** A run of steps one after the other; the first takes as long as is said. */
function document(id: string, steps: number, firstMs: number): string {
  const nodes = [];
  const spans = [];
  for (let i = 0; i < steps; i++) {
    const start = i === 0 ? 0 : firstMs + (i - 1) * 10;
    nodes.push({
      key: `step ${i}`,
      name: `Step ${i}`,
      type: 'task',
      dependsOn: i === 0 ? [] : [`step ${i - 1}`],
      span: `${i}`,
    });
    spans.push({
      id: `${i}`,
      kind: 'node',
      node: `step ${i}`,
      name: `Step ${i}`,
      start,
      duration: i === 0 ? firstMs : 10,
    });
  }
  const execution = { id, name: 'run', workflow: 'steps', status: 'completed', startedAt: 1.7e15 };
  const inMicros = spans.map((span) => ({ ...span, start: span.start * 1000, duration: span.duration * 1000 }));
  return JSON.stringify({ format: 'flowprof-trace', version: 1, execution, nodes, spans: inMicros });
}

async function imported(file: string): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' };
  const { body } = await test.call(`${WORKSPACE}/imports`, { raw: file, headers });
  const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(body);
  return items[0]?.id ?? '';
}

beforeAll(async () => {
  test = await startTestServer();
  await test.call('/api/workspaces', { json: { slug: 'predictions', name: 'predictions' } });
  runs = [];
  for (const ms of [100, 200, 400]) runs.push(await imported(document(`run ${ms}`, 3, ms)));
  large = await imported(document('large', 3000, 500));
});

afterAll(() => test.close());

async function ask(id: string, body: object, status = 200) {
  const answer = await test.call(`${WORKSPACE}/executions/${id}/what-if`, { json: body });
  expect(answer.status).toBe(status);
  return answer.body;
}

describe('what-if of an execution', () => {
  it('predicts, and answers in the shape that the API describes', async () => {
    const answer = whatIfShape.parse(
      await ask(runs[0] ?? '', { changes: [{ kind: 'speed', node: 'step 0', factor: 2 }] }),
    );
    expect(answer).toMatchObject({
      observed_ms: 120,
      predicted_ms: 70,
      difference_ms: -50,
      runs: null,
      predicted_chart: null,
    });
    expect(answer.fidelity).toMatchObject({ replayed_ms: 120, error_percent: 0 });
    expect(answer.suggestions).toEqual([]);
  });

  it('tells what would help where no change is asked for, each of which can be sent as it is', async () => {
    const { suggestions } = whatIfShape.parse(await ask(runs[2] ?? '', {}));
    expect(suggestions[0]).toMatchObject({ text: 'step 0 2x faster', gain_ms: 200 });
    const again = whatIfShape.parse(await ask(runs[2] ?? '', { changes: [suggestions[0]?.change] }));
    expect(again.predicted_ms).toBe(suggestions[0]?.predicted_ms);
  });

  it('makes the changes to other runs of the workflow, and gives the spread', async () => {
    const changes = [{ kind: 'speed', node: 'step 0', factor: 2 }];
    const answer = whatIfShape.parse(await ask(runs[0] ?? '', { changes, runs: 3 }));
    expect(answer.runs?.count).toBe(3);
    expect(answer.runs?.difference_ms.max).toBe(-50);
    expect(answer.runs?.items[0]).toMatchObject({ observed_ms: 120, predicted_ms: 70 });
  });

  it('gives the predicted chart of a large execution, which a thread simulates', async () => {
    const body = { changes: [{ kind: 'speed', node: 'step 0', factor: 5 }], include_trace: true };
    const answer = whatIfShape.parse(await ask(large, body));
    expect([answer.observed_ms, answer.predicted_ms]).toEqual([30_490, 30_090]);
    expect(answer.predicted_chart?.execution_id).toBe(large);
  });

  it.each(['small', 'large'])(
    'refuses what it does not have with its place, never with what was sent (%s)',
    async (size) => {
      const id = size === 'large' ? large : (runs[0] ?? '');
      const changes = [{ kind: 'unlimited' }, { kind: 'remove', node: 'stp 0' }];
      const problem = await ask(id, { changes }, 422);
      expect(problem).toMatchObject({
        code: 'impossible_change',
        errors: [{ pointer: '/changes/1', code: 'unknown_node' }],
      });
      expect(JSON.stringify(problem)).toContain('step 0');
      expect(JSON.stringify(problem)).not.toContain('stp 0');
    },
  );

  it.each([
    [{ changes: [{ kind: 'speed', node: 'step 0', factor: 0 }] }, '/changes/0/factor'],
    [{ changes: [{ kind: 'magic' }] }, '/changes/0/kind'],
    [{ runs: 21 }, '/runs'],
  ])('%j is no valid question', async (body, pointer) => {
    expect(await ask(runs[0] ?? '', body, 400)).toMatchObject({ code: 'validation_failed', errors: [{ pointer }] });
  });
});
