/** A run as the server describes it: above all, its activities that are pending. */
import proto from '@temporalio/proto';
import {
  isJsonObject,
  toEpochMicros,
  type EpochMicros,
  type JsonObject,
  type JsonValue,
  type TraceError,
} from '@flowprof/model';
import type { AttemptSample, RunDescription, RunKey } from './api.ts';
import { TemporalError } from './errors.ts';
import { describeAnswer, headOf, momentOf } from './messages.ts';

const { PendingActivityState, PendingNexusOperationState, PendingWorkflowTaskState } = proto.temporal.api.enums.v1;

type Activity = proto.temporal.api.workflow.v1.IPendingActivityInfo;
type Failure = proto.temporal.api.failure.v1.IFailure;

/** Pending ones of a kind that are kept. */
const MOST = 1000;
const MOST_CHARS = 2000;

function textOf(value: string | null | undefined): string | null {
  return value === null || value === undefined || value === '' ? null : value.slice(0, MOST_CHARS);
}

function errorOf(failure: Failure | null | undefined): TraceError | null {
  if (failure === null || failure === undefined) return null;
  const code =
    textOf(failure.applicationFailureInfo?.type) ??
    (failure.timeoutFailureInfo ? 'TimeoutFailure' : null) ??
    (failure.canceledFailureInfo ? 'CancelledFailure' : null) ??
    'ActivityError';
  return { code, message: textOf(failure.message) ?? '' };
}

function jsonOfError(failure: Failure | null | undefined): JsonValue {
  const error = errorOf(failure);
  return error === null ? null : { code: error.code, message: error.message };
}

/** The fields that say something. */
function said(fields: Readonly<Record<string, JsonValue>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function nameOf(
  enumeration: Readonly<Record<number, string>>,
  value: number | null | undefined,
  prefix: string,
): string {
  return (enumeration[value ?? 0] ?? String(value)).replace(prefix, '').toLowerCase();
}

function buildIdOf(activity: Activity): string | null {
  return textOf(activity.lastDeploymentVersion?.buildId) ?? textOf(activity.lastWorkerVersionStamp?.buildId);
}

function activityOf(activity: Activity): JsonObject {
  return said({
    activityId: textOf(activity.activityId),
    activityType: textOf(activity.activityType?.name),
    state: nameOf(PendingActivityState, activity.state, 'PENDING_ACTIVITY_STATE_'),
    attempt: activity.attempt ?? 1,
    maximumAttempts: activity.maximumAttempts ?? 0,
    scheduledTime: momentOf(activity.scheduledTime),
    lastStartedTime: momentOf(activity.lastStartedTime),
    lastHeartbeatTime: momentOf(activity.lastHeartbeatTime),
    lastAttemptCompleteTime: momentOf(activity.lastAttemptCompleteTime),
    nextAttemptScheduleTime: momentOf(activity.nextAttemptScheduleTime),
    expirationTime: momentOf(activity.expirationTime),
    lastFailure: jsonOfError(activity.lastFailure),
    lastWorkerIdentity: textOf(activity.lastWorkerIdentity),
    buildId: buildIdOf(activity),
    taskQueue: textOf(activity.activityOptions?.taskQueue?.name),
    isPaused: activity.paused === true ? true : null,
  });
}

const RUNNING: ReadonlySet<number> = new Set([
  PendingActivityState.PENDING_ACTIVITY_STATE_STARTED,
  PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED,
  PendingActivityState.PENDING_ACTIVITY_STATE_PAUSE_REQUESTED,
]);

/** The same, as a description has it. */
const RUNNING_STATES: ReadonlySet<JsonValue | undefined> = new Set(['started', 'cancel_requested', 'pause_requested']);

function microsIn(json: JsonObject | undefined, key: string): EpochMicros | null {
  const value = json?.[key];
  return typeof value === 'number' ? toEpochMicros(value) : null;
}

/** What an earlier description says of an activity. */
function activityIn(described: JsonObject | null, activityId: string): JsonObject | undefined {
  const activities = described?.['pendingActivities'];
  const list: readonly JsonValue[] = Array.isArray(activities) ? activities : [];
  return list.filter(isJsonObject).find((one) => one['activityId'] === activityId);
}

/**
 * The attempts that a pending activity tells of: the one that runs, and the one before, which failed. When that one
 * began the server does not know any more, so only who saw it run does.
 */
function attemptsOf(activity: Activity, run: RunKey, namespace: string, before: JsonObject | null): AttemptSample[] {
  const activityId = textOf(activity.activityId);
  if (activityId === null) return [];
  const present = Math.max(1, activity.attempt ?? 1);
  const isRunning = RUNNING.has(activity.state ?? 0);
  const startedAt = momentOf(activity.lastStartedTime);
  const scheduledAt = momentOf(activity.scheduledTime);
  const common = {
    ...run,
    namespace,
    activityId,
    activityType: textOf(activity.activityType?.name) ?? '',
    isLocal: false,
    taskQueue: textOf(activity.activityOptions?.taskQueue?.name),
    identity: textOf(activity.lastWorkerIdentity),
    buildId: buildIdOf(activity),
    source: 'sample',
  } as const;
  const samples: AttemptSample[] = [];
  if (isRunning && startedAt !== null) {
    const beat = momentOf(activity.lastHeartbeatTime);
    const heartbeats = beat !== null && beat >= startedAt ? [beat] : [];
    samples.push({
      ...common,
      attempt: present,
      // What stands there is when the attempt was scheduled, not the activity.
      scheduledAt: present === 1 ? scheduledAt : null,
      attemptScheduledAt: scheduledAt,
      startedAt,
      endedAt: null,
      status: 'running',
      error: null,
      heartbeats,
      heartbeatCount: heartbeats.length,
    });
  }
  const seen = activityIn(before, activityId);
  const [began, ended] = [microsIn(seen, 'lastStartedTime'), momentOf(activity.lastAttemptCompleteTime)];
  const wasRunning = RUNNING_STATES.has(seen?.['state']);
  if (wasRunning && seen?.['attempt'] === present - 1 && began !== null && ended !== null && ended >= began) {
    const heartbeat = microsIn(seen, 'lastHeartbeatTime');
    const heartbeats = heartbeat !== null && heartbeat >= began ? [heartbeat] : [];
    samples.push({
      ...common,
      attempt: present - 1,
      scheduledAt: present === 2 ? microsIn(seen, 'scheduledTime') : null,
      attemptScheduledAt: microsIn(seen, 'scheduledTime'),
      startedAt: began,
      endedAt: ended,
      status: activity.lastFailure?.timeoutFailureInfo ? 'timeout' : 'failed',
      error: errorOf(activity.lastFailure),
      heartbeats,
      heartbeatCount: heartbeats.length,
    });
  }
  return samples;
}

/** @param before what an earlier description said @throws {TemporalError} */
export function descriptionOf(bytes: Uint8Array, namespace: string, before: JsonObject | null): RunDescription {
  const answer = describeAnswer(bytes);
  const info = answer.workflowExecutionInfo ?? {};
  const head = headOf(info);
  if (head === null) throw new TemporalError('failed', 'the server describes a run without its id');
  const { workflowId, runId } = head;
  const activities = answer.pendingActivities.slice(0, MOST);
  const extended = answer.workflowExtendedInfo;
  const task = answer.pendingWorkflowTask;
  const described = said({
    firstRunId: textOf(info.firstRunId),
    resetRunId: textOf(extended?.resetRunId),
    lastResetTime: momentOf(extended?.lastResetTime),
    originalStartTime: momentOf(extended?.originalStartTime),
    runExpirationTime: momentOf(extended?.runExpirationTime),
    cancelRequested: extended?.cancelRequested === true ? true : null,
    isPaused: extended?.pauseInfo ? true : null,
    parentWorkflowId: textOf(info.parentExecution?.workflowId),
    buildId: textOf(info.versioningInfo?.deploymentVersion?.buildId) ?? textOf(info.assignedBuildId),
    pendingActivities: activities.map(activityOf),
    pendingChildren: answer.pendingChildren.slice(0, MOST).map((child) =>
      said({
        workflowId: textOf(child.workflowId),
        runId: textOf(child.runId),
        workflowType: textOf(child.workflowTypeName),
        initiatedId: Number(child.initiatedId ?? 0),
      }),
    ),
    pendingNexusOperations: answer.pendingNexusOperations.slice(0, MOST).map((operation) =>
      said({
        endpoint: textOf(operation.endpoint),
        service: textOf(operation.service),
        operation: textOf(operation.operation),
        state: nameOf(PendingNexusOperationState, operation.state, 'PENDING_NEXUS_OPERATION_STATE_'),
        attempt: operation.attempt ?? 1,
        scheduledEventId: Number(operation.scheduledEventId ?? 0),
        scheduledTime: momentOf(operation.scheduledTime),
        lastAttemptCompleteTime: momentOf(operation.lastAttemptCompleteTime),
        nextAttemptScheduleTime: momentOf(operation.nextAttemptScheduleTime),
        lastFailure: jsonOfError(operation.lastAttemptFailure),
        blockedReason: textOf(operation.blockedReason),
      }),
    ),
    pendingWorkflowTask:
      task === null || task === undefined
        ? null
        : said({
            state: nameOf(PendingWorkflowTaskState, task.state, 'PENDING_WORKFLOW_TASK_STATE_'),
            attempt: task.attempt ?? 1,
            scheduledTime: momentOf(task.scheduledTime),
            originalScheduledTime: momentOf(task.originalScheduledTime),
            startedTime: momentOf(task.startedTime),
          }),
  });
  const attempts = activities.flatMap((one) => attemptsOf(one, { workflowId, runId }, namespace, before));
  return { head, described, attempts };
}
