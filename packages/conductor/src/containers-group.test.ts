import { describe, expect, test } from 'vitest';
import type { NodeDefinition } from './index.ts';
import { Bench, delay, workflow } from './testing/bench.ts';
import { drawRun } from './testing/draw.ts';

function group(id: string, nodes: NodeDefinition[], more: Partial<NodeDefinition> = {}): NodeDefinition {
  return { id, type: 'group', nodes, ...more };
}

describe('group', () => {
  test('lasts from its start to the end of its last node, and what depends on it waits for all of them', async () => {
    const result = await new Bench().run(
      workflow(
        group('g', [
          delay('a', 10),
          group('inner', [delay('b', 5), delay('c', 5, 'b')], { dependsOn: ['a'] }),
          delay('d', 3),
        ]),
        delay('after', 1, 'g'),
      ),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 21
      g 0-20
        a 0-10
          sleep 0-10
        d 0-3
          sleep 0-3
        inner 10-20
          b 10-15
            sleep 10-15
          c 15-20
            sleep 15-20
      after 20-21
        sleep 20-21"
    `);
  });

  test('starts its nodes once what it depends on has ended', async () => {
    const result = await new Bench().run(
      workflow(group('g', [delay('a', 1), delay('b', 1)], { dependsOn: ['first'] }), delay('first', 10)),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 11
      first 0-10
        sleep 0-10
      g 10-11
        a 10-11
          sleep 10-11
        b 10-11
          sleep 10-11"
    `);
  });

  test('takes no place of its own, however deep', async () => {
    const deep = group('g1', [group('g2', [group('g3', [delay('a', 10)])])]);
    const result = await new Bench().run(workflow(deep, delay('b', 10)), { concurrency: 1 });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 20
      b 0-20
        queue_wait 0-10 (concurrency: limit 1)
        sleep 10-20
      g1 0-10
        g2 0-10
          g3 0-10
            a 0-10
              sleep 0-10"
    `);
  });

  test('its condition is evaluated once for all of its nodes', async () => {
    const result = await new Bench().run(
      workflow(
        group('on', [delay('a', 1)], { when: 'true' }),
        group('off', [delay('b', 1), group('in', [delay('c', 1)])], { when: 'false' }),
      ),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 1
      on 0-1
        a 0-1
          sleep 0-1
      off 0-0 skipped
      (b skipped)
      (in skipped)
      (c skipped)"
    `);
  });

  test('all its nodes are skipped: it has completed', async () => {
    const result = await new Bench().run(
      workflow(group('g', [{ ...delay('a', 1), when: 'false' }]), delay('after', 1, 'g')),
    );
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 1
      after 0-1
        sleep 0-1
      g 0-0
        a 0-0 skipped"
    `);
  });

  test('its output holds those of its nodes by id, without those that were skipped', async () => {
    const result = await new Bench().run({
      ...workflow(group('g', [delay('a', 1), { ...delay('b', 1), when: 'false' }, group('in', [delay('c', 2)])])),
      output: '${nodes.g.output}',
    });
    expect(result.data).toEqual({ a: { ms: 1 }, in: { c: { ms: 2 } } });
  });
});
