/** What a workflow does besides its own code: each by the event that it begins with, and those that tell how it went on. */
import type { Status } from '../../trace/status.ts';
import type { EpochMicros } from '../../units.ts';
import type { HistoryEvent } from './events.ts';
import { eventIdAt, objectAt, textAt } from './fields.ts';

/** An event whose time is known, or was taken from the one before it. */
export interface TimedEvent extends HistoryEvent {
  readonly time: EpochMicros;
}

export type OperationType =
  | 'activity'
  | 'local_activity'
  | 'timer'
  | 'child_workflow'
  | 'signal_external'
  | 'cancel_external'
  | 'update'
  | 'nexus'
  | 'workflow_task';

/** One operation: a node of the trace. */
export interface Operation {
  readonly type: OperationType;
  /** The id of the event that it begins with. */
  readonly id: number;
  /** Null where the history lacks it. */
  head: TimedEvent | null;
  started: TimedEvent | null;
  close: TimedEvent | null;
  /** How it closed; null while it has not. */
  status: Status | null;
  readonly marks: TimedEvent[];
}

type Role =
  | { readonly part: 'head'; readonly type: OperationType }
  | { readonly part: 'started'; readonly type: OperationType; readonly by: string }
  | { readonly part: 'mark'; readonly type: OperationType; readonly by: string }
  | { readonly part: 'close'; readonly type: OperationType; readonly by: string; readonly status: Status };

const head = (type: OperationType): Role => ({ part: 'head', type });
const started = (type: OperationType, by: string): Role => ({ part: 'started', type, by });
const mark = (type: OperationType, by: string): Role => ({ part: 'mark', type, by });
const close = (type: OperationType, by: string, status: Status): Role => ({ part: 'close', type, by, status });

/** What each type of event is to an operation, and the attribute that names the event which that began with. */
const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['WorkflowTaskScheduled', head('workflow_task')],
  ['WorkflowTaskStarted', started('workflow_task', 'scheduledEventId')],
  ['WorkflowTaskCompleted', close('workflow_task', 'scheduledEventId', 'completed')],
  ['WorkflowTaskFailed', close('workflow_task', 'scheduledEventId', 'failed')],
  ['WorkflowTaskTimedOut', close('workflow_task', 'scheduledEventId', 'timeout')],
  ['ActivityTaskScheduled', head('activity')],
  ['ActivityTaskStarted', started('activity', 'scheduledEventId')],
  ['ActivityTaskCompleted', close('activity', 'scheduledEventId', 'completed')],
  ['ActivityTaskFailed', close('activity', 'scheduledEventId', 'failed')],
  ['ActivityTaskTimedOut', close('activity', 'scheduledEventId', 'timeout')],
  ['ActivityTaskCanceled', close('activity', 'scheduledEventId', 'cancelled')],
  ['ActivityTaskCancelRequested', mark('activity', 'scheduledEventId')],
  ['ActivityPropertiesModifiedExternally', mark('activity', 'scheduledEventId')],
  ['TimerStarted', head('timer')],
  ['TimerFired', close('timer', 'startedEventId', 'completed')],
  ['TimerCanceled', close('timer', 'startedEventId', 'cancelled')],
  ['StartChildWorkflowExecutionInitiated', head('child_workflow')],
  ['StartChildWorkflowExecutionFailed', close('child_workflow', 'initiatedEventId', 'failed')],
  ['ChildWorkflowExecutionStarted', started('child_workflow', 'initiatedEventId')],
  ['ChildWorkflowExecutionCompleted', close('child_workflow', 'initiatedEventId', 'completed')],
  ['ChildWorkflowExecutionFailed', close('child_workflow', 'initiatedEventId', 'failed')],
  ['ChildWorkflowExecutionCanceled', close('child_workflow', 'initiatedEventId', 'cancelled')],
  ['ChildWorkflowExecutionTimedOut', close('child_workflow', 'initiatedEventId', 'timeout')],
  ['ChildWorkflowExecutionTerminated', close('child_workflow', 'initiatedEventId', 'cancelled')],
  ['SignalExternalWorkflowExecutionInitiated', head('signal_external')],
  ['SignalExternalWorkflowExecutionFailed', close('signal_external', 'initiatedEventId', 'failed')],
  ['ExternalWorkflowExecutionSignaled', close('signal_external', 'initiatedEventId', 'completed')],
  ['RequestCancelExternalWorkflowExecutionInitiated', head('cancel_external')],
  ['RequestCancelExternalWorkflowExecutionFailed', close('cancel_external', 'initiatedEventId', 'failed')],
  ['ExternalWorkflowExecutionCancelRequested', close('cancel_external', 'initiatedEventId', 'completed')],
  ['WorkflowExecutionUpdateAccepted', head('update')],
  ['WorkflowExecutionUpdateCompleted', close('update', 'acceptedEventId', 'completed')],
  ['NexusOperationScheduled', head('nexus')],
  ['NexusOperationStarted', started('nexus', 'scheduledEventId')],
  ['NexusOperationCompleted', close('nexus', 'scheduledEventId', 'completed')],
  ['NexusOperationFailed', close('nexus', 'scheduledEventId', 'failed')],
  ['NexusOperationCanceled', close('nexus', 'scheduledEventId', 'cancelled')],
  ['NexusOperationTimedOut', close('nexus', 'scheduledEventId', 'timeout')],
  ['NexusOperationCancelRequested', mark('nexus', 'scheduledEventId')],
  ['NexusOperationCancelRequestCompleted', mark('nexus', 'scheduledEventId')],
  ['NexusOperationCancelRequestFailed', mark('nexus', 'scheduledEventId')],
]);

/** The markers in which SDKs record local activities: those on Core, and Go and Java. */
const LOCAL_ACTIVITY_MARKERS = new Set(['core_local_activity', 'LocalActivity']);

function roleOf(event: HistoryEvent): Role | undefined {
  if (event.type === 'MarkerRecorded') {
    const name = textAt(event.attributes, 'markerName');
    return name !== null && LOCAL_ACTIVITY_MARKERS.has(name) ? head('local_activity') : undefined;
  }
  return ROLES.get(event.type);
}

/** The id of an update, which its request and its result have in common. */
function updateIdOf({ attributes }: HistoryEvent): string | null {
  const request = objectAt(attributes, 'acceptedRequest');
  const meta = objectAt(attributes, 'meta') ?? objectAt(request, 'meta');
  return textAt(meta, 'updateId') ?? textAt(attributes, 'protocolInstanceId');
}

/** What joins an event to an operation where no event id does. */
function otherNameOf(event: HistoryEvent, type: OperationType): string | null {
  if (type === 'update') return updateIdOf(event);
  return type === 'timer' ? textAt(event.attributes, 'timerId') : null;
}

export interface Operations {
  /** In the order of their ids. */
  readonly all: readonly Operation[];
  /** Events that are part of no operation. */
  readonly others: readonly TimedEvent[];
  /** Closing events that name no beginning, and so stand for nothing. */
  readonly unopened: readonly TimedEvent[];
}

class Collector {
  readonly #byId = new Map<number, Operation>();
  readonly #byName = new Map<string, Operation>();
  readonly others: TimedEvent[] = [];
  readonly unopened: TimedEvent[] = [];

  take(event: TimedEvent): void {
    const role = roleOf(event);
    if (role === undefined) return void this.others.push(event);
    if (role.part === 'head') return this.#open(event, role.type);
    const operation = this.#find(event, role);
    if (operation === null) return void this.unopened.push(event);
    if (role.part === 'close' && operation.close === null) {
      operation.close = event;
      operation.status = role.status;
    } else if (role.part === 'started' && operation.started === null) operation.started = event;
    else operation.marks.push(event);
  }

  list(): Operation[] {
    return [...this.#byId.values()].sort((a, b) => a.id - b.id);
  }

  #open(event: TimedEvent, type: OperationType): void {
    const operation = this.#operation(event.id, type);
    operation.head = event;
    const name = otherNameOf(event, type);
    if (name !== null) this.#byName.set(`${type} ${name}`, operation);
  }

  #operation(id: number, type: OperationType): Operation {
    const known = this.#byId.get(id);
    if (known !== undefined && known.type === type) return known;
    const made: Operation = { type, id, head: null, started: null, close: null, status: null, marks: [] };
    this.#byId.set(id, made);
    return made;
  }

  #find(event: TimedEvent, role: { readonly type: OperationType; readonly by: string }): Operation | null {
    const id = eventIdAt(event.attributes, role.by);
    const known = id === null ? undefined : this.#byId.get(id);
    if (known?.type === role.type) return known;
    const name = otherNameOf(event, role.type);
    const named = name === null ? undefined : this.#byName.get(`${role.type} ${name}`);
    if (named !== undefined) return named;
    return id === null || known !== undefined || id >= event.id ? null : this.#operation(id, role.type);
  }
}

/** Sorts the events of a history, in the order of their ids, into the operations that they are parts of. */
export function collectOperations(events: Iterable<TimedEvent>): Operations {
  const collector = new Collector();
  for (const event of events) collector.take(event);
  return { all: collector.list(), others: collector.others, unopened: collector.unopened };
}

/** The first event of an operation that the history has. */
export function firstEventOf({ head: first, started: second, close: last, marks }: Operation): TimedEvent | null {
  return first ?? second ?? last ?? marks[0] ?? null;
}
