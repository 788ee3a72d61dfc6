/** A run as the server describes it: above all, its activities that are pending. */
import proto from '@temporalio/proto';
import type { JsonObject, JsonValue, TraceError } from '@flowprof/model';
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

/** The attempt that a pending activity tells of: the one that runs, or the one before, which failed; null where none has begun. */
function attemptOf(activity: Activity, run: RunKey, namespace: string): AttemptSample | null {
  const startedAt = momentOf(activity.lastStartedTime);
  const activityId = textOf(activity.activityId);
  if (startedAt === null || activityId === null) return null;
  const isRunning =
    activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED ||
    activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED ||
    activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_PAUSE_REQUESTED;
  const attempt = Math.max(1, activity.attempt ?? 1) - (isRunning ? 0 : 1);
  const endedAt = isRunning ? null : momentOf(activity.lastAttemptCompleteTime);
  if (attempt < 1 || (!isRunning && endedAt === null)) return null;
  const beat = momentOf(activity.lastHeartbeatTime);
  const heartbeats = beat !== null && beat >= startedAt ? [beat] : [];
  const failed = activity.lastFailure?.timeoutFailureInfo ? 'timeout' : 'failed';
  return {
    ...run,
    namespace,
    activityId,
    activityType: textOf(activity.activityType?.name) ?? '',
    attempt,
    isLocal: false,
    // What stands there is when the present attempt was scheduled, not the activity.
    scheduledAt: attempt === 1 && isRunning ? momentOf(activity.scheduledTime) : null,
    attemptScheduledAt: isRunning ? momentOf(activity.scheduledTime) : null,
    startedAt,
    endedAt,
    status: isRunning ? 'running' : failed,
    error: isRunning ? null : errorOf(activity.lastFailure),
    taskQueue: textOf(activity.activityOptions?.taskQueue?.name),
    identity: textOf(activity.lastWorkerIdentity),
    buildId: buildIdOf(activity),
    heartbeats,
    heartbeatCount: heartbeats.length,
    source: 'sample',
  };
}

/** @throws {TemporalError} */
export function descriptionOf(bytes: Uint8Array, namespace: string): RunDescription {
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
  const attempts = activities.map((one) => attemptOf(one, { workflowId, runId }, namespace));
  return { head, described, attempts: attempts.filter((attempt) => attempt !== null) };
}
