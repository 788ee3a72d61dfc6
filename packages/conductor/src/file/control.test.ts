import { describe, expect, test } from 'vitest';
import { createConductor, parseWorkflow, WorkflowFileError, type WorkflowIssue } from '../index.ts';

/** The faults of a workflow with these nodes and fields. */
function issuesOf(nodes: readonly object[], more: object = {}): readonly WorkflowIssue[] {
  try {
    parseWorkflow(JSON.stringify({ name: 'test', nodes, ...more }, null, 1));
  } catch (error) {
    if (error instanceof WorkflowFileError) return error.issues;
    throw error;
  }
  return [];
}

function delay(id: string, ...dependsOn: string[]): object {
  return { id, type: 'delay', with: { ms: 1 }, dependsOn };
}

function transform(id: string, value: string, ...dependsOn: string[]): object {
  return { id, type: 'transform', with: { value }, dependsOn };
}

const ROUTE = {
  id: 'route',
  type: 'switch',
  with: {
    cases: [
      { name: 'large', when: '1 < 2' },
      { name: 'small', when: 'false' },
    ],
    default: 'odd',
  },
};
const EACH = { id: 'each', type: 'foreach', with: { items: [1, 2] } };

describe('faults of loops, switches, subworkflows and limits are told precisely', () => {
  test.each<[string, readonly object[], object, Partial<WorkflowIssue>]>([
    [
      'a case that a switch does not have',
      [ROUTE, delay('a', 'route.lage')],
      {},
      {
        code: 'unknown_dependency',
        pointer: '/nodes/1/dependsOn/0',
        message: '"a" depends on the case "lage" of "route", which it does not have; did you mean "large"?',
      },
    ],
    [
      'a case of a node that is no switch',
      [delay('a'), delay('b', 'a.x')],
      {},
      { code: 'unknown_dependency', message: '"b" depends on a case of "a", which is no switch' },
    ],
    [
      'a case twice',
      [{ ...ROUTE, with: { cases: [...ROUTE.with.cases, { name: 'large', when: 'true' }] } }],
      {},
      { code: 'duplicate_id', pointer: '/nodes/0/with/cases/2/name' },
    ],
    [
      'a bad expression of a case',
      [{ ...ROUTE, with: { cases: [{ name: 'x', when: '1 +' }] } }],
      {},
      { code: 'bad_expression', pointer: '/nodes/0/with/cases/0/when' },
    ],
    [
      'a switch without cases',
      [{ id: 'a', type: 'switch' }],
      {},
      { code: 'missing_field', pointer: '/nodes/0/with/cases' },
    ],
    ['a loop without a body', [EACH], {}, { code: 'missing_field', message: 'the foreach "each" has no nodes' }],
    [
      'a loop over nothing',
      [{ id: 'each', type: 'foreach', nodes: [delay('a')] }],
      {},
      { code: 'missing_field', pointer: '/nodes/0/with/items' },
    ],
    [
      'the retrying of a loop',
      [{ ...EACH, nodes: [delay('a')], retry: { policy: 'fixed' } }],
      {},
      { code: 'unknown_field', message: 'a foreach has no "retry"; its nodes do' },
    ],
    [
      'an item outside of loops',
      [transform('a', '${item}')],
      {},
      { code: 'unknown_reference', message: '"item" is known inside a foreach only' },
    ],
    [
      'a loop that is not around',
      [{ ...EACH, nodes: [transform('a', '${loops.eech.item}')] }],
      {},
      { code: 'unknown_reference', message: 'this is not inside a foreach "eech"; did you mean "each"?' },
    ],
    [
      'a node of a loop, read outside of it',
      [{ ...EACH, nodes: [delay('a')] }, transform('b', '${nodes.a.output}', 'each')],
      {},
      {
        code: 'unknown_reference',
        message:
          '"a" is inside the foreach "each" and runs once an item; read nodes.each.output, the list of its outputs',
      },
    ],
    [
      'a way to go on',
      [{ ...delay('a'), onFailure: 'continu' }],
      {},
      { code: 'invalid_value', message: 'unknown way to go on after a failure "continu"; did you mean "continue"?' },
    ],
    [
      'a pool',
      [{ ...delay('a'), pool: 'dbs' }],
      { pools: { db: { concurrency: 1 } } },
      {
        code: 'unknown_limit',
        pointer: '/nodes/0/pool',
        message: 'the workflow has no pool "dbs"; did you mean "db"?',
      },
    ],
    [
      'a rate limit',
      [{ ...delay('a'), rateLimit: 'ap' }],
      { rateLimits: { api: { perSecond: 1 } } },
      { code: 'unknown_limit', pointer: '/nodes/0/rateLimit' },
    ],
    [
      'a field of a rate limit',
      [delay('a')],
      { rateLimits: { api: { perSecnd: 1 } } },
      { code: 'missing_field', pointer: '/rateLimits/api/perSecond' },
    ],
    [
      'a limit of a type that is none',
      [delay('a')],
      { typeConcurrency: { htttp: 1 } },
      { code: 'unknown_node_type', pointer: '/typeConcurrency/htttp' },
    ],
    [
      'the name of a workflow that is computed',
      [{ id: 'a', type: 'subworkflow', with: { workflow: '${input.x}' } }],
      {},
      { code: 'invalid_value', message: 'the name of a workflow cannot be an expression' },
    ],
    [
      'a fault in a workflow inside',
      [delay('a')],
      { workflows: { inner: { name: 'inner', nodes: [delay('b', 'c')] } } },
      { code: 'unknown_dependency', pointer: '/workflows/inner/nodes/0/dependsOn/0' },
    ],
    [
      'a misspelt field in a workflow inside',
      [delay('a')],
      { workflows: { inner: { name: 'inner', nods: [] } } },
      { code: 'missing_field', pointer: '/workflows/inner/nodes' },
    ],
    [
      'workflows inside workflows',
      [delay('a')],
      { workflows: { inner: { name: 'inner', nodes: [delay('b')], workflows: {} } } },
      { code: 'unknown_field', pointer: '/workflows/inner/workflows' },
    ],
  ])('%s', (_, nodes, more, expected) => {
    expect(issuesOf(nodes, more)[0]).toMatchObject(expected);
  });

  test('a loop can read what it waits for, its own nodes, and the items of every loop around', () => {
    const inner = {
      id: 'inner',
      type: 'foreach',
      with: { items: '${item}' },
      nodes: [
        transform('x', '${nodes.before.output} ${item} ${index} ${loops.outer.index} ${loops["inner"].item}'),
        transform('y', '${nodes.x.output}', 'x'),
      ],
    };
    const outer = { id: 'outer', type: 'foreach', dependsOn: ['before'], with: { items: [[1], [2]] }, nodes: [inner] };
    expect(issuesOf([delay('before'), outer, transform('after', '${nodes.outer.output}', 'outer')])).toEqual([]);
  });

  test('loops nested deeper than 16 levels are refused', () => {
    let node: object = delay('leaf');
    for (let i = 0; i < 17; i++) node = { id: `l${i}`, type: 'foreach', with: { items: [1] }, nodes: [node] };
    const conductor = createConductor();
    // Deeper than the JSON of a file may be, but not than what a program may build.
    const definition: unknown = { name: 'deep', nodes: [node] };
    expect(() => conductor.parse(JSON.stringify(definition))).toThrow('loops are nested deeper than 16');
  });
});
