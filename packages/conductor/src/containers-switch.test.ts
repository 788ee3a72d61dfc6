import type { JsonObject } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import type { NodeDefinition, WorkflowDefinition } from './index.ts';
import { Bench, delay, statesOf } from './testing/bench.ts';
import { drawRun } from './testing/draw.ts';

const choose: NodeDefinition = {
  id: 'size',
  type: 'switch',
  with: {
    cases: [
      { name: 'small', when: 'input.n < 10' },
      { name: 'medium', when: 'input.n < 100' },
    ],
  },
};

function definition(more: JsonObject = {}): WorkflowDefinition {
  return {
    name: 'test',
    inputs: { n: { type: 'number', required: true } },
    nodes: [
      { ...choose, with: { ...choose.with, ...more } },
      delay('small', 5, 'size.small'),
      delay('medium', 10, 'size.medium'),
      delay('after_small', 1, 'small'),
      delay('join', 1, 'small', 'medium'),
      delay('always', 2, 'size'),
    ],
  };
}

describe('switch', () => {
  test('the first case that is true is chosen, the branches of the others are skipped with what depends on them', async () => {
    const result = await new Bench().run(definition(), { input: { n: 3 } });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 6
      small 0-5
        sleep 0-5
      always 0-2
        sleep 0-2
      size 0-0
      after_small 5-6
        sleep 5-6
      join 5-6
        sleep 5-6
      (medium skipped)"
    `);
  });

  test('a later case', async () => {
    const result = await new Bench().run(definition(), { input: { n: 30 } });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 11
      medium 0-10
        sleep 0-10
      always 0-2
        sleep 0-2
      size 0-0
      join 10-11
        sleep 10-11
      (small skipped)
      (after_small skipped)"
    `);
  });

  test('the default, where no case is true', async () => {
    const result = await new Bench().run(definition({ default: 'medium' }), { input: { n: 300 } });
    expect(result.executedNodes).toEqual(['size', 'always', 'medium', 'join']);
  });

  test('a default that is no case is a branch of its own', async () => {
    const base = definition({ default: 'large' });
    const result = await new Bench().run(
      { ...base, nodes: [...base.nodes, delay('large', 1, 'size.large')] },
      { input: { n: 300 } },
    );
    expect(result.executedNodes).toEqual(['size', 'large', 'always']);
  });

  test('no branch, where no case is true and there is no default', async () => {
    const result = await new Bench().run(definition(), { input: { n: 300 } });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 2
      always 0-2
        sleep 0-2
      size 0-0
      (small skipped)
      (medium skipped)
      (after_small skipped)
      (join skipped)"
    `);
    expect(result.success).toBe(true);
  });

  test.each([
    [3, { case: 'small' }],
    [300, { case: null }],
  ])('its output tells which: %i', async (n, output) => {
    const result = await new Bench().run({ ...definition(), output: '${nodes.size.output}' }, { input: { n } });
    expect(result.data).toEqual(output);
  });

  test('what depends on a branch that is not taken is skipped, whatever else it depends on', async () => {
    const result = await new Bench().run(
      {
        name: 'test',
        inputs: { n: { type: 'number' } },
        nodes: [choose, delay('other', 5), delay('both', 1, 'size.small', 'other')],
      },
      { input: { n: 50 } },
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 5
      other 0-5
        sleep 0-5
      size 0-0
      (both skipped)"
    `);
  });

  test('a switch that is skipped skips all its branches', async () => {
    const result = await new Bench().run({
      name: 'test',
      nodes: [
        { id: 's', type: 'switch', when: 'false', with: { cases: [{ name: 'a', when: 'true' }] } },
        delay('a', 1, 's.a'),
        delay('after', 1, 's'),
      ],
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 0
      s 0-0 skipped
      (a skipped)
      (after skipped)"
    `);
  });

  test.each([
    ['fails', '1 / 0 == 1', 'expression_failed'],
    ['is no boolean', '1 + 1', 'expression_failed'],
  ])('a case whose condition %s fails the switch', async (_, when, code) => {
    const result = await new Bench().run({
      name: 'test',
      nodes: [{ id: 's', type: 'switch', with: { cases: [{ name: 'a', when }] } }, delay('a', 1, 's.a')],
    });
    expect(result.error).toMatchObject({ code, nodeKey: 's' });
    expect(drawRun(result)).toContain('(a skipped)');
  });

  test('in a loop every item chooses for itself', async () => {
    const result = await new Bench().run({
      name: 'test',
      nodes: [
        {
          id: 'each',
          type: 'foreach',
          with: { items: [1, 2] },
          nodes: [
            {
              id: 's',
              type: 'switch',
              with: {
                cases: [
                  { name: 'one', when: 'item == 1' },
                  { name: 'two', when: 'item == 2' },
                ],
              },
            },
            delay('one', 1, 's.one'),
            delay('two', 2, 's.two'),
          ],
        },
      ],
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 2
      each 0-2
        each item#1 0-2
          two#1 0-2
            sleep 0-2
          s#1 0-0
        each item#0 0-1
          one#0 0-1
            sleep 0-1
          s#0 0-0
      (two#0 skipped)
      (one#1 skipped)"
    `);
  });

  test.each([
    [3, 'completed'],
    [30, 'completed'],
    [300, 'skipped'],
  ])('of several branches that a node names one must be chosen: %i', async (n, state) => {
    const nodes = [choose, delay('either', 1, 'size.small', 'size.medium')];
    const result = await new Bench().run({ name: 'test', nodes }, { input: { n } });
    expect(statesOf(result)['either']).toBe(state);
  });
});
