import { describe, expect, test } from 'vitest';
import { parseWorkflow, WorkflowFileError, type WorkflowIssue } from '../index.ts';

function issuesOf(text: string): readonly WorkflowIssue[] {
  try {
    parseWorkflow(text);
  } catch (error) {
    if (error instanceof WorkflowFileError) return error.issues;
    throw error;
  }
  return [];
}

const NODE = '{ "id": "a", "type": "delay", "with": { "ms": 1 } }';

function file(nodes: string, more = ''): string {
  return `{ "name": "test",${more}\n  "nodes": [\n${nodes}\n] }`;
}

test('a good file is given back as it stands', () => {
  expect(parseWorkflow(file(NODE))).toEqual({ name: 'test', nodes: [{ id: 'a', type: 'delay', with: { ms: 1 } }] });
});

function delay(id: string, ...dependsOn: string[]): string {
  return `{ "id": "${id}", "type": "delay", "with": { "ms": 1 }, "dependsOn": ${JSON.stringify(dependsOn)} }`;
}

describe('every fault has a code and its place in the text', () => {
  test.each<[string, string, Partial<WorkflowIssue>]>([
    ['no JSON', '{ "name": "x",\n  "nodes": [,] }', { code: 'malformed_json', line: 2, column: 13 }],
    ['a trailing comma', file(`${NODE},`), { code: 'malformed_json', line: 4, column: 1 }],
    ['nothing', '', { code: 'malformed_json', line: 1, column: 1 }],
    ['another value', '[]', { code: 'invalid_value', line: 1 }],
    ['a key twice', file(NODE, '\n "name": "y",'), { code: 'duplicate_key', line: 2, column: 2 }],
    ['no name', '{ "nodes": [] }', { code: 'missing_field', pointer: '/name' }],
    [
      'an unknown field',
      file(NODE.replace('type', 'typ')),
      { code: 'missing_field', pointer: '/nodes/0/type', line: 3 },
    ],
    [
      'a misspelt field',
      file(NODE, '"concurency": 2,'),
      { code: 'unknown_field', pointer: '/concurency', line: 1, column: 18 },
    ],
    [
      'a bad value',
      file(NODE, '"concurrency": 0,'),
      { code: 'invalid_value', pointer: '/concurrency', line: 1, column: 33 },
    ],
    ['an id twice', file(`${NODE},\n${NODE}`), { code: 'duplicate_id', pointer: '/nodes/1/id', line: 4 }],
    [
      'a dependency',
      file(`${delay('fetch')},\n${delay('b', 'fetsh')}`),
      {
        code: 'unknown_dependency',
        pointer: '/nodes/1/dependsOn/0',
        line: 4,
        message: '"b" depends on "fetsh", which does not exist; did you mean "fetch"?',
      },
    ],
    [
      'a cycle',
      file([delay('a', 'c'), delay('b', 'a'), delay('c', 'b')].join(',\n')),
      { code: 'dependency_cycle', line: 3, message: 'nodes wait for each other in a circle: a → c → b → a' },
    ],
    [
      'itself',
      file(delay('a', 'a')),
      { code: 'dependency_cycle', message: 'nodes wait for each other in a circle: a → a' },
    ],
    [
      'a node type',
      file(NODE.replace('delay', 'dealy')),
      { code: 'unknown_node_type', line: 3, message: 'there is no node type "dealy"; did you mean "delay"?' },
    ],
    [
      'a retry policy',
      file(NODE.replace('}', '}, "retry": { "policy": "expnential" }')),
      { code: 'unknown_retry_policy', message: 'unknown retry policy "expnential"; did you mean "exponential"?' },
    ],
    ['a parameter', file(NODE.replace('ms', 'msec')), { code: 'missing_field', pointer: '/nodes/0/with/ms' }],
    [
      'a condition',
      file(NODE.replace('}', '},\n"when": "1 +"')),
      { code: 'bad_expression', pointer: '/nodes/0/when', line: 4, column: 12 },
    ],
    [
      'an expression in a text',
      file('{ "id": "a", "type": "transform",\n"with": { "value": "x \\" ${nope(1)}" } }'),
      { code: 'bad_expression', line: 4, column: 28, message: 'expression: there is no function "nope"' },
    ],
    [
      'an open expression',
      file('{ "id": "a", "type": "transform", "with": { "value": "${1" } }'),
      { code: 'bad_expression', message: 'expression: "${" has no matching "}"' },
    ],
    [
      'an unknown variable',
      file('{ "id": "a", "type": "transform", "with": { "value": "${inputs.x}" } }'),
      { code: 'bad_expression' },
    ],
    [
      'an unknown input',
      file('{ "id": "a", "type": "transform", "with": { "value": "${input.x}" } }', '"inputs": {},'),
      { code: 'unknown_reference' },
    ],
    [
      'an unknown service',
      file('{ "id": "a", "type": "transform", "with": { "value": "${services.x}" } }', '"services": ["demo"],'),
      { code: 'unknown_reference' },
    ],
    [
      'an unknown node',
      file('{ "id": "a", "type": "transform", "with": { "value": "${nodes.b.output}" } }'),
      { code: 'unknown_reference' },
    ],
    [
      'a node that may not have ended',
      file(`${NODE},\n{ "id": "b", "type": "transform", "with": { "value": "\${nodes.a.output}" } }`),
      {
        code: 'unknown_reference',
        line: 4,
        message: '"b" reads nodes.a but does not depend on it; add "a" to its dependsOn',
      },
    ],
    ['an empty group', file('{ "id": "g", "type": "group" }'), { code: 'missing_field' }],
    [
      'nodes outside a group',
      file(NODE.replace('}', '}, "nodes": []')),
      { code: 'unknown_field', pointer: '/nodes/0/nodes' },
    ],
    [
      'a fault in a group',
      file(`{ "id": "g", "type": "group", "nodes": [\n${NODE.replace('delay', 'wait')}] }`),
      { code: 'unknown_node_type', pointer: '/nodes/0/nodes/0/type', line: 4 },
    ],
    [
      'another group',
      file(`{ "id": "g", "type": "group", "nodes": [${NODE}] },\n${delay('b', 'a')}`),
      {
        code: 'unknown_dependency',
        message: '"b" depends on "a", which is in another group; a node can depend on nodes of its own group only',
      },
    ],
  ])('%s', (_, text, expected) => {
    const [issue] = issuesOf(text);
    expect(issue).toMatchObject(expected);
    expect(issue?.line).toBeGreaterThan(0);
  });

  test('depth is refused before anything recurses', () => {
    const [issue] = issuesOf('['.repeat(1_000_000));
    expect(issue).toMatchObject({ code: 'too_deep', line: 1, column: 65 });
  });

  test('all faults are told at once, up to twenty', () => {
    const nodes = Array.from({ length: 30 }, (_, i) => `{ "id": "n${i}", "type": "nope" }`).join(',\n');
    expect(issuesOf(file(nodes))).toHaveLength(20);
  });
});

function read(id: string, path: string, ...dependsOn: string[]): string {
  return JSON.stringify({ id, type: 'transform', dependsOn, with: { value: `\${${path}}` } });
}

describe('an expression may read', () => {
  test.each([
    ['what it depends on through others', [NODE, read('b', '1', 'a'), read('c', 'nodes.a.output', 'b')].join(',')],
    [
      'a node in a group it depends on',
      `{"id":"g","type":"group","nodes":[${NODE}]},${read('b', 'nodes.a.output', 'g')}`,
    ],
    [
      'what its group depends on',
      `${NODE},{"id":"g","type":"group","dependsOn":["a"],"nodes":[${read('b', 'nodes.a.output')}]}`,
    ],
    [
      'a node with a hyphen in its id',
      `${NODE.replace('"a"', '"a-b"')},${read('c', 'nodes[\\"a-b\\"].output', 'a-b').replaceAll('\\\\\\"', '\\"')}`,
    ],
    ['braces and strings with braces', read('b', '{"x}": "}"}["x}"]')],
  ])('%s', (_, nodes) => {
    expect(issuesOf(file(nodes))).toEqual([]);
  });
});
