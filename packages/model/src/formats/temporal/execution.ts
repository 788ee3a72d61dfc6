/** What a history tells of its run as a whole. */
import type { JsonObject, JsonValue } from '../../json.ts';
import { isUuid } from '../../ids.ts';
import type { Status } from '../../trace/status.ts';
import type { ExecutionInfo } from '../../trace/trace.ts';
import { since, type EpochMicros } from '../../units.ts';
import { failureOf } from './failures.ts';
import { durationAt, enumAt, eventIdAt, intAt, msOf, nameAt, objectAt, present, textAt } from './fields.ts';
import type { ReportedRuns } from './matching.ts';
import type { TimedEvent } from './operations.ts';
import { payloadMap, payloadsValue, type Room } from './payloads.ts';
import { retryJson, taskFailedCause } from './retries.ts';
import { enumName } from './wire.ts';

/** What is known of a run from elsewhere. */
export interface HistoryInfo {
  readonly namespace?: string | null;
  readonly workflowId?: string | null;
  readonly runId?: string | null;
  /** `pendingActivities` of `DescribeWorkflowExecution`: what the history does not tell while an activity is open. */
  readonly pendingActivities?: readonly JsonObject[];
}

interface Close {
  readonly status: Status;
  /** As Temporal calls it. */
  readonly word: string;
}

const CLOSES: ReadonlyMap<string, Close> = new Map<string, Close>([
  ['WorkflowExecutionCompleted', { status: 'completed', word: 'completed' }],
  ['WorkflowExecutionFailed', { status: 'failed', word: 'failed' }],
  ['WorkflowExecutionTimedOut', { status: 'timeout', word: 'timed_out' }],
  ['WorkflowExecutionCanceled', { status: 'cancelled', word: 'canceled' }],
  ['WorkflowExecutionTerminated', { status: 'cancelled', word: 'terminated' }],
  ['WorkflowExecutionContinuedAsNew', { status: 'completed', word: 'continued_as_new' }],
]);

/** The last event that closes the run, if one does. */
export function closeOf(events: readonly TimedEvent[]): TimedEvent | null {
  return events.findLast((event) => CLOSES.has(event.type)) ?? null;
}

const initiatorName = (value: number) => enumName('enums.ContinueAsNewInitiator', value);

function initiatorOf(attributes: JsonObject | null): string | null {
  return enumAt(attributes, 'initiator', 'ContinueAsNewInitiator', initiatorName);
}

/** Where a history was reset: up to here the events are those of an earlier run. */
function resetOf(events: readonly TimedEvent[]): TimedEvent | null {
  return events.findLast((event) => taskFailedCause(event) === 'ResetWorkflow') ?? null;
}

function resetJson(event: TimedEvent): JsonObject | null {
  const { attributes } = event;
  return present({
    event_id: event.id,
    base_run_id: textAt(attributes, 'baseRunId'),
    new_run_id: textAt(attributes, 'newRunId'),
    reason: textAt(objectAt(attributes, 'failure'), 'message'),
  });
}

function parentJson(started: JsonObject | null): JsonObject | null {
  const parent = objectAt(started, 'parentWorkflowExecution');
  return present({
    namespace: textAt(started, 'parentWorkflowNamespace'),
    workflow_id: textAt(parent, 'workflowId'),
    run_id: textAt(parent, 'runId'),
    initiated_event_id: eventIdAt(started, 'parentInitiatedEventId'),
  });
}

function rootJson(started: JsonObject | null): JsonObject | null {
  const root = objectAt(started, 'rootWorkflowExecution');
  return present({ workflow_id: textAt(root, 'workflowId'), run_id: textAt(root, 'runId') });
}

/** How often each type of event occurs. */
function countTypes(events: readonly TimedEvent[]): JsonObject {
  const counts = new Map<string, number>();
  for (const { type } of events) {
    // A file can make up as many types as it has events.
    const name = counts.size < 100 || counts.has(type) ? type : 'others';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function timeoutsJson(started: JsonObject | null): JsonObject | null {
  const of = (key: string) => {
    const timeout = msOf(durationAt(started, key));
    return timeout === null || timeout <= 0 ? null : timeout;
  };
  return present({
    execution: of('workflowExecutionTimeout'),
    run: of('workflowRunTimeout'),
    task: of('workflowTaskTimeout'),
  });
}

function filled(value: JsonObject | null): JsonObject | null {
  return value === null || Object.keys(value).length === 0 ? null : value;
}

/** What became of a run, for whoever draws it as a part of another. */
export interface RunSummary {
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
  readonly status: Status;
  /** As Temporal calls it; null while it is open. */
  readonly word: string | null;
  readonly error: ExecutionInfo['error'];
  /** The run that went on from it, and why. */
  readonly nextRunId: string | null;
  readonly nextInitiator: string | null;
  /** Which try of a workflow with a retry policy it is. */
  readonly attempt: number;
}

export function summaryOf(events: readonly TimedEvent[], close: TimedEvent | null): RunSummary {
  const started = events.find(({ type }) => type === 'WorkflowExecutionStarted')?.attributes ?? null;
  const outcome = closeStatus(close);
  const nextRunId = textAt(close?.attributes ?? null, 'newExecutionRunId');
  const isFailed = outcome?.status === 'failed' || outcome?.status === 'timeout';
  return {
    from: events[0]?.time ?? null,
    to: close?.time ?? null,
    status: outcome?.status ?? 'running',
    word: outcome?.word ?? null,
    error: errorOf(close, outcome?.word ?? null),
    nextRunId,
    nextInitiator: initiatorOf(close?.attributes ?? null) ?? (isFailed && nextRunId !== null ? 'Retry' : null),
    attempt: Math.max(1, intAt(started, 'attempt') ?? 1),
  };
}

/** The runs whose attempts are those of a history: itself, and those that it was reset from for what they have in common. */
export function reportedRuns(events: readonly TimedEvent[], info: HistoryInfo): ReportedRuns {
  const started = events.find(({ type }) => type === 'WorkflowExecutionStarted')?.attributes ?? null;
  const reset = resetOf(events);
  const runId = runIdOf(info, started, reset);
  const bases = events.flatMap((event) => {
    const isReset = taskFailedCause(event) === 'ResetWorkflow';
    return isReset ? [textAt(event.attributes, 'baseRunId') ?? ''] : [];
  });
  return { runId, bases: new Set(bases), resetAt: reset?.id ?? 0 };
}

interface Parts {
  readonly events: readonly TimedEvent[];
  readonly info: HistoryInfo;
  readonly room: Room;
}

/** The chain that the run is a link of, and what started it. */
function chainJson(started: JsonObject | null, closed: JsonObject | null): JsonObject | null {
  const attempt = intAt(started, 'attempt');
  return present({
    first_execution_run_id: textAt(started, 'firstExecutionRunId'),
    original_execution_run_id: textAt(started, 'originalExecutionRunId'),
    continued_execution_run_id: textAt(started, 'continuedExecutionRunId'),
    new_execution_run_id: textAt(closed, 'newExecutionRunId'),
    initiator: initiatorOf(started),
    next_initiator: initiatorOf(closed),
    attempt: attempt !== null && attempt > 0 ? attempt : null,
    cron_schedule: textAt(started, 'cronSchedule'),
    first_workflow_task_backoff_ms: msOf(durationAt(started, 'firstWorkflowTaskBackoff')) || null,
    parent: parentJson(started),
    root: rootJson(started),
  });
}

function payloadsJson(started: JsonObject | null, closed: JsonObject | null, room: Room): JsonObject | null {
  const fields: Record<string, JsonValue | undefined> = {
    input: payloadsValue(started?.['input'], room),
    output: payloadsValue(closed?.['result'], room),
    memo: filled(payloadMap(started?.['memo'], room)),
    search_attributes: filled(payloadMap(started?.['searchAttributes'], room)),
  };
  return present(fields);
}

function closeStatus(close: TimedEvent | null): Close | null {
  const known = close === null ? null : (CLOSES.get(close.type) ?? null);
  if (close === null || known === null) return null;
  // Older servers end an attempt that is tried again in this way.
  const isRetry = known.word === 'continued_as_new' && initiatorOf(close.attributes) === 'Retry';
  return isRetry ? { status: 'failed', word: known.word } : known;
}

function errorOf(close: TimedEvent | null, word: string | null): ExecutionInfo['error'] {
  const failure = failureOf(objectAt(close?.attributes ?? null, 'failure'));
  if (failure !== null) return { code: failure.code, message: failure.message };
  if (word === 'timed_out') return { code: 'WorkflowExecutionTimedOut', message: 'the workflow timed out' };
  if (word !== 'terminated') return null;
  const reason = textAt(close?.attributes ?? null, 'reason');
  return { code: 'Terminated', message: reason === null ? 'terminated' : `terminated: ${reason.slice(0, 1000)}` };
}

/** The run that a history is of: as was asked for, what a reset made, or what it was started as. */
function runIdOf(info: HistoryInfo, started: JsonObject | null, reset: TimedEvent | null): string | null {
  const own = textAt(started, 'originalExecutionRunId');
  return info.runId ?? textAt(reset?.attributes ?? null, 'newRunId') ?? own;
}

/** What is known of the run; `start` is where its times count from. */
export function describeExecution({ events, info, room }: Parts, start: EpochMicros | null): Partial<ExecutionInfo> {
  const started = events.find(({ type }) => type === 'WorkflowExecutionStarted')?.attributes ?? null;
  const close = closeOf(events);
  const closed = close?.attributes ?? null;
  const outcome = closeStatus(close);
  const reset = resetOf(events);
  const runId = runIdOf(info, started, reset);
  const workflowId = info.workflowId ?? textAt(started, 'workflowId');
  const workflow = nameAt(started, 'workflowType');
  const retry = retryJson(started, closed, false);
  const endedAt = close?.time ?? null;
  const duration = start === null || endedAt === null ? null : since(start, endedAt);
  return {
    id: runId !== null && isUuid(runId) ? runId : null,
    externalId: workflowId ?? (runId !== null && !isUuid(runId) ? runId : null),
    name: workflowId ?? workflow ?? runId ?? '',
    workflow,
    status: outcome?.status ?? 'running',
    sourceFormat: 'temporal',
    startedAt: start,
    endedAt,
    recordedDuration: duration !== null && duration >= 0 ? duration : null,
    error: errorOf(close, outcome?.word ?? null),
    eventCount: events.length,
    attributes: {
      ...present({
        namespace: info.namespace,
        workflow_id: workflowId,
        run_id: runId,
        close_status: outcome?.word,
        task_queue: nameAt(started, 'taskQueue'),
        identity: textAt(started, 'identity'),
        ...chainJson(started, closed),
        ...(retry !== null && { retry }),
        timeouts_ms: timeoutsJson(started),
        reset: reset === null ? null : resetJson(reset),
        ...payloadsJson(started, closed, room),
      }),
      event_types: countTypes(events),
    },
  };
}
