// An engine that records its runs for the profiler, without React and without a server:
//   node examples/profiler/record.mjs        (in the repository, once it is built)
// It prints what held the run up and writes run.flowprof.json, which `npx flowprof profile run.flowprof.json` reads.
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createProfilerStore, exportProfile } from '@flowprof/flame';

/** What a workflow is to the toy engine: nodes with what they wait for, and what they do. */
const workflow = {
  id: 'photos',
  nodes: [
    { id: 'load', dependsOn: [], run: () => pause(40) },
    { id: 'resize', dependsOn: ['load'], run: () => pause(60) },
    { id: 'caption', dependsOn: ['load'], run: () => pause(180) },
    { id: 'save', dependsOn: ['resize', 'caption'], run: () => pause(30) },
  ],
};

// Kept for this process only; in a browser leave `storage` out, and recordings survive a reload.
const store = createProfilerStore({ storage: null });

/** Runs a node once what it depends on has ended, and tells the store of it. */
async function runNode(id, runId, node, before) {
  await Promise.all(before);
  const startTime = Date.now();
  await node.run();
  store.recordNodeExecution(id, { nodeId: node.id, startTime, dependsOn: node.dependsOn }, { runId });
}

/** Runs a workflow and tells the store of each node when it has ended. */
async function run({ id, nodes }) {
  const runId = store.startRecording(id);
  const ended = new Map();
  for (const node of nodes) {
    const before = node.dependsOn.map((one) => ended.get(one));
    ended.set(node.id, runNode(id, runId, node, before));
  }
  await Promise.all(ended.values());
  return store.endRecording(id, 'completed', { runId });
}

const profile = await run(workflow);
console.log(`${profile.nodeCount} nodes in ${profile.totalDuration} ms`);
for (const { nodeId, duration, percentageOfTotal } of store.getBottlenecks('photos')) {
  console.log(`  ${nodeId.padEnd(10)} ${duration} ms, ${percentageOfTotal.toFixed(0)}%`);
}
const { theoreticalMinimum, efficiency } = store.getParallelizationAnalysis('photos', workflow);
console.log(`at least ${theoreticalMinimum} ms by its graph: ${efficiency.toFixed(0)}% efficient`);
const file = await exportProfile({ store, workflowId: 'photos', runId: profile.runId }, 'trace');
writeFileSync('run.flowprof.json', file.bytes);
