import { expect, test } from 'vitest';
import { Reach } from '../graph/order.ts';
import { WorkflowFileError, type NodeDefinition } from '../index.ts';
import { builtInTypes } from '../nodes/index.ts';
import { MOST_ISSUES } from './issues.ts';
import { readWorkflow } from './parse.ts';

const MANY = 2_000;

/** How often others may have had a turn while a workflow was read, and how many faults it had. */
function read(nodes: readonly NodeDefinition[]): { readonly steps: number; readonly faults: number } {
  const reading = readWorkflow(JSON.stringify({ name: 'large', nodes }), builtInTypes());
  let steps = 0;
  try {
    while (reading.next().done !== true) steps++;
    return { steps, faults: 0 };
  } catch (error) {
    if (!(error instanceof WorkflowFileError)) throw error;
    return { steps, faults: error.issues.length };
  }
}

function node(value: string | string[]): NodeDefinition {
  return { id: 'a', type: 'transform', with: { value } };
}

test.each([
  ['in a list', node(Array.from({ length: MANY }, () => '${1 + 1}'))],
  ['in one text', node('${1 + 1}'.repeat(MANY))],
])('others have their turn after each of many expressions of one node, %s', (_, of) => {
  const { steps, faults } = read([of]);
  expect(faults).toBe(0);
  expect(steps).toBeGreaterThanOrEqual(MANY);
});

test('nothing more is compiled once there are as many faults as are told', () => {
  const wrong = Array.from({ length: MANY }, (_, i): NodeDefinition => ({ ...node('${1 +}'), id: `n${i}` }));
  const { steps, faults } = read(wrong);
  expect(faults).toBe(MOST_ISSUES);
  expect(steps, 'every node is read, which are as many steps, and then few are compiled').toBeLessThan(MANY * 1.2);
  expect(read([node('${1 +}'.repeat(MANY))]).faults).toBe(MOST_ISSUES);
  expect(read([node(Array.from({ length: MANY }, () => '${1'))]).faults).toBe(MOST_ISSUES);
  const unknown = Array.from({ length: MANY }, (_, i) => Object.assign(node('x'), { id: `n${i}`, nonsense: 1 }));
  expect(read(unknown)).toMatchObject({ faults: MOST_ISSUES });
  expect(read(unknown).steps).toBeLessThan(MANY);
});

test('what ended before a node is gone through once, however often it is asked for', () => {
  let visits = 0;
  const reach = new Reach(MANY, (at) => {
    visits++;
    return [at > 0 ? [at - 1] : []];
  });
  for (let asked = 0; asked < 100; asked++) {
    if (asked === 0) reach.from([MANY - 2]);
    expect(reach.has(0)).toBe(true);
    expect(reach.has(MANY - 1)).toBe(false);
  }
  expect(visits).toBeLessThanOrEqual(MANY);
  reach.from([10]);
  expect([reach.has(10), reach.has(3), reach.has(11)]).toEqual([true, true, false]);
});
