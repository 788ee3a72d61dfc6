import type { JsonObject, JsonValue } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import type { NodeDefinition } from './index.ts';
import { Bench, delay, workflow } from './testing/bench.ts';
import { drawRun } from './testing/draw.ts';

function each(id: string, items: JsonValue, nodes: NodeDefinition[], more: JsonObject = {}): NodeDefinition {
  return { id, type: 'foreach', with: { items, ...more }, nodes };
}

/** A node that takes as many milliseconds as the item says. */
const wait: NodeDefinition = { id: 'wait', type: 'delay', with: { ms: '${item}' } };

function value(id: string, expression: JsonValue, ...dependsOn: string[]): NodeDefinition {
  return { id, type: 'transform', dependsOn, with: { value: expression } };
}

describe('foreach', () => {
  test('one node for each item, side by side, and the list of what they give', async () => {
    const result = await new Bench().run({
      ...workflow(each('each', [10, 20, 5], [wait]), delay('after', 1, 'each')),
      output: '${nodes.each.output}',
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 21
      each 0-20
        wait#1 0-20
          sleep 0-20
        wait#0 0-10
          sleep 0-10
        wait#2 0-5
          sleep 0-5
      after 20-21
        sleep 20-21"
    `);
    expect(result.data).toEqual([{ ms: 10 }, { ms: 20 }, { ms: 5 }]);
  });

  test('the outputs stand in the order of the items, whichever ends first', async () => {
    const result = await new Bench().run({
      ...workflow(each('each', [30, 10, 20], [wait])),
      output: '${nodes.each.output}',
    });
    expect(result.data).toEqual([{ ms: 30 }, { ms: 10 }, { ms: 20 }]);
  });

  test('an empty list: nothing runs, the output is empty, and what depends on it runs', async () => {
    const result = await new Bench().run({
      ...workflow(each('each', [], [wait]), delay('after', 1, 'each')),
      output: '${nodes.each.output}',
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 1
      after 0-1
        sleep 0-1
      each 0-0"
    `);
    expect(result.data).toEqual([]);
  });

  test('items, their positions and the loops around them can be read', async () => {
    const inner = each('inner', '${item.list}', [
      value('leaf', {
        item: '${item}',
        index: '${index}',
        outer: '${loops.outer.item.name}',
        at: '${loops.outer.index}',
      }),
    ]);
    const items = [
      { name: 'a', list: ['x', 'y'] },
      { name: 'b', list: ['z'] },
    ];
    const result = await new Bench().run({
      ...workflow(each('outer', items, [inner])),
      output: '${nodes.outer.output}',
    });
    expect(result.data).toEqual([
      [
        { item: 'x', index: 0, outer: 'a', at: 0 },
        { item: 'y', index: 1, outer: 'a', at: 0 },
      ],
      [{ item: 'z', index: 0, outer: 'b', at: 1 }],
    ]);
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 0
      outer 0-0
        inner#0 0-0
          leaf#0 0-0
          leaf#2 0-0
        inner#1 0-0
          leaf#1 0-0"
    `);
  });

  test('a body of several nodes: those of one item wait for each other, and read what the others of their item gave', async () => {
    const result = await new Bench().run({
      ...workflow(each('each', [10, 20], [wait, value('twice', '${nodes.wait.output.ms * 2.0}', 'wait')])),
      output: '${nodes.each.output}',
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 20
      each 0-20
        each item#1 0-20
          wait#1 0-20
            sleep 0-20
          twice#1 20-20
        each item#0 0-10
          wait#0 0-10
            sleep 0-10
          twice#0 10-10"
    `);
    expect(result.data).toEqual([
      { wait: { ms: 10 }, twice: 20 },
      { wait: { ms: 20 }, twice: 40 },
    ]);
  });

  test('its own concurrency lets so many items in at once, to their end', async () => {
    const result = await new Bench().run(
      workflow(each('each', [10, 20, 5, 5], [wait, delay('then', 1, 'wait')], { concurrency: 2 })),
      { concurrency: 9 },
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 23
      each 0-23
        each item#1 0-21
          wait#1 0-20
            sleep 0-20
          then#1 20-21
            sleep 20-21
        each item#0 0-11
          wait#0 0-10
            sleep 0-10
          then#0 10-11
            sleep 10-11
        each item#2 11-17
          wait#2 11-16
            sleep 11-16
          then#2 16-17
            sleep 16-17
        each item#3 17-23
          wait#3 17-22
            sleep 17-22
          then#3 22-23
            sleep 22-23"
    `);
  });

  test('the limit of the run counts as well', async () => {
    const result = await new Bench().run(workflow(each('each', [10, 10, 10], [wait])), { concurrency: 2 });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 20
      each 0-20
        wait#2 0-20
          queue_wait 0-10 (concurrency: limit 2)
          sleep 10-20
        wait#0 0-10
          sleep 0-10
        wait#1 0-10
          sleep 0-10"
    `);
  });

  test('conditions of its nodes are evaluated for each item', async () => {
    const result = await new Bench().run(workflow(each('each', [10, 0, 30], [{ ...wait, when: 'item > 0' }])));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 30
      each 0-30
        wait#2 0-30
          sleep 0-30
        wait#0 0-10
          sleep 0-10
        wait#1 0-0 skipped"
    `);
  });

  test('an item that fails stops the loop: what runs ends, nothing else starts', async () => {
    const result = await new Bench().run(
      workflow(
        each(
          'each',
          [10, 20, 30, 40],
          [
            wait,
            { id: 'check', type: 'fail', when: 'item == 10', with: { message: 'no' }, dependsOn: ['wait'] },
            delay('then', 1, 'wait'),
          ],
          { concurrency: 2 },
        ),
        delay('after', 1, 'each'),
      ),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 20: failed_on_purpose in check
      each 0-20 failed
        each item#1 0-20 cancelled
          wait#1 0-20
            sleep 0-20
        each item#0 0-10 failed
          wait#0 0-10
            sleep 0-10
          check#0 10-10 failed
            execute 10-10 failed
      (after skipped)
      (then#0 skipped)
      (check#1 skipped)
      (then#1 skipped)"
    `);
  });

  test('with onItemFailure continue the others go on, and the output has a hole', async () => {
    const result = await new Bench().run({
      ...workflow(
        each('each', [1, 2, 3], [{ id: 'odd', type: 'transform', with: { value: '${10 / (item - 2)}' } }], {
          onItemFailure: 'continue',
        }),
        delay('after', 1, 'each'),
      ),
      output: '${nodes.each.output}',
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 1
      after 0-1
        sleep 0-1
      each 0-0
        odd#0 0-0
        odd#1 0-0 failed
          execute 0-0 failed
        odd#2 0-0"
    `);
    expect(result).toMatchObject({ success: true, data: [-10, null, 10] });
  });

  test.each([
    ['a number', '${input.n}', 'not_a_list'],
    ['text', '${"abc"}', 'not_a_list'],
    ['nothing', '${null}', 'not_a_list'],
    ['an object', '${input}', 'not_a_list'],
    ['an expression that fails', '${1 / 0}', 'expression_failed'],
  ])('items that are no list but %s', async (_, items, code) => {
    const result = await new Bench().run({
      name: 'test',
      inputs: { n: { type: 'number', default: 3 } },
      nodes: [each('each', items, [wait]), delay('after', 1, 'each')],
    });
    expect(result.error).toMatchObject({ code, nodeKey: 'each' });
    expect(drawRun(result)).toContain('(after skipped)');
  });

  test('a thousand items, three at a time', async () => {
    const items = Array.from({ length: 1000 }, () => 3);
    const result = await new Bench().run(workflow(each('each', items, [wait], { concurrency: 3 })), { concurrency: 9 });
    expect(result).toMatchObject({ success: true, duration: 334 * 3 });
    expect(result.recording.nodes.length).toBe(1001);
  });

  test('its time limit stops what is in it', async () => {
    const result = await new Bench().run(
      workflow({ ...each('each', [5, 50, 50], [wait], { concurrency: 2 }), timeoutMs: 20 }),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 20: timeout in each
      each 0-20 timeout
        wait#1 0-20 timeout
          sleep 0-20 timeout
        wait#0 0-5
          sleep 0-5
        wait#2 5-20 timeout
          sleep 5-20 timeout"
    `);
  });

  test('in the nested trace every item is a child of the loop', async () => {
    const { trace } = await new Bench().run(workflow(each('each', [10, 20], [wait])));
    expect(trace.nodes).toHaveLength(1);
    const children = trace.nodes[0]?.childTraces ?? [];
    expect(children.map(({ nodeId, state, duration }) => [nodeId, state, duration])).toMatchInlineSnapshot(`
      [
        [
          "wait",
          "completed",
          10,
        ],
        [
          "wait",
          "completed",
          20,
        ],
      ]
    `);
    expect(trace.events[0]?.data).toMatchObject({ totalNodes: 1, criticalPath: ['each'] });
  });

  test('a loop of which not every item has begun when a node beside it fails has not completed', async () => {
    const beside: NodeDefinition = { id: 'bad', type: 'fail', dependsOn: ['d'], with: { message: 'no' } };
    const loop = each('each', [10, 20, 30], [wait], { concurrency: 1 });
    const result = await new Bench().run(workflow(loop, delay('d', 5), beside));
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 10: failed_on_purpose in bad
      each 0-10 cancelled
        wait#0 0-10
          sleep 0-10
      d 0-5
        sleep 0-5
      bad 5-5 failed
        execute 5-5 failed"
    `);
  });

  test('100,000 items and no more', async () => {
    const loop = each('each', '${input.items}', [{ id: 'nothing', type: 'group', nodes: [value('v', 1)] }]);
    const items = Array.from({ length: 100_001 }, () => 0);
    const { error } = await new Bench().run(workflow(loop), { input: { items } });
    expect(error?.code).toBe('too_many_items');
  });
});
