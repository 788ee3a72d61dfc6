/** What is known of single attempts, which a history does not tell: from workers, and from looking while they ran. */
import type { JsonObject } from '../../json.ts';
import type { Status } from '../../trace/status.ts';
import type { TraceError } from '../../trace/trace.ts';
import type { EpochMicros } from '../../units.ts';
import { failureOf } from './failures.ts';
import { enumAt, intAt, momentOf, nameAt, objectAt, textAt } from './fields.ts';

/** One attempt of an activity, local ones included, as a worker's interceptor reported it, or as it was sampled. */
export interface AttemptReport {
  readonly runId: string;
  readonly workflowId: string;
  readonly namespace: string;
  readonly activityId: string;
  readonly activityType: string;
  /** From 1. */
  readonly attempt: number;
  readonly isLocal: boolean;
  /** When the activity was scheduled, by the server's clock. */
  readonly scheduledAt: EpochMicros | null;
  /** When this attempt was scheduled: after its backoff, by the server's clock. */
  readonly attemptScheduledAt: EpochMicros | null;
  /** By the worker's clock where it is the worker that tells. */
  readonly startedAt: EpochMicros;
  /** Null while it runs. */
  readonly endedAt: EpochMicros | null;
  readonly status: Status;
  readonly error: TraceError | null;
  readonly taskQueue: string | null;
  readonly identity: string | null;
  readonly buildId: string | null;
  /** Times of heartbeats, the first 1000. */
  readonly heartbeats: readonly EpochMicros[];
  /** How many there were. */
  readonly heartbeatCount: number;
  /** `worker`: exact, told by the interceptor; `sample`: seen by polling, its times are the server's. A `worker` report wins. */
  readonly source: 'worker' | 'sample';
}

/** So many heartbeats of one attempt are looked at. */
const MAX_HEARTBEATS = 1000;

function isUsable({ attempt, startedAt, endedAt }: AttemptReport): boolean {
  return (
    Number.isInteger(attempt) &&
    attempt >= 1 &&
    Number.isFinite(startedAt) &&
    (endedAt === null || Number.isFinite(endedAt))
  );
}

/** Which of two reports says more; above 0 when the second does. A total order, so that it matters not which came first. */
function compareReports(a: AttemptReport, b: AttemptReport): number {
  if (a.source !== b.source) return a.source === 'worker' ? -1 : 1;
  if ((a.endedAt === null) !== (b.endedAt === null)) return a.endedAt === null ? 1 : -1;
  if (a.endedAt !== b.endedAt) return (b.endedAt ?? 0) - (a.endedAt ?? 0);
  if (a.heartbeatCount !== b.heartbeatCount) return b.heartbeatCount - a.heartbeatCount;
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** What the server saw of the end of an attempt whose worker did not live to tell of it. */
function withEndSeen(best: AttemptReport, others: readonly AttemptReport[]): AttemptReport {
  if (best.endedAt !== null) return best;
  const seen = others.find(({ source, endedAt }) => source === 'sample' && endedAt !== null);
  if (seen === undefined || seen.endedAt === null || seen.endedAt < best.startedAt) return best;
  return { ...best, endedAt: seen.endedAt, status: seen.status, error: best.error ?? seen.error };
}

/** One report an attempt, in the order of their numbers, whatever came how often in which order. */
export function distinctAttempts(reports: readonly AttemptReport[]): readonly AttemptReport[] {
  const byNumber = new Map<number, AttemptReport[]>();
  for (const report of reports) {
    if (!isUsable(report)) continue;
    const known = byNumber.get(report.attempt);
    if (known === undefined) byNumber.set(report.attempt, [report]);
    else known.push(report);
  }
  const best = [...byNumber.values()].flatMap((same) => {
    const [first, ...others] = same.sort(compareReports);
    return first === undefined ? [] : [withEndSeen(first, others)];
  });
  return best.sort((a, b) => a.attempt - b.attempt);
}

/** The heartbeats of an attempt that can be placed, in order. */
export function heartbeatsOf({ heartbeats }: AttemptReport): readonly EpochMicros[] {
  const usable = heartbeats.slice(0, MAX_HEARTBEATS).filter((time) => Number.isFinite(time));
  return usable.sort((a, b) => a - b);
}

/** Whose attempts are sampled. */
type SampledRun = Pick<AttemptReport, 'runId' | 'workflowId' | 'namespace'>;

/** `temporal.api.enums.v1.PendingActivityState`, which no history has. */
const STATES = ['Unspecified', 'Scheduled', 'Started', 'CancelRequested', 'Paused', 'PauseRequested'];

/** The states in which a worker has the activity. */
const RUNNING_STATES: ReadonlySet<string> = new Set(['Started', 'CancelRequested', 'PauseRequested']);

/** Whether a worker has an activity of `pendingActivities`. */
export function isWithWorker(pending: JsonObject): boolean {
  const state = enumAt(pending, 'state', 'PendingActivityState', (value) => STATES[value] ?? null);
  return state !== null && RUNNING_STATES.has(state);
}

function sampleOf(run: SampledRun, pending: JsonObject): AttemptReport | null {
  const activityId = textAt(pending, 'activityId');
  const startedAt = momentOf(pending['lastStartedTime']);
  if (activityId === null || startedAt === null) return null;
  const next = intAt(pending, 'attempt') ?? 1;
  const isRunning = isWithWorker(pending);
  if (!isRunning && next < 2) return null;
  const failure = isRunning ? null : failureOf(objectAt(pending, 'lastFailure'));
  const endedAt = isRunning ? null : momentOf(pending['lastAttemptCompleteTime']);
  const heartbeat = momentOf(pending['lastHeartbeatTime']);
  const isTimeout = failure?.json['kind'] === 'TimeoutFailure';
  const version = objectAt(pending, 'lastDeploymentVersion') ?? objectAt(pending, 'lastWorkerVersionStamp');
  return {
    ...run,
    activityId,
    activityType: nameAt(pending, 'activityType') ?? '',
    attempt: isRunning ? next : next - 1,
    isLocal: false,
    scheduledAt: momentOf(pending['scheduledTime']),
    attemptScheduledAt: null,
    startedAt,
    endedAt: endedAt !== null && endedAt >= startedAt ? endedAt : null,
    status: isRunning ? 'running' : isTimeout ? 'timeout' : 'failed',
    error: failure === null ? null : { code: failure.code, message: failure.message },
    taskQueue: null,
    identity: textAt(pending, 'lastWorkerIdentity'),
    buildId: textAt(version, 'buildId'),
    heartbeats: heartbeat === null || heartbeat < startedAt ? [] : [heartbeat],
    heartbeatCount: heartbeat === null || heartbeat < startedAt ? 0 : 1,
    source: 'sample',
  };
}

/**
 * What `pendingActivities` of `DescribeWorkflowExecution` tell of attempts: of one that runs its start, of one that waits
 * to be tried again the attempt that failed before.
 */
export function sampledAttempts(run: SampledRun, pending: readonly JsonObject[]): AttemptReport[] {
  return pending.flatMap((one) => sampleOf(run, one) ?? []);
}
