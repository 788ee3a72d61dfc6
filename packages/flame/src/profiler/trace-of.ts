import {
  asMicros,
  epochFromMs,
  isFailure,
  microsFromMs,
  TraceAssembler,
  type JsonObject,
  type Micros,
  type Trace,
} from '@flowprof/model';
import { nodesOfRun, type KnownNode } from './graph.ts';
import type { NodeExecutionMetric, ProfilerGraph, WorkflowRunProfile } from './types.ts';

/** The runs of one instance of a node: all but the last failed, and were tried again. */
interface Instance {
  readonly nodeId: string;
  readonly iteration: number | null;
  readonly attempts: readonly NodeExecutionMetric[];
}

/** The runs of one node as instances: what was run again after it had failed is a further attempt, else another round. */
function instancesOf(nodeId: string, runs: readonly NodeExecutionMetric[]): Instance[] {
  const named = new Map<number | null, NodeExecutionMetric[]>();
  for (const run of runs) {
    const group = named.get(run.iteration);
    if (group === undefined) named.set(run.iteration, [run]);
    else group.push(run);
  }
  const instances: Instance[] = [];
  let free = 0;
  for (const iteration of named.keys()) free = Math.max(free, (iteration ?? -1) + 1);
  for (const [iteration, group] of named) {
    const rounds: NodeExecutionMetric[][] = [[]];
    for (const run of group) {
      const round = rounds.at(-1) ?? [];
      const last = round.at(-1);
      if (last === undefined || (isFailure(last.status) && (last.endTime ?? 0) <= run.startTime)) round.push(run);
      else rounds.push([run]);
    }
    for (const [at, attempts] of rounds.entries()) {
      const own = at === 0 && (iteration !== null || rounds.length === 1) ? iteration : free++;
      instances.push({ nodeId, iteration: own, attempts });
    }
  }
  return instances;
}

function metadataOf({ inputSize, outputSize, error }: NodeExecutionMetric): JsonObject | null {
  const metadata = {
    ...(inputSize !== null && { input_bytes: inputSize }),
    ...(outputSize !== null && { output_bytes: outputSize }),
    ...(error !== null && { error: { message: error } }),
  };
  return Object.keys(metadata).length === 0 ? null : metadata;
}

/** Writes what was recorded into an assembler. */
class TracePen {
  readonly trace: TraceAssembler;
  readonly #from: number;
  #spans = 0;

  constructor({ runId, workflowName, workflowId, status, startTime, totalDuration }: WorkflowRunProfile) {
    this.#from = startTime;
    this.trace = new TraceAssembler({
      externalId: runId,
      name: workflowName,
      workflow: workflowId,
      status,
      startedAt: epochFromMs(startTime),
      recordedDuration: microsFromMs(totalDuration),
    });
  }

  #at(moment: number): Micros {
    return microsFromMs(moment - this.#from);
  }

  #id(): string {
    return (++this.#spans).toString(16);
  }

  declare(node: KnownNode, iteration: number | null): void {
    const { id: key, name, type, dependsOn } = node;
    this.trace.addNode({ key, name, type, iteration, parentKey: null, dependsOn });
  }

  #phase(name: string, parentId: string, { nodeId, iteration }: Instance, from: number, to: number): void {
    const [start, end] = [this.#at(from), this.#at(to)];
    if (end <= start) return;
    const span = {
      kind: 'phase',
      name,
      parentId,
      nodeKey: nodeId,
      iteration,
      status: 'completed',
      track: null,
    } as const;
    this.trace.addSpan({ ...span, id: this.#id(), start, duration: asMicros(end - start), metadata: null });
  }

  /** The span of an instance, with its wait in front, its attempts, and the waits between them. */
  add(instance: Instance, name: string): void {
    const { nodeId, iteration, attempts } = instance;
    const [first, last] = [attempts[0], attempts.at(-1)];
    if (first === undefined || last === undefined) return;
    const submitted = first.startTime - (first.queueTime ?? 0);
    const [start, end] = [this.#at(submitted), this.#at(last.endTime ?? last.startTime)];
    const shared = { nodeKey: nodeId, iteration, track: null };
    const id = this.#id();
    const metadata = metadataOf(last);
    const node = { ...shared, id, kind: 'node', name, parentId: null, status: last.status, metadata } as const;
    this.trace.addSpan({ ...node, start, duration: asMicros(end - start) });
    this.#phase('queue_wait', id, instance, submitted, first.startTime);
    if (attempts.length === 1) {
      // beside a wait, what is not said to be work would be time that nothing explains
      if (first.startTime > submitted) this.#phase('execute', id, instance, first.startTime, last.endTime ?? 0);
      return;
    }
    for (const [at, attempt] of attempts.entries()) {
      const before = attempts[at - 1];
      if (before !== undefined) this.#phase('retry_backoff', id, instance, before.endTime ?? 0, attempt.startTime);
      const [from, to] = [this.#at(attempt.startTime), this.#at(attempt.endTime ?? attempt.startTime)];
      const tried = { ...shared, id: this.#id(), parentId: id, kind: 'attempt', name: `attempt ${at + 1}` } as const;
      const more = { attempt: at + 1, ...metadataOf(attempt) };
      this.trace.addSpan({
        ...tried,
        status: attempt.status,
        start: from,
        duration: asMicros(to - from),
        metadata: more,
      });
    }
  }
}

/** The trace of what was recorded, for the analyses and for trace files. With a graph, also of what did not run. */
export function traceOfProfile(profile: WorkflowRunProfile, graph: ProfilerGraph | null = null): Trace {
  const pen = new TracePen(profile);
  const nodes = nodesOfRun(profile, graph);
  const runs = new Map<string, NodeExecutionMetric[]>();
  for (const metric of profile.nodeMetrics) {
    const group = runs.get(metric.nodeId);
    if (group === undefined) runs.set(metric.nodeId, [metric]);
    else group.push(metric);
  }
  for (const node of nodes.values()) {
    const instances = instancesOf(node.id, runs.get(node.id) ?? []);
    if (instances.length === 0) pen.declare(node, null);
    for (const instance of instances) {
      pen.declare(node, instance.iteration);
      pen.add(instance, node.name);
    }
    if (instances.length === 0) pen.trace.addNodeState({ nodeKey: node.id, iteration: null, status: 'skipped' });
  }
  return pen.trace.finish();
}
