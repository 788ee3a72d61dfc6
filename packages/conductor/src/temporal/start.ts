import { uuidv7, type JsonObject } from '@flowprof/model';
import { WorkflowIdConflictPolicy, type Client, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { systemClock, systemRandom } from '../clock.ts';
import type { WorkflowDefinition } from '../file/definition.ts';
import { utf8Length } from '../utf8-length.ts';
import { Seal, sealSecrets } from './seal.ts';
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
  /** The key that the workers have too: with it, values of secret inputs are sealed. 32 bytes. */
  readonly key?: Uint8Array;
  /** `flowprof` when absent. */
  readonly taskQueue?: string;
  /** Made of the workflow's name when absent. */
  readonly workflowId?: string;
}

/**
 * Starts a workflow file on Temporal. The type of the workflow is the file's name.
 * @throws {RangeError} where the file and its input are larger than a server takes, or a secret cannot be sealed
 */
export async function startOnTemporal(
  client: Client,
  what: StartOnTemporal,
): Promise<WorkflowHandleWithFirstExecutionRunId> {
  const { services = {}, options = {}, taskQueue = TASK_QUEUE, workflowId } = what;
  const seal = what.key === undefined ? null : new Seal(what.key);
  const { workflow, input } = sealSecrets(what.workflow, what.input ?? {}, seal);
  const called = Object.fromEntries(
    Object.entries(what.called ?? {}).map(([name, one]) => [name, sealSecrets(one, {}, seal).workflow]),
  );
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
