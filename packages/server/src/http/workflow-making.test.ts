import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, type TestServer } from '../../testing/harness.ts';

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(() => test.close());

const validate = async (definition: unknown) => test.call('/api/workflows/validate', { json: { definition } });

const delay = (id: string, ...dependsOn: string[]) => ({ id, type: 'delay', with: { ms: 1 }, dependsOn });

describe('a definition is checked without being kept', () => {
  it('and found good', async () => {
    expect((await validate(DOUBLE)).body).toEqual({ valid: true, faults: [] });
    expect((await test.call('/api/workflows')).body).toMatchObject({ total: 0 });
  });

  it('and every fault is told with its place', async () => {
    const { body } = await validate({
      name: 'x',
      nodes: [delay('a', 'c'), delay('b', 'a'), delay('c', 'b'), { ...delay('d'), when: 'true &&' }],
    });
    expect(body).toEqual({
      valid: false,
      faults: [
        {
          code: 'dependency_cycle',
          message: 'nodes wait for each other in a circle: a → c → b → a',
          pointer: '/nodes/0/dependsOn',
          place: null,
        },
        expect.objectContaining({
          code: 'bad_expression',
          pointer: '/nodes/3/when',
          place: { line: 1, column: expect.any(Number) },
        }),
      ],
    });
  });

  it('however wrong it is', async () => {
    expect((await validate({})).body).toMatchObject({ valid: false });
    expect((await validate({ nodes: 5, name: [] })).body).toMatchObject({ valid: false });
    expect((await validate([])).status).toBe(400);
  });
});

describe('the node types', () => {
  it('are listed with the schemas of their parameters and the fields that they can have', async () => {
    const { body } = await test.call('/api/node-types');
    const { node_types: types } = z
      .object({ node_types: z.array(z.object({ name: z.string(), params: z.any(), fields: z.array(z.string()) })) })
      .parse(body);
    expect(types.map(({ name }) => name)).toEqual([
      'http',
      'command',
      'transform',
      'delay',
      'fail',
      'group',
      'foreach',
      'subworkflow',
      'switch',
    ]);
    expect(types.find(({ name }) => name === 'delay')).toMatchObject({
      params: { type: 'object', required: ['ms'] },
      fields: expect.arrayContaining(['retry', 'with', 'pool', 'rateLimit']),
    });
    const group = types.find(({ name }) => name === 'group');
    expect(group?.params).toBeNull();
    expect(group?.fields).not.toContain('retry');
    expect(group?.fields).toContain('nodes');
  });
});
