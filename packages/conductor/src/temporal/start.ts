import { uuidv7, type JsonObject } from '@flowprof/model';
import { WorkflowIdConflictPolicy, type Client, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { systemClock, systemRandom } from '../clock.ts';
import type { WorkflowDefinition } from '../file/definition.ts';
import { utf8Length } from '../utf8-length.ts';
import { MAX_PAYLOAD, MEMO_KEY, WIRE_VERSION, type RunArgument, type RunArgumentOptions } from './wire.ts';
import { TASK_QUEUE } from './worker.ts';

/** What is to be run. */
export interface StartOnTemporal {
  readonly workflow: WorkflowDefinition;
  /** Workflows that its nodes call and that are in no file of theirs. */
  readonly called?: Readonly<Record<string, WorkflowDefinition>>;
  readonly input?: JsonObject;
  /** What `services.<name>` means; the workers have to reach them. */
  readonly services?: Readonly<Record<string, JsonObject>>;
  readonly options?: RunArgumentOptions;
  /** `flowprof` when absent. */
  readonly taskQueue?: string;
  /** Made of the workflow's name when absent. */
  readonly workflowId?: string;
}

/**
 * Starts a workflow file on Temporal. The type of the workflow is the file's name.
 * @throws {RangeError} where the file and its input are larger than a server takes
 */
export async function startOnTemporal(
  client: Client,
  {
    workflow,
    called = {},
    input = {},
    services = {},
    options = {},
    taskQueue = TASK_QUEUE,
    workflowId,
  }: StartOnTemporal,
): Promise<WorkflowHandleWithFirstExecutionRunId> {
  const argument: RunArgument = { flowprof: WIRE_VERSION, workflow, called, input, services, options };
  const bytes = utf8Length(JSON.stringify(argument));
  if (bytes > MAX_PAYLOAD) {
    throw new RangeError(`the workflow and its input are ${bytes} bytes; on Temporal they may have ${MAX_PAYLOAD}`);
  }
  return client.workflow.start(workflow.name, {
    args: [argument],
    taskQueue,
    workflowId: workflowId ?? `${workflow.name}-${uuidv7(systemClock.now(), systemRandom)}`,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    memo: { [MEMO_KEY]: { version: WIRE_VERSION, workflow: workflow.name, file_version: workflow.version ?? null } },
  });
}
