import type { Status } from '@flowprof/model';
import type { EndOptions, ProfilerStore, RunChoice, StartOptions } from './api.ts';
import { createProfilerStore } from './store.ts';
import type { NodeExecutionInput, WorkflowRunProfile } from './types.ts';

let shared: ProfilerStore | null = null;

/** The store of the page, which the hook and the functions below use unless they are given another. */
export function sharedProfilerStore(): ProfilerStore {
  shared ??= createProfilerStore();
  return shared;
}

/** Begins to record a run in the store of the page: for where an engine starts a job. */
export function profilerStartRecording(workflowId: string, options?: StartOptions): string {
  return sharedProfilerStore().startRecording(workflowId, options);
}

/** Takes a node into the recording: for where an engine is told that a node has ended. */
export function profilerRecordNodeExecution(workflowId: string, node: NodeExecutionInput, run?: RunChoice): boolean {
  return sharedProfilerStore().recordNodeExecution(workflowId, node, run);
}

/** Ends the recording: for where an engine is told that a job has ended. */
export function profilerEndRecording(workflowId: string, status?: Status, run?: EndOptions): WorkflowRunProfile | null {
  return sharedProfilerStore().endRecording(workflowId, status, run);
}
