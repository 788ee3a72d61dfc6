import {
  instanceKey,
  isTerminal,
  WARNING_CODES,
  type AnnotationRecord,
  type EpochMicros,
  type Micros,
  type NodeDeclaration,
  type NodeStateRecord,
  type SpanRecord,
  type Status,
  type TraceError,
  type TraceEvent,
} from '@flowprof/model';
import { contentId } from './content-id.ts';
import type { StepProgress } from './live/telling.ts';
import { json, text } from './row.ts';

export interface StepDeclaration {
  /** Made from the execution and the node, so that a repeated delivery finds its row. */
  readonly id: string;
  readonly node: NodeDeclaration;
}

/** All states of a node in a batch, merged into one. */
export interface StepState extends NodeStateRecord {
  readonly id: string;
  /** The earliest moment at which it ran. */
  readonly startedUs: Micros | null;
}

/** What a batch says of the execution itself. */
export interface ExecutionPatch {
  startedAt: EpochMicros | null;
  sourceFormat: string | null;
  concurrency: number | null;
  finished: { readonly status: Status; readonly at: Micros; readonly error: TraceError | null } | null;
  /** The first example of each code. */
  readonly warnings: Map<string, string>;
}

/** A batch of events by what they go into; no key occurs twice in a list. */
export interface Batch {
  /** Null when no event tells anything of it. */
  readonly execution: ExecutionPatch | null;
  readonly declarations: readonly StepDeclaration[];
  readonly states: readonly StepState[];
  readonly spans: readonly SpanRecord[];
  readonly annotations: readonly (AnnotationRecord & { readonly id: string })[];
  /** The last of each node. */
  readonly progress: readonly StepProgress[];
}

/** The id of a step. */
export function stepId(executionId: string, key: string, iteration: number | null): string {
  return contentId(`step\u0000${executionId.toLowerCase()}\u0000${instanceKey(text(key), iteration)}`);
}

function annotationId(annotation: AnnotationRecord): string {
  const { spanId, time, label, type, metadata } = annotation;
  return contentId(`annotation\u0000${json([spanId, time, label, type, metadata])}`);
}

function rank(status: Status): number {
  if (status === 'pending') return 0;
  return isTerminal(status) ? 2 : 1;
}

/** What tells which of two states counts. */
type Ranked = Pick<StepState, 'status' | 'at'>;

/** Orders two states: an end over anything else, then the later, then by name. Below 0 where `a` counts less. */
export function compareStates(a: Ranked, b: Ranked): number {
  const difference = rank(a.status) - rank(b.status) || a.at - b.at;
  if (difference !== 0) return difference;
  return a.status === b.status ? 0 : a.status < b.status ? -1 : 1;
}

/** Whether state `b` counts over state `a`; of two that are the same, that which tells of an error or an output. */
function outranks(b: StepState, a: StepState): boolean {
  const difference = compareStates(b, a);
  if (difference !== 0) return difference > 0;
  const [errorOfA, errorOfB] = [a.error?.code ?? '', b.error?.code ?? ''];
  if (errorOfA !== errorOfB) return errorOfB > errorOfA;
  return a.output === null && b.output !== null;
}

function stateOf(id: string, state: NodeStateRecord): StepState {
  const startedUs = state.status === 'running' ? state.at : null;
  return { ...state, id, startedUs };
}

function earliest(a: Micros | null, b: Micros | null): Micros | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/**
 * Merges two states of a node so that neither order nor repetition matters: the one that counts gives status, output
 * and error, the start is the earliest, the number of retries the highest. The input is the same in all that have one.
 */
function mergeStates(a: StepState, b: StepState): StepState {
  const [winner, loser] = outranks(b, a) ? [b, a] : [a, b];
  return {
    ...winner,
    startedUs: earliest(a.startedUs, b.startedUs),
    retryCount: Math.max(a.retryCount, b.retryCount),
    input: winner.input ?? loser.input,
  };
}

class BatchBuilder {
  readonly #executionId: string;
  /** Ids of steps by key and iteration: most are asked for three times. */
  readonly #ids = new Map<string, string>();
  readonly #patch: ExecutionPatch = {
    startedAt: null,
    sourceFormat: null,
    concurrency: null,
    finished: null,
    warnings: new Map(),
  };
  #patched = false;
  readonly #declarations = new Map<string, StepDeclaration>();
  readonly #states = new Map<string, StepState>();
  readonly #spans = new Map<string, SpanRecord>();
  readonly #annotations = new Map<string, AnnotationRecord & { readonly id: string }>();
  readonly #progress = new Map<string, StepProgress>();

  constructor(executionId: string) {
    this.#executionId = executionId;
  }

  add(event: TraceEvent): void {
    switch (event.type) {
      case 'execution_started':
        this.#patched = true;
        this.#patch.startedAt ??= event.startedAt;
        this.#patch.sourceFormat ??= event.info.sourceFormat;
        this.#patch.concurrency ??= event.info.concurrency;
        return;
      case 'execution_finished':
        this.#patched = true;
        this.#patch.finished ??= event;
        return;
      case 'warning':
        if (!Object.hasOwn(WARNING_CODES, event.code) || this.#patch.warnings.has(event.code)) return;
        this.#patched = true;
        this.#patch.warnings.set(event.code, event.example);
        return;
      case 'node_declared': {
        const id = this.#stepId(event.node.key, event.node.iteration);
        this.#declarations.set(id, { id, node: event.node });
        return;
      }
      case 'node_state': {
        const state = stateOf(this.#stepId(event.state.nodeKey, event.state.iteration), event.state);
        const known = this.#states.get(state.id);
        this.#states.set(state.id, known ? mergeStates(known, state) : state);
        return;
      }
      case 'span': {
        const id = text(event.span.id);
        const known = this.#spans.get(id);
        if (known && known.duration !== null && event.span.duration === null) return;
        this.#spans.set(id, event.span);
        return;
      }
      case 'annotation': {
        const id = annotationId(event.annotation);
        this.#annotations.set(id, { ...event.annotation, id });
        return;
      }
      case 'progress': {
        const { nodeKey, percent, message, at } = event;
        if (nodeKey === null) return;
        this.#progress.set(nodeKey, { id: contentId(`progress\u0000${text(nodeKey)}`), nodeKey, percent, message, at });
        return;
      }
      default:
        return event satisfies never;
    }
  }

  #stepId(key: string, iteration: number | null): string {
    const instance = instanceKey(key, iteration);
    const known = this.#ids.get(instance);
    if (known !== undefined) return known;
    const id = stepId(this.#executionId, key, iteration);
    this.#ids.set(instance, id);
    return id;
  }

  build(): Batch {
    return {
      execution: this.#patched ? this.#patch : null,
      declarations: [...this.#declarations.values()],
      states: [...this.#states.values()],
      spans: [...this.#spans.values()],
      annotations: [...this.#annotations.values()],
      progress: [...this.#progress.values()],
    };
  }
}

/** Sorts the events of a batch by what they go into. Progress is for those who watch; it is not in the trace. */
export function batchOf(executionId: string, events: readonly TraceEvent[]): Batch {
  const builder = new BatchBuilder(executionId);
  for (const event of events) builder.add(event);
  return builder.build();
}
