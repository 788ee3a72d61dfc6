import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { buildProfile, encodeTrace, microsFromMs, toEpochMicros, TraceAssembler, type Trace } from '@flowprof/model';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { apiClient } from './api-client.ts';
import { UsageError } from './errors.ts';
import { fetchTrace } from './remote.ts';

const ID = '0193a5c0-0000-7000-8000-000000000001';
const STARTED = toEpochMicros(1_700_000_000_000_000);
const clock = { now: () => toEpochMicros(STARTED + 2_000_000) };

/** A node that ended after 100 ms, and one that has run since. */
function trace(status: 'running' | 'completed'): Trace {
  const run = new TraceAssembler({ id: ID, name: 'run', status, startedAt: STARTED, sourceFormat: 'conductor' });
  const node = { type: 'http', iteration: null, parentKey: null };
  run.addNode({ ...node, key: 'a', name: 'A', dependsOn: [] });
  run.addNode({ ...node, key: 'b', name: 'B', dependsOn: ['a'] });
  const span = { parentId: null, kind: 'node', iteration: null, track: null, metadata: null } as const;
  const [zero, hundred] = [microsFromMs(0), microsFromMs(100)];
  run.addSpan({ ...span, id: '1', name: 'A', nodeKey: 'a', start: zero, duration: hundred, status: 'completed' });
  run.addSpan({ ...span, id: '2', name: 'B', nodeKey: 'b', start: hundred, duration: null, status: 'running' });
  return run.finish();
}

let server: Server;
let url: string;
let served: Trace;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url !== `/api/v1/workspaces/demo/executions/${ID}/flame-chart`) return response.writeHead(404).end();
    return response.end(encodeTrace(served));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : 'nowhere';
});

afterAll(() => server.close());

test.each([
  ['running', 2000],
  ['completed', 100],
] as const)('an execution that is %s is shown with %i ms', async (status, makespan) => {
  served = trace(status);
  const fetched = await fetchTrace(apiClient(new URL(url), undefined), { id: ID, workspace: 'demo' }, clock);
  expect(fetched.execution.status).toBe(status);
  expect(buildProfile(fetched).makespan_ms).toBe(makespan);
});

test('an execution that the server does not have is the mistake of who asks', async () => {
  const asked = fetchTrace(apiClient(new URL(url), undefined), { id: ID, workspace: 'other' }, clock);
  await expect(asked).rejects.toThrow(UsageError);
});
