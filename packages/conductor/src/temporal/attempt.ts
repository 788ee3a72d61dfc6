import {
  spanIdPrefix,
  traceEvents,
  type Clock,
  type JsonValue,
  type RandomBytes,
  type TraceEvent,
} from '@flowprof/model';
import { Attempt } from '../engine/attempt.ts';
import { Recorder } from '../engine/recorder.ts';
import { NodeFailure, toFailure } from '../errors.ts';
import type { Scope } from '../expressions/cel.ts';
import { isJson } from '../file/json-guards.ts';
import { isRetried, type RetryPlan } from '../graph/retry.ts';
import type { HttpClient } from '../http/client.ts';
import type { RegisteredType } from '../node-type.ts';
import { createRedactor, ROOM_OF_RUN, type Redactor } from '../redact.ts';
import type { RunShared } from '../engine/shared.ts';
import type { Timers } from '../types.ts';
import type { ActivityWork, AttemptTrace } from './wire.ts';

/** How much is told of what an attempt did: spans and annotations, and their characters of JSON. */
const MAX_EVENTS = 200;
const MAX_EVENT_CHARACTERS = 64 * 1024;

/** What an attempt is made with. */
export interface AttemptHost {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: RandomBytes;
  readonly commands: boolean;
  readonly http: () => HttpClient;
  /** The secrets that the parameters hold. */
  readonly secrets: readonly string[];
  readonly onProgress: () => void;
}

export interface AttemptEnd {
  readonly outcome: { readonly output: JsonValue } | { readonly failure: NodeFailure; readonly isRetried: boolean };
  readonly trace: AttemptTrace;
}

const NOTHING_TO_READ: Scope = {
  input: null,
  nodes: null,
  services: null,
  run: null,
  item: null,
  index: null,
  loops: null,
};

/** One attempt of a node in a process of its own, recorded as it is where the whole run is in one. */
export class LoneAttempt {
  readonly #work: ActivityWork;
  readonly #plan: RetryPlan;
  readonly #type: RegisteredType;
  readonly #recorder: Recorder;
  readonly #attempt: Attempt;
  readonly #number: number;
  #stopped: NodeFailure | null = null;
  readonly #stopping: Promise<never>;
  #reject: (failure: NodeFailure) => void = () => {};

  constructor(work: ActivityWork, plan: RetryPlan, type: RegisteredType, number: number, host: AttemptHost) {
    this.#work = work;
    this.#plan = plan;
    this.#type = type;
    this.#number = number;
    const redactor = createRedactor(host.secrets);
    const room = { left: ROOM_OF_RUN };
    const { key, name } = work.node;
    this.#recorder = new Recorder({
      name,
      workflow: null,
      rootId: key,
      shape: 'node',
      clock: host.clock,
      spanPrefix: spanIdPrefix(host.random),
      outbox: null,
      keep: (value) => redactor.keep(value, room),
      traceparent: undefined,
      interruptedAt: null,
      startedAt: null,
      earlier: null,
    });
    const instance = this.#recorder.declare({
      key,
      name,
      type: work.node.type,
      iteration: work.node.iteration,
      parent: -1,
      dependencies: [],
      weight: 1,
    });
    const start = this.#recorder.now();
    const row = this.#recorder.open('attempt', `attempt ${number}`, start, instance, -1, { attempt: number });
    this.#attempt = new Attempt(
      { shared: sharedOf(work, this.#recorder, redactor, host), id: work.node.id, instance, row },
      number,
      row,
      start,
    );
    this.#stopping = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#stopping.catch(() => {});
  }

  /** Ends it from outside. Its handler hears of it, but what it does then no longer counts. */
  stop(failure: NodeFailure): void {
    if (this.#stopped !== null) return;
    this.#stopped = failure;
    this.#reject(failure);
  }

  async run(): Promise<AttemptEnd> {
    const { phase } = this.#type;
    if (phase !== null) this.#attempt.openWork(phase);
    try {
      const output = await Promise.race([this.#call(), this.#stopping]);
      if (!isJson(output)) throw new NodeFailure('invalid_output', 'the handler returned something that is not JSON');
      return { outcome: { output }, trace: this.#end('completed') };
    } catch (error) {
      const failure = toFailure(error);
      const status =
        this.#stopped?.code === 'cancelled' ? 'cancelled' : failure.code === 'timeout' ? 'timeout' : 'failed';
      const trace = this.#end(status);
      this.#attempt.abort(failure);
      return { outcome: { failure, isRetried: isRetried(this.#plan, failure) }, trace };
    }
  }

  async #call(): Promise<JsonValue> {
    return this.#type.start(this.#work.params, this.#attempt);
  }

  #end(status: 'completed' | 'failed' | 'timeout' | 'cancelled'): AttemptTrace {
    const { startedAt } = this.#recorder;
    const at = this.#recorder.now();
    this.#attempt.end(at, status);
    const info = {
      id: this.#work.executionId,
      status,
      endedAt: null,
      recordedDuration: at,
      concurrency: null,
      error: null,
      attributes: { attempt: this.#number },
    };
    return { startedAt, events: told(traceEvents(this.#recorder.trace(info, []), this.#work.executionId)) };
  }
}

/** Spans and annotations, as far as there is room. */
function told(all: Iterable<TraceEvent>): TraceEvent[] {
  const events: TraceEvent[] = [];
  let left = MAX_EVENT_CHARACTERS;
  for (const event of all) {
    if (event.type !== 'span' && event.type !== 'annotation') continue;
    left -= JSON.stringify(event).length;
    if (left < 0 || events.length >= MAX_EVENTS) break;
    events.push(event);
  }
  return events;
}

function sharedOf(
  { executionId, node }: ActivityWork,
  recorder: Recorder,
  redactor: Redactor,
  host: AttemptHost,
): RunShared {
  return {
    executionId,
    traceId: executionId.replaceAll('-', ''),
    commands: host.commands,
    recorder,
    redactor,
    timers: host.timers,
    slowMo: 0,
    scopeOf: () => NOTHING_TO_READ,
    pathOf: () => node.path,
    placeOf: () => node,
    http: host.http,
    isStopping: () => false,
    takeToken: () => null,
    fraction: () => 0,
  };
}
