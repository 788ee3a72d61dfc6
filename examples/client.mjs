// Makes a workflow, watches it run and reads what it came to: `npm start` in one terminal, then
//   node examples/client.mjs
// FLOWPROF_URL, FLOWPROF_API_KEY and FLOWPROF_WORKSPACE name another server; in a project of yours it is
// `npm install flowprof` and the same import.
import { createClient } from 'flowprof/client';

const { FLOWPROF_URL = 'http://127.0.0.1:7420', FLOWPROF_API_KEY, FLOWPROF_WORKSPACE = 'demo' } = process.env;
const client = createClient({ url: FLOWPROF_URL, apiKey: FLOWPROF_API_KEY, workspace: FLOWPROF_WORKSPACE });

const definition = {
  name: 'client-example',
  inputs: { n: { type: 'number', default: 21 } },
  nodes: [
    { id: 'double', type: 'transform', with: { value: '${input.n * 2}' } },
    { id: 'pause', type: 'delay', dependsOn: ['double'], with: { ms: 50 } },
  ],
};

const made = await client.rest.POST('/api/workflows', { body: { definition } });
if (made.error) throw new Error(made.error.detail);
const path = { workflow_id: made.data.id };

// From 0, so that nothing is missed however early it happens.
const events = client.events(made.data.id, { since: 0 });
await client.rest.POST('/api/workflows/{workflow_id}/execute', {
  params: { path },
  body: { input_variables: { n: 4 } },
});
for await (const { event, seq, data } of events) {
  console.log(`${seq} ${event}${'step_id' in data ? ` ${data.step_id}` : ''}`);
  if (event === 'workflow_completed' || event === 'workflow_failed') break;
}

const { items } = await client.trpc.execution.getExecutionHistory.query({ workflowId: made.data.id });
console.log(`execution ${items[0].execution_number}: ${items[0].status} in ${items[0].duration} s`);
await client.rest.DELETE('/api/workflows/{workflow_id}', { params: { path } });
