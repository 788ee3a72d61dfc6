/**
 * Executions of AWS Step Functions. The events are those of
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Status } from '../../trace/status.ts';
import type { Trace, TraceError } from '../../trace/trace.ts';
import { since, type EpochMicros } from '../../units.ts';
import type { ReadOptions } from '../format.ts';
import { instantOf } from '../instants.ts';
import { clipped, fieldOf, objectIn, textIn, withoutNulls } from '../loose.ts';
import {
  TaskTraceBuilder,
  type Task,
  type TaskAttempt,
  type TaskExecution,
  type TaskMark,
  type TaskPhase,
} from '../tasks.ts';
import { readStepHistories, type StepEvent, type StepHistory } from './events.ts';
import { statesOf, type StateRun, type Try } from './states.ts';

const STATUS_OF_END: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['ExecutionSucceeded', 'completed'],
  ['ExecutionFailed', 'failed'],
  ['ExecutionAborted', 'cancelled'],
  ['ExecutionTimedOut', 'timeout'],
]);

const STATUS_OF_DESCRIPTION: ReadonlyMap<string, Status> = new Map<string, Status>([
  ['RUNNING', 'running'],
  ['PENDING_REDRIVE', 'running'],
  ['SUCCEEDED', 'completed'],
  ['FAILED', 'failed'],
  ['ABORTED', 'cancelled'],
  ['TIMED_OUT', 'timeout'],
]);

/** What a node is, by the type of its state. */
const NODE_TYPES: ReadonlyMap<string, string> = new Map([
  ['Map', 'foreach'],
  ['Parallel', 'group'],
  ['Item', 'group'],
]);

/** A map that runs its items as executions of their own has none of them in its history: it is a leaf. */
function nodeTypeOf({ type, tries }: StateRun): string {
  if (type === 'Map' && tries.length > 0) return 'map_run';
  return NODE_TYPES.get(type) ?? type.toLowerCase();
}

function isContainer(state: StateRun): boolean {
  return NODE_TYPES.get(state.type) === nodeTypeOf(state);
}

function errorOf(details: JsonObject | null): TraceError | null {
  if (details === null) return null;
  const code = textIn(details, 'error', 'Error');
  const message = textIn(details, 'cause', 'Cause');
  if (code === null && message === null) return null;
  return { code: code ?? 'Failed', message: message ?? code ?? '' };
}

/** The parts of the ARN of an execution: that of a standard one, or of an express one. */
function partsOfArn(arn: string | null): { readonly machine: string | null; readonly name: string | null } {
  const parts = arn?.split(':') ?? [];
  const isExecution = parts[5] === 'execution' || parts[5] === 'express';
  return isExecution ? { machine: parts[6] ?? null, name: parts[7] ?? null } : { machine: null, name: null };
}

/** JSON in a text, as inputs and outputs are written, where it is not too large. */
function payload(details: JsonObject, ...names: readonly string[]): JsonValue | undefined {
  const value = fieldOf(details, ...names);
  if (typeof value !== 'string') return value;
  return clipped(value);
}

/** The number of an instance in loops, as the model joins positions (Cantor's pairing). */
function joined(outer: number | null, inner: number | null): number | null {
  if (inner === null || outer === null) return inner ?? outer;
  const sum = outer + inner;
  const number = (sum * (sum + 1)) / 2 + inner;
  return number <= 0x7fffffff ? number : inner;
}

/** What is the same for all states of an execution. */
interface Ending {
  readonly status: Status;
  readonly time: EpochMicros | null;
  /** The event that the end follows: what failed it. */
  readonly previous: number;
}

class Drawing {
  readonly #builder: TaskTraceBuilder;
  readonly #states: readonly StateRun[];
  readonly #ending: Ending;
  readonly #keys = new Map<StateRun, string>();
  readonly #iterations = new Map<StateRun, number | null>();
  readonly #counts = new Map<string, number>();

  constructor(builder: TaskTraceBuilder, states: readonly StateRun[], ending: Ending) {
    this.#builder = builder;
    this.#states = states;
    this.#ending = ending;
  }

  draw(): void {
    for (const state of this.#states) this.#name(state);
    for (const state of this.#states) this.#builder.add(this.#taskOf(state));
  }

  /** States are called by their name, which is the same in every execution; those that are entered again get a number. */
  #name(state: StateRun): void {
    const { around } = state;
    const outer = around === null ? null : (this.#iterations.get(around) ?? null);
    const iteration = state.type === 'Item' ? joined(outer, state.index ?? 0) : outer;
    const base = state.type === 'Item' && around !== null ? `${this.#keys.get(around) ?? state.name}.item` : state.name;
    const instance = `${base} ${iteration}`;
    const count = (this.#counts.get(instance) ?? 0) + 1;
    this.#counts.set(instance, count);
    this.#keys.set(state, count === 1 ? base : `${base}#${count}`);
    this.#iterations.set(state, iteration);
  }

  #taskOf(state: StateRun): Task {
    const { around, after, entered } = state;
    const status = this.#statusOf(state);
    const parentKey = around === null ? null : (this.#keys.get(around) ?? null);
    const dependency = after === null ? undefined : this.#keys.get(after);
    const last = state.tries.at(-1);
    const isCaught = status === 'failed' && state.exited !== null && state.type !== 'Item';
    return {
      key: this.#keys.get(state) ?? state.name,
      name: state.name,
      type: nodeTypeOf(state),
      iteration: this.#iterations.get(state) ?? null,
      parentKey,
      ...(around !== null && { parentIteration: this.#iterations.get(around) ?? null }),
      dependsOn: dependency === undefined ? [] : [dependency],
      attempts: this.#attemptsOf(state, status),
      status,
      marks: state.marks.flatMap(markOf),
      metadata: withoutNulls({
        event_id: entered.id,
        ...(isCaught && { caught: true }),
        resource: last === undefined ? null : textIn(last.details, 'resource', 'Resource'),
        resource_type: last === undefined ? null : textIn(last.details, 'resourceType'),
        input: payload(entered.details, 'input', 'Input'),
        output: state.exited === null ? null : payload(state.exited.details, 'output', 'Output'),
      }),
    };
  }

  #statusOf(state: StateRun): Status {
    const last = state.tries.at(-1);
    if (last?.failed) return last.failed;
    if (state.aborted !== null) return state.aborted;
    if (state.exited !== null) return 'completed';
    const { status, previous } = this.#ending;
    if (status === 'running') return 'running';
    if (status === 'completed') return 'cancelled';
    const holds = state.entered.id === previous || state.marks.some(({ id }) => id === previous);
    return status === 'failed' && !holds && this.#states.at(-1) !== state ? 'cancelled' : status;
  }

  #attemptsOf(state: StateRun, status: Status): TaskAttempt[] {
    const started = state.entered.time;
    const isOver = status !== 'running';
    const isLast = state.abortedAt !== null || (state.exited === null && state.tries.at(-1)?.ended);
    const ended = state.exited?.time ?? (isLast ? this.#lastTime(state) : isOver ? this.#ending.time : null);
    if (state.tries.length > 1 && !isContainer(state))
      return state.tries.map((one, i) => this.#attempt(state, one, i, ended));
    const phases = phasesOf(state, ended);
    const error = errorOf(state.tries.at(-1)?.failure ?? null);
    return [{ started, ended, status, error, ...(phases !== null && { phases }) }];
  }

  /** When a state that was not exited ended, as far as its own events tell. */
  #lastTime({ entered, tries, abortedAt }: StateRun): EpochMicros | null {
    return tries.at(-1)?.ended ?? abortedAt ?? entered.time;
  }

  /** One of several tries; where nothing was scheduled the first begins when the state is entered. */
  #attempt(state: StateRun, one: Try, position: number, ended: EpochMicros | null): TaskAttempt {
    const isFirst = position === 0;
    const isLast = position === state.tries.length - 1;
    const end = isLast ? (one.ended ?? ended) : one.ended;
    const status = one.failed ?? (end === null ? 'running' : one.ended === null ? this.#statusOf(state) : 'completed');
    const submitted = one.scheduled ?? (isFirst ? state.entered.time : null);
    return {
      submitted,
      started: one.started ?? (one.ended === null ? null : submitted),
      ended: end,
      status,
      error: errorOf(one.failure),
    };
  }
}

/** What the time of a state with at most one try went to; null where that is just its running. */
function phasesOf(state: StateRun, ended: EpochMicros | null): TaskPhase[] | null {
  const { type, entered, tries } = state;
  if (entered.time === null) return null;
  if (type === 'Wait') return [{ name: 'sleep', start: entered.time, end: ended }];
  const [one] = tries;
  if (one === undefined || one.scheduled === null || isContainer(state)) return null;
  const { scheduled, started } = one;
  const end = one.ended ?? ended;
  if (started === null) return [{ name: 'queue_wait', start: scheduled, end }];
  if (started < scheduled) return null;
  return [
    { name: 'queue_wait', start: scheduled, end: started },
    { name: 'execute', start: started, end },
  ];
}

function markOf({ id, type, time }: StepEvent): TaskMark[] {
  return time === null ? [] : [{ time, label: type, type: 'info', metadata: { event_id: id } }];
}

function endingOf(
  events: readonly StepEvent[],
  description: JsonObject | null,
): Ending & { readonly event: StepEvent | null } {
  const event = events.findLast(({ type }) => STATUS_OF_END.has(type)) ?? null;
  const described = STATUS_OF_DESCRIPTION.get(textIn(description ?? {}, 'status') ?? '');
  const status = (event === null ? described : STATUS_OF_END.get(event.type)) ?? 'running';
  const time = event?.time ?? instantOf(fieldOf(description ?? {}, 'stopDate'));
  return { event, status, time, previous: event?.previous ?? 0 };
}

function executionOf({ arn, events, description }: StepHistory, fileName: string | undefined): TaskExecution {
  const started = events.find(({ type }) => type === 'ExecutionStarted');
  const { event, status, time } = endingOf(events, description);
  const { machine, name } = partsOfArn(arn);
  const about = description ?? {};
  const startedAt = started?.time ?? instantOf(fieldOf(about, 'startDate'));
  const given = started === undefined ? undefined : payload(started.details, 'input', 'Input');
  const duration = startedAt === null || time === null || time < startedAt ? null : since(startedAt, time);
  return {
    id: null,
    externalId: arn,
    name: textIn(about, 'name') ?? name ?? fileName ?? 'execution',
    workflow: machine ?? textIn(about, 'stateMachineArn')?.split(':').at(-1) ?? null,
    status,
    sourceFormat: 'step-functions',
    startedAt,
    endedAt: time,
    recordedDuration: duration,
    error: errorOf(event?.details ?? null) ?? errorOf(description),
    eventCount: events.length,
    attributes: withoutNulls({
      state_machine_arn: textIn(about, 'stateMachineArn'),
      role_arn: started === undefined ? null : textIn(started.details, 'roleArn'),
      trace_header: textIn(about, 'traceHeader'),
      redrive_count: objectIn(about, 'redriveCount') === null ? textIn(about, 'redriveCount') : null,
      input: given ?? payload(about, 'input'),
      output: event === null ? payload(about, 'output') : payload(event.details, 'output', 'Output'),
    }),
  };
}

function traceOf(history: StepHistory, fileName: string | undefined): Trace {
  const { events, description } = history;
  const builder = new TaskTraceBuilder(executionOf(history, fileName));
  const { all, others } = statesOf(events);
  new Drawing(builder, all, endingOf(events, description)).draw();
  for (const event of others) {
    builder.warn('unknown_event', `event ${event.id}: ${event.type}`);
    for (const mark of markOf(event)) builder.mark(mark);
  }
  const untimed = events.filter(({ time }) => time === null);
  if (untimed[0] !== undefined) {
    builder.warn('missing_time', `event ${untimed[0].id}: ${untimed[0].type}`, untimed.length);
  }
  return builder.finish();
}

/** Reads executions of Step Functions, one trace each. @throws {TraceFileError} */
export function readStepFunctions(bytes: Uint8Array, { fileName }: ReadOptions = {}): readonly Trace[] {
  return readStepHistories(bytes).map((history) => traceOf(history, fileName));
}
