import { isTerminal, type Status } from '@flowprof/model';
import type { NodeExecutionInput, NodeExecutionMetric, OpenRecording, WorkflowRunProfile } from './types.ts';

/** A finite number, or null. */
function finite(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** How far from the epoch a moment may lie, in milliseconds: what a date can hold. */
const MOST_MS = 8.64e15;

/** A moment, or null for what is none. */
export function momentOf(value: number | null | undefined): number | null {
  const moment = finite(value);
  return moment !== null && Math.abs(moment) <= MOST_MS ? moment : null;
}

/** A size or a duration: not below 0. */
function amount(value: number | null | undefined): number | null {
  const number = finite(value);
  return number === null ? null : Math.max(0, number);
}

/** Start and end from whichever of start, end and duration are given; `now` stands in for what is not. */
function timesOf(input: NodeExecutionInput, isEnded: boolean, now: number): { start: number; end: number | null } {
  const [start, end] = [momentOf(input.startTime), momentOf(input.endTime)];
  const duration = momentOf(amount(input.duration));
  if (!isEnded) return { start: start ?? now, end: null };
  if (start !== null) {
    const ended = end ?? momentOf(start + (duration ?? now - start)) ?? now;
    return { start, end: Math.max(start, ended) };
  }
  const ended = end ?? now;
  return { start: momentOf(ended - (duration ?? 0)) ?? ended, end: ended };
}

/** What an engine told, with what follows from it. */
function metricOf(input: NodeExecutionInput, now: number): NodeExecutionMetric {
  const status: Status = input.status ?? 'completed';
  const { start, end } = timesOf(input, isTerminal(status), now);
  const iteration = finite(input.iteration);
  return {
    nodeId: input.nodeId,
    nodeName: input.nodeName ?? input.nodeId,
    nodeType: input.nodeType ?? 'unknown',
    startTime: start,
    endTime: end,
    duration: end === null ? 0 : end - start,
    queueTime: amount(input.queueTime),
    status,
    inputSize: amount(input.inputSize),
    outputSize: amount(input.outputSize),
    dependsOn: [...(input.dependsOn ?? [])],
    iteration: iteration === null || iteration < 0 ? null : Math.floor(iteration),
    error: input.error ?? null,
  };
}

/** One run of a node is what starts at one moment; told of again, it is the same. */
function keyOf({ nodeId, iteration, startTime }: NodeExecutionMetric): string {
  return JSON.stringify([nodeId, iteration, startTime]);
}

interface RecordingStart {
  readonly runId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly startTime: number;
}

/**
 * The nodes of one run while they are told of, in whatever order. A node that was told of before is taken as it is told
 * last, except that one that has ended never runs again; one without its end is found by its node.
 */
export class Recording {
  readonly start: RecordingStart;
  readonly #metrics = new Map<string, NodeExecutionMetric>();
  /** The key of the run of each node that has not ended yet. */
  readonly #running = new Map<string, string>();
  readonly #nodes = new Set<string>();
  readonly #limit: number;
  #dropped: number;

  constructor(start: RecordingStart, limit: number, from?: WorkflowRunProfile) {
    this.start = start;
    this.#limit = limit;
    this.#dropped = from?.droppedNodes ?? 0;
    for (const metric of from?.nodeMetrics ?? []) this.#keep(metric);
  }

  get summary(): OpenRecording {
    return { runId: this.start.runId, startTime: this.start.startTime, nodeCount: this.#nodes.size };
  }

  add(input: NodeExecutionInput, now: number): void {
    this.#keep(metricOf(this.#withKnownStart(input), now));
  }

  /** An end that names no start is that of the run which began before. */
  #withKnownStart(input: NodeExecutionInput): NodeExecutionInput {
    const key = this.#running.get(JSON.stringify([input.nodeId, input.iteration ?? null]));
    const begun = key === undefined ? undefined : this.#metrics.get(key);
    if (begun === undefined || momentOf(input.startTime) !== null) return input;
    return {
      ...begun,
      endTime: undefined,
      duration: undefined,
      status: undefined,
      ...input,
      startTime: begun.startTime,
    };
  }

  #keep(metric: NodeExecutionMetric): void {
    const key = keyOf(metric);
    const known = this.#metrics.get(key);
    if (known !== undefined && known.endTime !== null && metric.endTime === null) return;
    if (known === undefined && this.#metrics.size >= this.#limit) {
      this.#dropped++;
      return;
    }
    this.#metrics.set(key, metric);
    this.#nodes.add(metric.nodeId);
    const node = JSON.stringify([metric.nodeId, metric.iteration]);
    if (metric.endTime === null) this.#running.set(node, key);
    else if (this.#running.get(node) === key) this.#running.delete(node);
  }

  /** The profile of what was told so far. What still runs when the run has ended was cut off by that. */
  end(status: Status, endTime: number): WorkflowRunProfile {
    const { runId, workflowId, workflowName, startTime } = this.start;
    const ended = Math.max(startTime, endTime);
    const nodeMetrics = [...this.#metrics.values()]
      .map((metric): NodeExecutionMetric => {
        if (metric.endTime !== null) return metric;
        const end = Math.max(metric.startTime, ended);
        return { ...metric, endTime: end, duration: end - metric.startTime, status: 'cancelled' };
      })
      .sort((a, b) => a.startTime - b.startTime || (a.nodeId < b.nodeId ? -1 : 1));
    return {
      runId,
      workflowId,
      workflowName,
      status,
      startTime,
      endTime: ended,
      totalDuration: ended - startTime,
      nodeCount: this.#nodes.size,
      nodeMetrics,
      droppedNodes: this.#dropped,
    };
  }
}
