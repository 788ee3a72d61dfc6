/** What the time of each operation went to: the mapping from its events to phases. */
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Status } from '../../trace/status.ts';
import { after, toEpochMicros, type EpochMicros } from '../../units.ts';
import { failureOf, type Failure } from './failures.ts';
import {
  durationAt,
  enumAt,
  eventIdAt,
  intAt,
  intOf,
  momentOf,
  msOf,
  nameAt,
  objectAt,
  present,
  textAt,
} from './fields.ts';
import { isWithWorker, type AttemptReport } from './attempts.ts';
import type { KnownTimes } from './clocks.ts';
import { firstEventOf, type Operation, type OperationType, type TimedEvent } from './operations.ts';
import { payloadsValue, payloadValue, type Room } from './payloads.ts';
import { enumName } from './wire.ts';
import { retryJson, retryWindowJson, taskFailedCause } from './retries.ts';
import { lastAttempt, queueWait, type Step } from './steps.ts';
import { triedSteps, type TriedContext } from './tried.ts';

/** How an operation is drawn. */
export interface Plan {
  /** What it is called, and goes by in comparisons of runs. */
  readonly name: string;
  readonly from: EpochMicros;
  readonly steps: readonly Step[];
  readonly status: Status;
  readonly taskQueue: string | null;
  readonly metadata: JsonObject | null;
  readonly error: JsonObject | null;
}

/** What the plans of all operations of a history need. */
export interface PlanContext {
  readonly room: Room;
  /** When the first completed workflow task after an event started, which takes note of it; null when none did. */
  readonly observedAt: (eventId: number) => EpochMicros | null;
  /** When the workflow task started that completed with an event. */
  readonly taskStart: (completedId: number) => EpochMicros | null;
  /** The workflow task before one, where that failed: when it did. */
  readonly failedBefore: (task: Operation) => EpochMicros | null;
  /** What the server knew of an activity that was not done, by its id. */
  readonly pending: (activityId: string) => JsonObject | null;
  /** What was reported of the attempts at an operation, by the id of that, one report an attempt, in order. */
  readonly attemptsOf: (id: number) => readonly AttemptReport[];
  readonly tried: TriedContext;
  /** Whether nodes tell what is known of them elsewhere too: their task queues. */
  readonly isDetailed: boolean;
}

type Drawn = Pick<Plan, 'name' | 'steps'> & Partial<Plan>;

function attributesOf(event: TimedEvent | null): JsonObject | null {
  return event?.attributes ?? null;
}

/** The names of the values of an enum of the API. */
function nameIn(name: string): (value: number) => string | null {
  return (value) => enumName(`enums.${name}`, value);
}

function timeOf(event: TimedEvent | null): EpochMicros | null {
  return event?.time ?? null;
}

function workerOf(event: TimedEvent | null): JsonObject | null {
  const attributes = attributesOf(event);
  const version = objectAt(attributes, 'workerVersion') ?? objectAt(attributes, 'deploymentVersion');
  return present({ worker: textAt(attributes, 'identity'), build_id: textAt(version, 'buildId') });
}

function timeoutsJson(attributes: JsonObject | null): JsonObject | null {
  const names = ['scheduleToClose', 'scheduleToStart', 'startToClose', 'heartbeat'] as const;
  const known = names.map((name) => [name, msOf(durationAt(attributes, `${name}Timeout`))] as const);
  return present(Object.fromEntries(known.filter(([, value]) => value !== null && value > 0)));
}

/** What an operation was given and gave. */
function payloadFields(input: JsonValue | undefined, output: JsonValue | undefined, room: Room): JsonObject | null {
  const given = payloadsValue(input, room);
  const gave = payloadsValue(output, room);
  return { ...(given !== undefined && { input: given }), ...(gave !== undefined && { output: gave }) };
}

/** The last attempt of an activity that is under way, as the server told of it. */
function pendingSteps(pending: JsonObject, scheduled: JsonObject | null, queue: string | null): Step[] {
  const attempt = intAt(pending, 'attempt') ?? 1;
  const isStarted = isWithWorker(pending);
  const lastStarted = momentOf(pending['lastStartedTime']);
  if (isStarted && lastStarted !== null && attempt <= 1)
    return [queueWait(lastStarted, queue), { name: 'execute', until: null }];
  const failure = failureOf(objectAt(pending, 'lastFailure'))?.json ?? null;
  if (attempt <= 1) return [queueWait(null, queue)];
  const metadata = retryWindowJson(scheduled, attempt, failure);
  if (!isStarted || lastStarted === null) return [{ name: 'retry_window', until: null, metadata }];
  return [
    { name: 'retry_window', until: lastStarted, metadata },
    { name: 'execute', until: null, attempt: lastAttempt(attempt, null) },
  ];
}

function activitySteps(operation: Operation, failure: Failure | null, context: PlanContext): Step[] {
  const { started, close } = operation;
  const scheduled = attributesOf(operation.head);
  const queue = nameAt(scheduled, 'taskQueue');
  const closed = timeOf(close);
  if (started !== null) {
    const attempt = intAt(started.attributes, 'attempt') ?? 1;
    if (attempt <= 1) return [queueWait(started.time, queue), { name: 'execute', until: closed }];
    const last = failureOf(objectAt(started.attributes, 'lastFailure'), context.room)?.json ?? null;
    return [
      { name: 'retry_window', until: started.time, metadata: retryWindowJson(scheduled, attempt, last) },
      { name: 'execute', until: closed, attempt: lastAttempt(attempt, failure?.json ?? null) },
    ];
  }
  if (close !== null)
    return [failure?.hasCause === true ? { name: 'opaque', until: closed } : queueWait(closed, queue)];
  const pending = context.pending(textAt(scheduled, 'activityId') ?? '');
  // A history does not tell of a running activity whether it runs: it is scheduled, and that is all.
  return pending === null ? [{ name: 'opaque', until: null }] : pendingSteps(pending, scheduled, queue);
}

/** What a history knows of the times of an activity, for `Clocks` and `triedSteps`. */
export function timesOf({ head, started, close, status }: Operation): KnownTimes {
  return {
    scheduled: timeOf(head),
    lastNumber: started === null ? null : (intAt(started.attributes, 'attempt') ?? 1),
    lastStart: timeOf(started),
    close: timeOf(close),
    status,
  };
}

/** The steps of an activity of which attempts were reported. */
function reportedSteps(
  operation: Operation,
  reports: readonly AttemptReport[],
  failure: Failure | null,
  context: PlanContext,
): readonly Step[] {
  const scheduled = attributesOf(operation.head);
  const pending = operation.close === null ? context.pending(textAt(scheduled, 'activityId') ?? '') : null;
  const [first] = reports;
  const known = timesOf(operation);
  return triedSteps(
    {
      ...known,
      from: firstEventOf(operation)?.time ?? first?.attemptScheduledAt ?? first?.startedAt ?? toEpochMicros(0),
      attributes: scheduled,
      queue: nameAt(scheduled, 'taskQueue') ?? first?.taskQueue ?? null,
      lastFailure: failureOf(objectAt(attributesOf(operation.started), 'lastFailure'), context.room),
      failure,
      name: `${nameAt(scheduled, 'activityType') ?? 'activity'} (event ${operation.id})`,
      nextAt: momentOf(pending?.['nextAttemptScheduleTime']),
    },
    reports,
    context.tried,
  );
}

/** The steps with the time until the result was taken note of. */
function withCallback(steps: readonly Step[], observed: EpochMicros | null): readonly Step[] {
  if (observed === null) return steps;
  const before = steps.at(-1)?.name === 'callback' ? steps.slice(0, -1) : steps;
  return [...before, { name: 'callback', until: observed }];
}

function planActivity(operation: Operation, context: PlanContext): Drawn {
  const { head, started, close } = operation;
  const scheduled = attributesOf(head);
  const closed = attributesOf(close);
  const failure = failureOf(objectAt(closed, 'failure'), context.room);
  const pending = close === null ? context.pending(textAt(scheduled, 'activityId') ?? '') : null;
  const reports = context.attemptsOf(operation.id);
  const steps =
    reports.length > 0
      ? reportedSteps(operation, reports, failure, context)
      : activitySteps(operation, failure, context);
  const reported = reports.at(-1) ?? null;
  const attempt = intAt(attributesOf(started), 'attempt') ?? intAt(pending, 'attempt') ?? reported?.attempt ?? null;
  const retry = retryJson(scheduled, closed, false, attempt);
  return {
    name: nameAt(scheduled, 'activityType') ?? reported?.activityType ?? `activity (event ${operation.id})`,
    steps: withCallback(steps, close === null ? null : context.observedAt(close.id)),
    taskQueue: nameAt(scheduled, 'taskQueue'),
    error: failure?.json ?? null,
    metadata: present({
      activity_id: textAt(scheduled, 'activityId'),
      attempt,
      worker: reported?.identity,
      build_id: reported?.buildId,
      ...workerOf(started),
      ...(retry !== null && { retry }),
      timeouts_ms: timeoutsJson(scheduled),
      ...payloadFields(scheduled?.['input'], closed?.['result'], context.room),
    }),
  };
}

function planTimer({ id, head, close, status }: Operation): Drawn {
  const timerId = textAt(attributesOf(head), 'timerId') ?? textAt(attributesOf(close), 'timerId') ?? String(id);
  const asked = durationAt(attributesOf(head), 'startToFireTimeout');
  const closed = timeOf(close);
  const due = head === null || asked === null ? null : after(head.time, asked);
  const isLate = status === 'completed' && due !== null && closed !== null && closed > due;
  const steps: Step[] = isLate
    ? [
        { name: 'sleep', until: due },
        { name: 'fire_lag', until: closed },
      ]
    : [{ name: 'sleep', until: closed }];
  return { name: `timer ${timerId}`, steps, metadata: present({ timer_id: timerId, asked_ms: msOf(asked) }) };
}

function planChild({ id, head, started, close }: Operation, { room }: PlanContext): Drawn {
  const initiated = attributesOf(head);
  const closed = attributesOf(close);
  const failure = failureOf(objectAt(closed, 'failure'), room);
  const run = objectAt(attributesOf(started), 'workflowExecution') ?? objectAt(closed, 'workflowExecution');
  const until = timeOf(close);
  const wait = { name: 'start_wait', until: timeOf(started) ?? until };
  const steps = started === null ? [wait] : [wait, { name: 'child_run', until }];
  const cause = enumAt(
    closed,
    'cause',
    'StartChildWorkflowExecutionFailedCause',
    nameIn('StartChildWorkflowExecutionFailedCause'),
  );
  const didNotStart = close?.type === 'StartChildWorkflowExecutionFailed';
  const retry = retryJson(initiated, closed, true);
  return {
    name: nameAt(initiated, 'workflowType') ?? nameAt(closed, 'workflowType') ?? `child workflow (event ${id})`,
    steps,
    taskQueue: nameAt(initiated, 'taskQueue'),
    error: failure?.json ?? (didNotStart ? { code: cause ?? 'StartFailed', message: 'the child did not start' } : null),
    metadata: present({
      child: present({
        namespace: textAt(initiated, 'namespace'),
        workflow_id: textAt(initiated, 'workflowId') ?? textAt(run, 'workflowId'),
        run_id: textAt(run, 'runId'),
      }),
      ...(retry !== null && { retry }),
      parent_close_policy: enumAt(initiated, 'parentClosePolicy', 'ParentClosePolicy', nameIn('ParentClosePolicy')),
      ...(close?.type === 'ChildWorkflowExecutionTerminated' && { terminated: true }),
      ...payloadFields(initiated?.['input'], closed?.['result'], room),
    }),
  };
}

function planExternal(operation: Operation, { room }: PlanContext): Drawn {
  const { type, id, head, close } = operation;
  const initiated = attributesOf(head);
  const target = objectAt(initiated, 'workflowExecution');
  const signal = textAt(initiated, 'signalName');
  const failed = operation.status === 'failed';
  const causes = type === 'signal_external' ? 'SignalExternal' : 'CancelExternal';
  const kind = `${causes}WorkflowExecutionFailedCause`;
  const cause = enumAt(attributesOf(close), 'cause', kind, nameIn(kind));
  const own = type === 'signal_external' ? `signal ${signal ?? `(event ${id})`}` : 'cancel external workflow';
  return {
    name: own,
    steps: [{ name: 'deliver', until: timeOf(close) }],
    error: failed ? { code: cause ?? 'Failed', message: `${own} was not delivered` } : null,
    metadata: present({
      target: present({ workflow_id: textAt(target, 'workflowId'), run_id: textAt(target, 'runId') }),
      ...payloadFields(initiated?.['input'], undefined, room),
    }),
  };
}

function planUpdate({ id, head, close }: Operation, { room }: PlanContext): Drawn {
  const request = objectAt(attributesOf(head), 'acceptedRequest');
  const input = objectAt(request, 'input');
  const meta = objectAt(request, 'meta') ?? objectAt(attributesOf(close), 'meta');
  const outcome = objectAt(attributesOf(close), 'outcome');
  const failure = failureOf(objectAt(outcome, 'failure'), room);
  return {
    name: textAt(input, 'name') ?? `update (event ${id})`,
    steps: [{ name: 'handler', until: timeOf(close) }],
    ...(failure !== null && { status: 'failed' }),
    error: failure?.json ?? null,
    metadata: present({
      update_id: textAt(meta, 'updateId') ?? textAt(attributesOf(head), 'protocolInstanceId'),
      ...payloadFields(input?.['args'], outcome?.['success'], room),
    }),
  };
}

function planNexus({ id, head, started, close }: Operation, { room }: PlanContext): Drawn {
  const scheduled = attributesOf(head);
  const closed = attributesOf(close);
  const failure = failureOf(objectAt(closed, 'failure'), room);
  const until = timeOf(close);
  const service = textAt(scheduled, 'service');
  const operation = textAt(scheduled, 'operation');
  const isAsync = started !== null || close === null;
  const call = { name: isAsync ? 'start_call' : 'sync_call', until: timeOf(started) ?? until };
  const given = payloadValue(scheduled?.['input'], room);
  const gave = payloadValue(closed?.['result'], room);
  return {
    name: service === null && operation === null ? `nexus (event ${id})` : `${service ?? ''}/${operation ?? ''}`,
    steps: started === null ? [call] : [call, { name: 'async_run', until }],
    error: failure?.json ?? null,
    metadata: present({
      endpoint: textAt(scheduled, 'endpoint'),
      operation_token: textAt(attributesOf(started), 'operationToken') ?? textAt(attributesOf(started), 'operationId'),
      ...(given !== undefined && { input: given }),
      ...(gave !== undefined && { output: gave }),
    }),
  };
}

function planTask(operation: Operation, context: PlanContext): Drawn {
  const { head, started, close } = operation;
  const queue = nameAt(attributesOf(head), 'taskQueue');
  const until = timeOf(close);
  const attempt = intAt(attributesOf(started), 'attempt') ?? intAt(attributesOf(head), 'attempt');
  const failure = failureOf(objectAt(attributesOf(close), 'failure'), context.room);
  const cause = close === null ? null : taskFailedCause(close);
  const isReset = cause === 'ResetWorkflow';
  const failedBefore = attempt !== null && attempt > 1 ? context.failedBefore(operation) : null;
  const steps: Step[] = [];
  if (failedBefore !== null) steps.push({ name: 'retry_window', until: timeOf(head) });
  steps.push(queueWait(timeOf(started) ?? until, queue));
  // The copy of a task that a reset ended with, long after it had started: nobody worked on it until then.
  if (started !== null) steps.push({ name: isReset ? 'reset' : 'worker', until });
  return {
    name: 'workflow task',
    ...(failedBefore !== null && { from: failedBefore }),
    steps,
    ...(isReset && { status: 'cancelled' }),
    taskQueue: queue,
    error: failure === null && cause === null ? null : { ...failure?.json, code: cause ?? failure?.code ?? 'Failed' },
    metadata: present({ attempt: attempt !== null && attempt > 1 ? attempt : null, ...workerOf(started ?? close) }),
  };
}

/** What a marker of a local activity says of it, in the words of the several SDKs. */
interface LocalActivity {
  readonly name: string | null;
  readonly id: string | null;
  readonly attempt: number | null;
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** What the marker of a local activity says. */
export function localActivityOf(details: JsonObject | null, room: Room): LocalActivity {
  const field = (key: string) => payloadsValue(details?.[key], room);
  const data = field('data');
  const meta = field('meta');
  const core = objectAt({ data: data ?? null }, 'data');
  const java = objectAt({ meta: meta ?? null }, 'meta');
  return {
    name: textAt(core, 'activity_type') ?? textAt(core, 'ActivityType') ?? textOf(field('type')),
    id: textAt(core, 'activity_id') ?? textAt(core, 'ActivityID') ?? textOf(field('activityId')),
    attempt: intAt(core, 'attempt') ?? intAt(core, 'Attempt') ?? intAt(java, 'atpt'),
    from: momentOf(core?.['original_schedule_time']) ?? momentOf(intOf(java?.['firstSkd'])),
    to: momentOf(core?.['complete_time'] ?? core?.['ReplayTime']) ?? momentOf(intOf(field('time'))),
  };
}

/** A local activity of which attempts were reported: nothing of it is an estimate but what they leave out. */
function planReportedLocal(
  head: TimedEvent,
  { local, failure }: { readonly local: LocalActivity; readonly failure: Failure | null },
  reports: readonly AttemptReport[],
  context: PlanContext,
): Drawn {
  const [first] = reports;
  const last = reports.at(-1);
  const begun = reports.map((report) => report.startedAt - context.tried.offsetOf(report));
  const from = toEpochMicros(Math.min(head.time, first?.scheduledAt ?? local.from ?? head.time, ...begun.slice(0, 1)));
  const ended = last?.endedAt === null || last === undefined ? null : last.endedAt - context.tried.offsetOf(last);
  const close = toEpochMicros(Math.min(head.time, ended ?? local.to ?? head.time));
  const details = objectAt(head.attributes, 'details');
  const name = local.name ?? first?.activityType ?? `local activity (event ${head.id})`;
  const status = failure === null ? 'completed' : 'failed';
  const facts = { scheduled: null, lastNumber: last?.attempt ?? null, lastStart: null, close, status } as const;
  const rest = { attributes: null, queue: null, lastFailure: null, failure, name, nextAt: null };
  return {
    name,
    from,
    steps: triedSteps({ ...facts, ...rest, from }, reports, context.tried),
    status,
    error: failure?.json ?? null,
    metadata: present({
      activity_id: local.id,
      attempt: last?.attempt ?? local.attempt,
      worker: last?.identity,
      build_id: last?.buildId,
      starts: 'as the worker reported',
      ...payloadFields(details?.['input'], details?.['result'], context.room),
    }),
  };
}

function planLocalActivity({ id, head }: Operation, context: PlanContext): Drawn {
  const attributes = attributesOf(head);
  const details = objectAt(attributes, 'details');
  const local = localActivityOf(details, context.room);
  const failure = failureOf(objectAt(attributes, 'failure'), context.room);
  const task = eventIdAt(attributes, 'workflowTaskCompletedEventId');
  const taskStart = task === null ? null : context.taskStart(task);
  const end = local.to ?? timeOf(head);
  const from = local.from ?? taskStart ?? end;
  const reports = context.attemptsOf(id);
  if (head !== null && reports.length > 0) return planReportedLocal(head, { local, failure }, reports, context);
  return {
    name: local.name ?? `local activity (event ${id})`,
    ...(from !== null && { from }),
    steps: [{ name: 'execute', until: end, metadata: { estimated: true } }],
    status: failure === null ? 'completed' : 'failed',
    error: failure?.json ?? null,
    metadata: present({
      activity_id: local.id,
      attempt: local.attempt,
      estimated: true,
      starts: local.from === null ? 'not before its workflow task' : 'as the worker noted',
      ...payloadFields(details?.['input'], details?.['result'], context.room),
    }),
  };
}

const PLANS: Readonly<Record<OperationType, (operation: Operation, context: PlanContext) => Drawn>> = {
  activity: planActivity,
  local_activity: planLocalActivity,
  timer: planTimer,
  child_workflow: planChild,
  signal_external: planExternal,
  cancel_external: planExternal,
  update: planUpdate,
  nexus: planNexus,
  workflow_task: planTask,
};

/** The summary that people gave an operation. */
function summaryOf(head: TimedEvent | null, room: Room): JsonValue | undefined {
  return head === null ? undefined : payloadValue(head.userMetadata?.['summary'], room);
}

/** How an operation is drawn; its steps are as the source has them, also where they run backwards. */
export function planOf(operation: Operation, context: PlanContext): Plan {
  const drawn = PLANS[operation.type](operation, context);
  const first = firstEventOf(operation);
  const summary = summaryOf(operation.head, context.room);
  return {
    taskQueue: null,
    error: null,
    ...drawn,
    from: drawn.from ?? first?.time ?? drawn.steps[0]?.until ?? toEpochMicros(0),
    status: drawn.status ?? operation.status ?? 'running',
    metadata: present({
      event_id: operation.id,
      ...(context.isDetailed && { task_queue: drawn.taskQueue ?? null }),
      ...(operation.close !== null && { close_event_id: operation.close.id }),
      ...(summary !== undefined && { summary }),
      ...drawn.metadata,
    }),
  };
}
