import proto from '@temporalio/proto';
import { toEpochMicros, toMicros } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import type { ListRequest, RunHead } from './api.ts';
import type { Calls } from './caller.ts';
import { TemporalError } from './errors.ts';
import { list } from './listing.ts';

const { ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse } = proto.temporal.api.workflowservice.v1;

interface Asked {
  readonly query: string;
  readonly pageSize: number;
  readonly token: string;
}

/** A server that answers with what a function gives; what it was asked. */
function serverOf(answer: (asked: Asked) => object): Calls & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    call: async (_method, request, { isListing }) => {
      expect(isListing).toBe(true);
      const { query, pageSize, nextPageToken } = ListWorkflowExecutionsRequest.decode(request);
      const one = { query, pageSize, token: Buffer.from(nextPageToken).toString('utf8') };
      asked.push(one);
      const message = ListWorkflowExecutionsResponse.fromObject(answer(one));
      return ListWorkflowExecutionsResponse.encode(message).finish();
    },
  };
}

async function read(server: Calls, request: ListRequest): Promise<RunHead[]> {
  const heads: RunHead[] = [];
  for await (const page of list(server, 'default', request)) heads.push(...page);
  return heads;
}

const infoOf = (runId: string, more: object = {}): object => ({
  execution: { workflowId: `w-${runId}`, runId },
  type: { name: 'pay' },
  taskQueue: 'q',
  ...more,
});

const SYSTEM = "TaskQueue != 'system-workflows-queue'";
const AT = toEpochMicros(1_700_000_000_123_456);

describe('a listing', () => {
  test.each<[string, ListRequest, string]>([
    ['of everything', { since: null, query: null }, SYSTEM],
    [
      'since a moment, and a minute before it',
      { since: AT, query: ' ' },
      `${SYSTEM} AND (StartTime >= '2023-11-14T22:12:20.123456Z' OR CloseTime >= '2023-11-14T22:12:20.123456Z')`,
    ],
    [
      'with what is open',
      { since: AT, overlap: toMicros(0), includesOpen: true, query: null },
      `${SYSTEM} AND (StartTime >= '2023-11-14T22:13:20.123456Z' OR CloseTime >= '2023-11-14T22:13:20.123456Z' OR ExecutionStatus = 'Running')`,
    ],
    [
      'of a workflow, narrowed',
      { since: null, workflowId: "it's \\", query: "WorkflowType = 'a' OR WorkflowType = 'b'" },
      `${SYSTEM} AND WorkflowId = 'it\\'s \\\\' AND (WorkflowType = 'a' OR WorkflowType = 'b')`,
    ],
  ])('%s', async (_, request, query) => {
    const server = serverOf(() => ({}));
    expect(await read(server, request)).toEqual([]);
    expect(server.asked).toEqual([{ query, pageSize: 1000, token: '' }]);
  });

  test('tells what the server says, by its own words', async () => {
    const server = serverOf(() => ({
      executions: [
        infoOf('1', {
          status: 3,
          startTime: { seconds: 1_700_000_000, nanos: 123_456_789 },
          closeTime: { seconds: 1_700_000_001 },
          historyLength: 12,
          parentExecution: { workflowId: 'p', runId: 'parent' },
          rootExecution: { workflowId: 'r', runId: 'root' },
        }),
        infoOf('2', { status: 77, taskQueue: '', startTime: { seconds: -62_135_596_800 } }),
        infoOf('3', { taskQueue: 'system-workflows-queue' }),
        { execution: { workflowId: 'without a run' } },
      ],
    }));
    const [first, second, ...rest] = await read(server, { since: null, query: null });
    expect(first).toEqual({
      workflowId: 'w-1',
      runId: '1',
      workflowType: 'pay',
      taskQueue: 'q',
      status: 'failed',
      startedAt: AT,
      closedAt: 1_700_000_001_000_000,
      historyLength: 12,
      parentRunId: 'parent',
      rootRunId: 'root',
    });
    expect(second).toMatchObject({
      status: 'unknown',
      taskQueue: null,
      startedAt: null,
      closedAt: null,
      historyLength: null,
    });
    expect(rest).toEqual([]);
  });

  test('goes from page to page, and begins again where a token is not known any more, but not for ever', async () => {
    let refusals = 1;
    const pages = ({ token }: Asked): object => {
      if (token === 'two' && refusals-- > 0) throw new TemporalError('invalid', 'what is that?');
      if (token === 'two') return { executions: [infoOf('3')] };
      const nextPageToken = Buffer.from(token === '' ? 'one' : 'two');
      return { executions: [infoOf(token === '' ? '1' : '2')], nextPageToken };
    };
    const heads = await read(serverOf(pages), { since: null, query: null });
    expect(heads.map(({ runId }) => runId)).toEqual(['1', '2', '1', '2', '3']);
    refusals = 100;
    await expect(read(serverOf(pages), { since: null, query: null })).rejects.toMatchObject({ code: 'invalid' });
    const wrong = serverOf(() => {
      throw new TemporalError('invalid', 'no such attribute');
    });
    await expect(read(wrong, { since: null, query: 'Colour = 1' })).rejects.toMatchObject({ code: 'invalid' });
    expect(wrong.asked).toHaveLength(1);
  });
});
