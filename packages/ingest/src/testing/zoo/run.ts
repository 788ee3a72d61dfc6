/** Runs every kind of workflow that there is in the zoo, with all that has to be done to it from outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowExecutionDescription, WorkflowHandle, WorkflowStartOptions } from '@temporalio/client';
import proto from '@temporalio/proto';

type Handle = WorkflowHandle;
type Step = (handle: Handle, client: Client) => Promise<void>;

interface Kind {
  /** The workflow's name, where it is not the kind's. */
  readonly workflow?: string;
  readonly args?: (taskQueue: string) => unknown[];
  readonly options?: Partial<WorkflowStartOptions>;
  /** What is done before it is started. */
  readonly before?: (client: Client, taskQueue: string) => Promise<void>;
  /** What is done to it once it has started. */
  readonly act?: Step;
  /** Temporal's word for how its last run ends; `running` for one that stays open. */
  readonly ends: string;
}

const PATIENCE_MS = 60_000;

/** Asks again until the answer is meant. */
async function until<T>(look: () => Promise<T>, isMeant: (seen: T) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isMeant(seen)) return seen;
    if (performance.now() > end) throw new Error('what the zoo waits for does not come');
    await sleep(30);
  }
}

const describe = (handle: Handle) => () => handle.describe();

/** Whether an activity is under way. */
function isAtWork({ raw }: WorkflowExecutionDescription): boolean {
  const { PENDING_ACTIVITY_STATE_STARTED } = proto.temporal.api.enums.v1.PendingActivityState;
  return (raw.pendingActivities ?? []).some(({ state }) => state === PENDING_ACTIVITY_STATE_STARTED);
}

/** Whether something has been done, and nothing is pending. */
const isAtRest = (description: WorkflowExecutionDescription): boolean =>
  (description.raw.pendingActivities ?? []).length === 0 &&
  (description.raw.pendingWorkflowTask ?? null) === null &&
  description.historyLength > 8;

const reset: Step = async (handle, client) => {
  const { runId } = await handle.describe();
  await handle.result();
  const { namespace } = client.options;
  const { ResetWorkflowExecutionRequest } = proto.temporal.api.workflowservice.v1;
  const request = ResetWorkflowExecutionRequest.fromObject({
    namespace,
    workflowExecution: { workflowId: handle.workflowId, runId },
    reason: 'the zoo resets it',
    // The close of the first workflow task: before any activity.
    workflowTaskFinishEventId: 4,
    requestId: `${handle.workflowId}-reset`,
  });
  await client.workflowService.resetWorkflowExecution(request);
};

const pauseAndGoOn: Step = async (handle, client) => {
  const { namespace } = client.options;
  await until(describe(handle), isAtWork);
  const execution = { workflowId: handle.workflowId };
  await client.workflowService.pauseActivity({ namespace, execution, type: 'failUntil', reason: 'the zoo pauses it' });
  await until(describe(handle), ({ raw }) => raw.pendingActivities?.[0]?.paused === true);
  await client.workflowService.unpauseActivity({ namespace, execution, type: 'failUntil' });
};

/** The endpoint of a task queue. */
const endpointOf = (taskQueue: string): string => `zoo-${taskQueue}`;

const KINDS = {
  succeeds: { args: () => ['world'], ends: 'completed' },
  retries: { ends: 'completed' },
  exhausts: { ends: 'failed' },
  hasNoRetries: { ends: 'failed' },
  isRefused: { ends: 'failed' },
  timesOutStarted: { ends: 'failed' },
  timesOutQueued: { ends: 'failed' },
  timesOutAltogether: { ends: 'failed' },
  timesOutHeartbeat: { ends: 'failed' },
  losesHeartbeat: { ends: 'completed' },
  beats: { ends: 'completed' },
  isSlowToRetry: { ends: 'completed' },
  isPaused: { workflow: 'isSlowToRetry', act: pauseAndGoOn, ends: 'completed' },
  isCancelled: {
    act: async (handle) => {
      await until(describe(handle), isAtWork);
      await handle.cancel();
    },
    ends: 'canceled',
  },
  staysLocal: { ends: 'completed' },
  waits: { ends: 'completed' },
  isSignalled: {
    args: (taskQueue) => [`isSignalledFurther-${taskQueue}`],
    act: async (handle) => {
      await handle.signal('go', 'now');
    },
    ends: 'completed',
  },
  isSignalledFurther: { workflow: 'isSignalled', args: () => [null], ends: 'completed' },
  isUpdated: {
    act: async (handle) => {
      await handle.executeUpdate('add', { args: [2] });
      await handle.executeUpdate('add', { args: [-2] }).catch(() => undefined);
      await handle.executeUpdate('add', { args: [3] });
      await handle.signal('go', 'done');
    },
    ends: 'completed',
  },
  hasChildren: { ends: 'completed' },
  losesChildren: { ends: 'failed' },
  continues: { args: () => [2], ends: 'completed' },
  isRetried: { options: { retry: { initialInterval: 200, maximumAttempts: 3 } }, ends: 'completed' },
  ticks: {
    options: { cronSchedule: '@every 1s' },
    act: async (handle, client) => {
      const first = await handle.describe();
      await until(
        () => client.workflow.getHandle(handle.workflowId).describe(),
        ({ runId }) => runId !== first.runId,
      );
      await client.workflow.getHandle(handle.workflowId).terminate('it ticked enough');
    },
    ends: 'terminated',
  },
  isReset: { act: reset, ends: 'completed' },
  isTerminated: {
    workflow: 'staysOpen',
    act: async (handle) => {
      await until(describe(handle), isAtRest);
      await handle.terminate('the zoo ends it');
    },
    ends: 'terminated',
  },
  staysOpen: {
    act: async (handle) => {
      await until(describe(handle), isAtRest);
    },
    ends: 'running',
  },
  runsOutOfTime: { options: { workflowRunTimeout: 700 }, ends: 'timed_out' },
  leavesMarks: {
    options: { memo: { note: 'from the zoo' }, staticSummary: 'leaves marks', staticDetails: 'of *versions*' },
    ends: 'completed',
  },
  failsTasks: { args: () => [300], options: { workflowTaskTimeout: '1 second' }, ends: 'completed' },
  callsNexus: {
    args: (taskQueue) => [endpointOf(taskQueue)],
    before: async (client, taskQueue) => {
      const worker = { namespace: client.options.namespace, taskQueue };
      const spec = { name: endpointOf(taskQueue), target: { worker } };
      await client.connection.operatorService.createNexusEndpoint({ spec });
    },
    ends: 'completed',
  },
  fansOut: { args: () => [20], ends: 'completed' },
} satisfies Record<string, Kind>;

export type ZooKind = keyof typeof KINDS;

function isKind(name: string): name is ZooKind {
  return name in KINDS;
}

/** Everything that lives in the zoo. */
export const ZOO_KINDS: readonly ZooKind[] = Object.keys(KINDS).filter(isKind);

export interface ZooRun {
  readonly kind: ZooKind;
  readonly workflowId: string;
  /** Of its first run. */
  readonly runId: string;
  /** Of its last, where it goes on as another one. */
  readonly lastRunId: string;
  /** Temporal's word for how it ends: `completed`, `failed`, …, `running`. */
  readonly status: string;
}

export interface StartedZoo {
  readonly runs: readonly Pick<ZooRun, 'kind' | 'workflowId' | 'runId'>[];
  /** When all have ended that end. Rejects where one did not end as it should. */
  readonly finished: Promise<readonly ZooRun[]>;
}

const kindOf = (kind: ZooKind): Kind => KINDS[kind];

async function start(
  client: Client,
  taskQueue: string,
  kind: ZooKind,
): Promise<Handle & { firstExecutionRunId: string }> {
  const { workflow = kind, args, options, before } = kindOf(kind);
  await before?.(client, taskQueue);
  const workflowId = `${kind}-${taskQueue}`;
  return client.workflow.start(workflow, { ...options, taskQueue, workflowId, args: args?.(taskQueue) ?? [] });
}

/** Does what has to be done to one, and waits for its end. */
async function finish(
  client: Client,
  kind: ZooKind,
  handle: Handle & { firstExecutionRunId: string },
): Promise<ZooRun> {
  const { act, ends } = kindOf(kind);
  const { workflowId, firstExecutionRunId: runId } = handle;
  await act?.(handle, client);
  const latest = client.workflow.getHandle(workflowId);
  // How it ended is read from its description.
  if (ends !== 'running') await latest.result().catch(() => undefined);
  const description = await latest.describe();
  const { WorkflowExecutionStatus } = proto.temporal.api.enums.v1;
  const status = WorkflowExecutionStatus[description.status.code]
    .replace('WORKFLOW_EXECUTION_STATUS_', '')
    .toLowerCase();
  if (status !== ends) throw new Error(`${kind} ends as ${status} instead of ${ends}`);
  return { kind, workflowId, runId, lastRunId: description.runId, status };
}

/** Starts the kinds that are asked for (all of them where it is not said) on a task queue where a zoo worker runs. */
export async function startZoo(
  client: Client,
  taskQueue: string,
  kinds: readonly ZooKind[] = ZOO_KINDS,
): Promise<StartedZoo> {
  const handles = await Promise.all(
    kinds.map(async (kind) => ({ kind, handle: await start(client, taskQueue, kind) })),
  );
  const finished = Promise.all(handles.map(({ kind, handle }) => finish(client, kind, handle)));
  // Who does not wait for it is not to end by it.
  finished.catch(() => undefined);
  const runs = handles.map(({ kind, handle }) => ({
    kind,
    workflowId: handle.workflowId,
    runId: handle.firstExecutionRunId,
  }));
  return { runs, finished };
}

/** Starts them and waits for all that end. */
export async function runZoo(
  client: Client,
  taskQueue: string,
  kinds?: readonly ZooKind[],
): Promise<readonly ZooRun[]> {
  const { finished } = await startZoo(client, taskQueue, kinds);
  return finished;
}
