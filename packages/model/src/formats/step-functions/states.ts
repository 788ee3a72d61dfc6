/** From the events of an execution to the states that it went through, by which event each follows. */
import type { JsonObject } from '../../json.ts';
import type { EpochMicros } from '../../units.ts';
import { numberIn, textIn } from '../loose.ts';
import type { StepEvent } from './events.ts';

/** One try of what a state asks for: a task, a Lambda function, an activity, the items of a map. */
export interface Try {
  readonly scheduled: EpochMicros | null;
  started: EpochMicros | null;
  ended: EpochMicros | null;
  failed: 'failed' | 'timeout' | null;
  readonly details: JsonObject;
  failure: JsonObject | null;
}

/** A state that was entered, or an item of a map. */
export interface StateRun {
  readonly name: string;
  /** `Task`, `Map`, `Parallel`, `Wait`, ...; `Item` for an item of a map. */
  readonly type: string;
  readonly around: StateRun | null;
  /** The state before, which it was entered from. */
  readonly after: StateRun | null;
  readonly entered: StepEvent;
  /** Of an item: its position. */
  readonly index: number | null;
  readonly tries: Try[];
  readonly marks: StepEvent[];
  exited: StepEvent | null;
  /** How it ended where not as it should. */
  aborted: 'failed' | 'cancelled' | null;
  /** When it did, where an event tells. */
  abortedAt: EpochMicros | null;
}

/** Where the execution is after an event: within what, in which state, and which state was left last. */
interface Position {
  readonly around: StateRun | null;
  readonly state: StateRun | null;
  readonly left: StateRun | null;
}

const TOP: Position = { around: null, state: null, left: null };

const ENTERED = /^(\w+)StateEntered$/;
const EXITED = /^\w+StateExited$/;
const ABORTED = /^\w+StateAborted$/;
const SCHEDULED = /^(?:Task|LambdaFunction|Activity)Scheduled$/;
const STARTED = /^(?:Task|LambdaFunction|Activity|MapRun)Started$/;
const SUCCEEDED = /^(?:Task|LambdaFunction|Activity|MapRun)Succeeded$/;
const FAILED = /^(?:Task|LambdaFunction|Activity|MapRun)(?:\w*Failed|TimedOut|Aborted)$/;
const INSIDE_STARTED = /^(Map|Parallel)StateStarted$/;
const INSIDE_ENDED = /^(Map|Parallel)State(?:Succeeded|Failed)$/;
const ITEM_STARTED = 'MapIterationStarted';
const ITEM_ENDED = /^MapIteration(Succeeded|Failed|Aborted)$/;
const OF_EXECUTION = /^Execution[A-Z]/;

export interface StateRuns {
  readonly all: readonly StateRun[];
  /** Events that are part of no state, but for those of the execution itself. */
  readonly others: readonly StepEvent[];
}

class Walk {
  readonly all: StateRun[] = [];
  readonly others: StepEvent[] = [];
  readonly #positions = new Map<number, Position>();
  /** Those that have not ended, in the order in which they were entered. */
  readonly #open = new Set<StateRun>();

  take(event: StepEvent): void {
    if (OF_EXECUTION.test(event.type)) return;
    const before = this.#positions.get(event.previous) ?? TOP;
    this.#positions.set(event.id, this.#next(event, before));
  }

  #next(event: StepEvent, before: Position): Position {
    const { type } = event;
    const entered = ENTERED.exec(type);
    if (entered !== null) return this.#enter(event, entered[1] ?? '', before);
    if (EXITED.test(type)) return this.#exit(event, before);
    const inside = INSIDE_STARTED.exec(type) ?? INSIDE_ENDED.exec(type);
    if (inside !== null) return this.#container(event, inside[1] ?? '', before);
    if (type === ITEM_STARTED) return this.#startItem(event, before);
    if (ITEM_ENDED.test(type)) return this.#endItem(event, before);
    if (ABORTED.test(type)) return this.#abort(event, before);
    if (type === 'EvaluationFailed') return this.#failEvaluation(event, before);
    return this.#within(event, before);
  }

  #enter(event: StepEvent, type: string, { around, left }: Position): Position {
    const name = textIn(event.details, 'name', 'Name') ?? `state ${event.id}`;
    const state = this.#add({ name, type, around, after: left, entered: event, index: null });
    // A Fail state is not left.
    if (type === 'Fail') this.#end(state, 'failed', event);
    return { around, state, left };
  }

  #exit(event: StepEvent, before: Position): Position {
    const name = textIn(event.details, 'name', 'Name');
    const state = climb(before, (one) => one.exited === null && (name === null || one.name === name));
    if (state === null) {
      this.others.push(event);
      return before;
    }
    state.exited = event;
    this.#open.delete(state);
    return { around: state.around, state: null, left: state };
  }

  /** A state that was cut off because another failed, after whose failure the event comes: it does not say which. */
  #abort(event: StepEvent, before: Position): Position {
    const type = event.type.replace('StateAborted', '');
    const state = this.#find(event, (one) => one.type === type);
    if (state === null) this.others.push(event);
    else this.#end(state, 'cancelled', event);
    return before;
  }

  #end(state: StateRun, aborted: 'failed' | 'cancelled', { time }: StepEvent): void {
    state.aborted = aborted;
    state.abortedAt = time;
    this.#open.delete(state);
  }

  /** The first of the open states that is looked for; of the name that the event tells, if it does. */
  #find({ details }: StepEvent, isIt: (one: StateRun) => boolean): StateRun | null {
    const name = textIn(details, 'name', 'Name', 'state');
    for (const one of this.#open) if (isIt(one) && (name === null || one.name === name)) return one;
    return null;
  }

  /** What is inside a map or parallel state begins, also once more when it is tried again, or has ended. */
  #container(event: StepEvent, type: string, before: Position): Position {
    const state = climb(before, (one) => one.type === type && one.exited === null);
    if (state === null) {
      this.others.push(event);
      return before;
    }
    state.marks.push(event);
    if (INSIDE_STARTED.test(event.type)) return { around: state, state: null, left: null };
    if (event.type.endsWith('Failed')) state.aborted = 'failed';
    return { around: state.around, state, left: null };
  }

  #startItem(event: StepEvent, before: Position): Position {
    const name = textIn(event.details, 'name', 'Name');
    const map = climb(before, (one) => one.type === 'Map' && (name === null || one.name === name));
    const index = numberIn(event.details, 'index', 'Index');
    const label = name ?? map?.name ?? 'item';
    const item = this.#add({ name: label, type: 'Item', around: map, after: null, entered: event, index });
    return { around: item, state: null, left: null };
  }

  #endItem(event: StepEvent, before: Position): Position {
    const name = textIn(event.details, 'name', 'Name');
    const index = numberIn(event.details, 'index', 'Index');
    const isIt = (one: StateRun) => one.type === 'Item' && one.exited === null && one.index === index;
    const item = climb(before, (one) => isIt(one) && (name === null || one.name === name)) ?? this.#find(event, isIt);
    if (item === null) {
      this.others.push(event);
      return before;
    }
    item.exited = event;
    this.#open.delete(item);
    if (event.type.endsWith('Failed')) item.aborted = 'failed';
    if (event.type.endsWith('Aborted')) item.aborted = 'cancelled';
    return event.type.endsWith('Aborted') ? before : { around: item.around, state: null, left: null };
  }

  /** An expression of a state could not be evaluated; that state fails, if no other is entered for it. */
  #failEvaluation(event: StepEvent, before: Position): Position {
    const state = this.#find(event, () => true) ?? climb(before, (one) => one.exited === null);
    if (state === null) {
      this.others.push(event);
      return before;
    }
    state.marks.push(event);
    this.#end(state, 'failed', event);
    return { around: state.around, state, left: before.left };
  }

  /** An event of the task of a state. */
  #within(event: StepEvent, before: Position): Position {
    const { state } = before.state === null ? { state: mapOf(before.around, event.type) } : before;
    if (state === null) {
      this.others.push(event);
      return before;
    }
    const last = state.tries.at(-1);
    const isOpen = last !== undefined && last.ended === null;
    const { type, time, details } = event;
    if (SCHEDULED.test(type) || (STARTED.test(type) && !isOpen)) {
      const scheduled = SCHEDULED.test(type) ? time : null;
      const begun = scheduled === null ? time : null;
      state.tries.push({ scheduled, started: begun, ended: null, failed: null, details, failure: null });
    } else if (STARTED.test(type) && isOpen) last.started ??= time;
    else if ((SUCCEEDED.test(type) || FAILED.test(type)) && isOpen) {
      last.ended = time;
      if (FAILED.test(type)) {
        last.failed = type.endsWith('TimedOut') ? 'timeout' : 'failed';
        last.failure = details;
      }
    } else state.marks.push(event);
    return { ...before, state, around: state.around };
  }

  #add(run: Pick<StateRun, 'name' | 'type' | 'around' | 'after' | 'entered' | 'index'>): StateRun {
    const made: StateRun = { ...run, tries: [], marks: [], exited: null, aborted: null, abortedAt: null };
    this.all.push(made);
    this.#open.add(made);
    return made;
  }
}

/** The state that an event of a distributed map's run belongs to. */
function mapOf(around: StateRun | null, type: string): StateRun | null {
  return around !== null && type.startsWith('MapRun') ? around : null;
}

/** The innermost state at a position that is looked for. */
function climb({ state, around }: Position, isIt: (one: StateRun) => boolean): StateRun | null {
  if (state !== null && isIt(state)) return state;
  for (let at = around; at !== null; at = at.around) if (isIt(at)) return at;
  return null;
}

/** The states of an execution, in the order in which they were entered. */
export function statesOf(events: readonly StepEvent[]): StateRuns {
  const walk = new Walk();
  for (const event of events) walk.take(event);
  return { all: walk.all, others: walk.others };
}
