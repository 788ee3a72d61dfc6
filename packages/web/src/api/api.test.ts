import { describe, expect, it } from 'vitest';
import { ApiError, codeOfStatus, isPassing } from './errors.ts';
import { Fields } from './fields.ts';
import { readExecution, readPage, readTimeline, readWorkflow, readWorkspace } from './types.ts';

const EXECUTION = {
  id: 'e1',
  workflow_id: 'w1',
  execution_number: 3,
  status: 'completed',
  started_at: '2024-01-15T10:00:00.250Z',
  completed_at: '2024-01-15T10:02:30Z',
  duration: 149.75,
};

describe('reading answers', () => {
  it('reads an execution; what is absent is null', () => {
    expect(readExecution(new Fields(EXECUTION))).toEqual({
      id: 'e1',
      workflowId: 'w1',
      workflowName: null,
      number: 3,
      version: null,
      status: 'completed',
      trigger: null,
      startedAt: Date.UTC(2024, 0, 15, 10, 0, 0, 250),
      completedAt: Date.UTC(2024, 0, 15, 10, 2, 30),
      durationSeconds: 149.75,
      error: null,
      input: {},
      updatedAt: null,
      temporal: null,
    });
  });

  it('reads a workflow with its inputs; an unknown type is JSON', () => {
    const inputs = {
      size: { type: 'number', default: 5, secret: true },
      mode: { type: 'odd', required: true, description: 'How.' },
    };
    expect(readWorkflow(new Fields({ id: 'w', name: 'W', definition: { inputs } })).inputs).toEqual([
      { name: 'size', type: 'number', description: null, required: false, fallback: 5, secret: true },
      { name: 'mode', type: 'object', description: 'How.', required: true, fallback: undefined, secret: false },
    ]);
    expect(readWorkflow(new Fields({ id: 'w', name: 'W' })).inputs).toEqual([]);
  });

  it('knows that an imported workflow cannot be run', () => {
    const workflow = { id: 'w', name: 'W' };
    expect(readWorkflow(new Fields({ ...workflow, definition: { nodes: [] } })).canRun).toBe(true);
    expect(readWorkflow(new Fields({ ...workflow, definition: { imported: true } })).canRun).toBe(false);
  });

  it('reads a workspace, as the README shows', () => {
    const workspace = { id: '1', slug: 'demo', name: 'Demo' };
    expect(readWorkspace(new Fields(workspace))).toEqual(workspace);
  });

  it('reads a page of them', () => {
    const page = readPage(new Fields({ items: [EXECUTION], total: 7, skip: 6, limit: 1 }), readExecution);
    expect([page.items.length, page.total, page.skip]).toEqual([1, 7, 6]);
  });

  it('reads a timeline, with and without summaries', () => {
    const step = { step_id: 'a', step_name: 'A', step_order: 1, status: 'failed', retry_count: 2, error_message: 'no' };
    const timeline = readTimeline(
      new Fields({ execution_id: 'e1', status: 'failed', step_timeline: [{ ...step, input_summary: { n: 1 } }, step] }),
    );
    expect(timeline.steps.map((s) => [s.input, s.output, s.error])).toEqual([
      [{ n: 1 }, null, 'no'],
      [null, null, 'no'],
    ]);
  });

  it.each([
    ['a list in place of an object', []],
    ['a missing field', { ...EXECUTION, id: undefined }],
    ['a field of another type', { ...EXECUTION, execution_number: '3' }],
    ['an unknown status', { ...EXECUTION, status: 'odd' }],
    ['a broken time', { ...EXECUTION, started_at: 'yesterday' }],
  ])('%s is a bad response', (_, value) => {
    expect(() => readExecution(new Fields(value))).toThrow(expect.objectContaining({ code: 'bad_response' }));
  });
});

describe('errors', () => {
  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [409, 'refused'],
    [503, 'server'],
  ] as const)('status %d is %s', (status, code) => {
    expect(codeOfStatus(status)).toBe(code);
  });

  it('knows which failures may pass', () => {
    expect(isPassing(new ApiError('network', ''))).toBe(true);
    expect(isPassing(new ApiError('not_found', ''))).toBe(false);
    expect(isPassing(new Error('other'))).toBe(false);
  });
});
