/**
 * A flowprof to be killed: opens the store in the data folder that is its argument, and records one span and
 * commits one node after another until then. It says on stdout what has been acknowledged, one JSON object a line.
 */
import { randomUUID } from 'node:crypto';
import { asMicros } from '@flowprof/model';
import { StoreError } from '../errors.ts';
import { openStore } from '../store.ts';
import { testClock, testRandom } from './support.ts';
import { done, span, started, state } from './traces.ts';

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

try {
  const store = await openStore({
    dataDir: process.argv[2] ?? '',
    clock: testClock,
    random: testRandom,
    log: (event) => {
      if (event.type === 'database_started') say({ postmaster: event.pid });
    },
  });
  const workspace = await store.createWorkspace({ slug: randomUUID(), name: 'Killed' });
  const tenant = store.tenant(workspace.id);
  const workflow = await tenant.createWorkflow({ name: 'cut off', description: null, definition: {} });
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId: workflow.id, input: {}, trigger: 'manual' });
  await tenant.recordEvents(id, [started(id), { type: 'node_state', state: state('a') }]);
  say({ workspaceId: workspace.id, executionId: id });
  for (let count = 1; ; count++) {
    await tenant.recordEvents(id, [{ type: 'span', span: span(`s${count}`, { start: asMicros(count) }) }]);
    await tenant.commitNodes(id, [done(`n${count}`, { end: asMicros(count) })]);
    say({ acknowledged: count });
  }
} catch (error) {
  if (!(error instanceof StoreError)) throw error;
  say({ code: error.code, message: error.message });
  process.exitCode = 3;
}
