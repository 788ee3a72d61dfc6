import type { JsonObject } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import type { NodeDefinition, WorkflowDefinition } from './index.ts';
import { Bench, delay, workflow } from './testing/bench.ts';
import { drawRun } from './testing/draw.ts';

function call(id: string, name: string, input: JsonObject = {}, ...dependsOn: string[]): NodeDefinition {
  return { id, type: 'subworkflow', dependsOn, with: { workflow: name, input } };
}

const doubles: WorkflowDefinition = {
  name: 'doubles',
  inputs: { n: { type: 'number', required: true }, by: { type: 'number', default: 2 } },
  nodes: [
    delay('wait', 10),
    { id: 'result', type: 'transform', dependsOn: ['wait'], with: { value: '${input.n * input.by}' } },
  ],
  output: { value: '${nodes.result.output}' },
};

describe('subworkflow', () => {
  test('runs a workflow by its name with an input, and gives its output', async () => {
    const result = await new Bench().run({
      ...workflow(
        call('twice', 'doubles', { n: 4 }),
        call('again', 'doubles', { n: '${nodes.twice.output.value}', by: 3 }, 'twice'),
      ),
      workflows: { doubles },
      output: '${nodes.again.output}',
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 20
      twice 0-10
        wait 0-10
          sleep 0-10
        result 10-10
      again 10-20
        wait 10-20
          sleep 10-20
        result 20-20"
    `);
    expect(result.data).toEqual({ value: 24 });
    expect(result.recording.nodes.key).toEqual([
      'twice',
      'again',
      'twice/wait',
      'twice/result',
      'again/wait',
      'again/result',
    ]);
  });

  test('workflows of the host can be called as well', async () => {
    const result = await new Bench().run(workflow(call('twice', 'doubles', { n: 4 })), { workflows: { doubles } });
    expect(result).toMatchObject({ success: true, data: { twice: { value: 8 } } });
  });

  test('one without an output gives those of its nodes', async () => {
    const result = await new Bench().run({
      ...workflow(call('sub', 'plain')),
      workflows: { plain: workflow(delay('a', 5), delay('b', 5)) },
    });
    expect(result.data).toEqual({ sub: { a: { ms: 5 }, b: { ms: 5 } } });
  });

  test.each([
    ['a missing input', {}],
    ['an input of another type', { n: 'x' }],
    ['an input that is not declared', { n: 1, m: 2 }],
  ])('%s fails the call before anything in it runs', async (_, input) => {
    const result = await new Bench().run({ ...workflow(call('sub', 'doubles', input)), workflows: { doubles } });
    expect(result.error).toMatchObject({ code: 'invalid_input', nodeKey: 'sub' });
  });

  test('a failure inside is that of the call', async () => {
    const breaks = workflow(delay('a', 5), {
      id: 'bad',
      type: 'fail',
      dependsOn: ['a'],
      with: { message: 'no', code: 'broken' },
    });
    const result = await new Bench().run({
      ...workflow(call('sub', 'breaks'), delay('after', 1, 'sub'), delay('beside', 20)),
      workflows: { breaks },
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 20: broken in sub/bad
      beside 0-20
        sleep 0-20
      sub 0-5 failed
        a 0-5
          sleep 0-5
        bad 5-5 failed
          execute 5-5 failed
      (after skipped)"
    `);
    expect(result.error).toMatchObject({ code: 'broken', message: 'no', nodeKey: 'sub/bad' });
  });

  test('its own output failing is the failure of the call', async () => {
    const result = await new Bench().run({
      ...workflow(call('sub', 'w'), delay('after', 1, 'sub')),
      workflows: { w: { ...workflow(delay('a', 5)), output: '${1 / 0}' } },
    });
    expect(result.error).toMatchObject({ code: 'expression_failed', nodeKey: 'sub' });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 5: expression_failed in sub
      sub 0-5 failed
        a 0-5
          sleep 0-5
      (after skipped)"
    `);
  });

  test('a workflow may call itself until a condition ends it', async () => {
    const countdown: WorkflowDefinition = {
      name: 'countdown',
      inputs: { n: { type: 'number', required: true } },
      nodes: [
        delay('step', 1),
        { ...call('next', 'countdown', { n: '${input.n - 1.0}' }, 'step'), when: 'input.n > 0' },
      ],
    };
    const result = await new Bench().run({
      ...workflow(call('start', 'countdown', { n: 3 })),
      workflows: { countdown },
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 4
      start 0-4
        step 0-1
          sleep 0-1
        next 1-4
          step 1-2
            sleep 1-2
          next 2-4
            step 2-3
              sleep 2-3
            next 3-4
              step 3-4
                sleep 3-4
              next 4-4 skipped"
    `);
  });

  test('one that never ends calling itself is too deep', async () => {
    const forever: WorkflowDefinition = { name: 'forever', nodes: [call('again', 'forever')] };
    const result = await new Bench().run({ ...workflow(call('start', 'forever')), workflows: { forever } });
    expect(result).toMatchObject({ success: false, error: { code: 'too_deep' } });
  });

  test('two that call each other without end are too deep', async () => {
    const ping: WorkflowDefinition = { name: 'ping', nodes: [call('to', 'pong')] };
    const pong: WorkflowDefinition = { name: 'pong', nodes: [call('to', 'ping')] };
    const result = await new Bench().run({ ...workflow(call('start', 'ping')), workflows: { ping, pong } });
    expect(result.error?.code).toBe('too_deep');
  });

  test('its nodes count towards the limit of the run', async () => {
    const result = await new Bench().run(
      {
        ...workflow(call('sub', 'w'), delay('beside', 10)),
        workflows: { w: workflow(delay('a', 10), delay('b', 10)) },
      },
      { concurrency: 1 },
    );
    expect(result.duration).toBe(30);
  });

  test('in a loop every item calls for itself', async () => {
    const result = await new Bench().run({
      ...workflow({
        id: 'each',
        type: 'foreach',
        with: { items: [1, 2] },
        nodes: [call('sub', 'doubles', { n: '${item}' })],
      }),
      workflows: { doubles },
      output: '${nodes.each.output}',
    });
    expect(result.data).toEqual([{ value: 2 }, { value: 4 }]);
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 10
      each 0-10
        sub#0 0-10
          wait#0 0-10
            sleep 0-10
          result#0 10-10
        sub#1 0-10
          wait#1 0-10
            sleep 0-10
          result#1 10-10"
    `);
  });
});
