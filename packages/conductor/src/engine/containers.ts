import { isJsonObject, NONE, type JsonObject, type JsonValue, type Micros } from '@flowprof/model';
import { NodeFailure } from '../errors.ts';
import { evaluate, evaluateTemplate, type Template } from '../expressions/value.ts';
import type { CompiledNode, Graph } from '../graph/graph.ts';
import { prepareInput } from '../graph/input.ts';
import { MAX_ITEMS } from '../nodes/control.ts';
import { CONDITION_FALSE, errorOf, expressionFailure, isTrue } from './node-run.ts';
import type { Frame } from './frame.ts';
import type { Instances } from './instances.ts';
import { aroundOf, type Part } from './part.ts';
import type { Parts } from './parts.ts';
import type { Recorder } from './recorder.ts';
import type { Scopes } from './scopes.ts';
import type { Outcome, RunShared } from './shared.ts';

/** How many items of a foreach that says no limit are under way at once: more than can run, and not all of a long list. */
const MAX_ACTIVE = 1000;
/** How many nodes such a loop starts with at once, in all its items. */
const MAX_OPENED = 20_000;

/** Above what numbers of items can be paired to. */
const FIRST_FREE = 2 ** 30;

/** How many nodes all loops and subworkflows of a run may have together: those that call themselves have no end. */
const MAX_NODES = 1_000_000;

/** How deep subworkflows may call each other. */
const MAX_DEPTH = 32;

/** What containers need of the run that they are in. */
export interface ContainerHost {
  readonly instances: Instances;
  readonly recorder: Recorder;
  readonly shared: RunShared;
  readonly scopes: Scopes;
  /** The workflow of a name as it is known where a graph stands. */
  workflow(graph: Graph, name: string): Graph | undefined;
  makeReady(index: number, at: Micros, releasedBy: number): void;
  priorityOf(index: number): number;
  /** Strikes out the inputs that a workflow declares secret wherever they would be kept from now on. */
  keepSecret(graph: Graph, input: JsonObject): void;
  /** What runs large loops elsewhere; null where all are run here. */
  readonly parts: Parts | null;
  /** The part of a loop that the run itself is: the loop is its first instance. */
  readonly part: Part | null;
}

/** A foreach that runs. */
interface Loop {
  readonly items: readonly JsonValue[];
  readonly limit: number;
  readonly outputs: JsonValue[];
  /** What the first item is counted by. */
  readonly from: number;
  /** How many items have been started, and how many of them have ended. */
  started: number;
  ended: number;
  /** The instances of the items that are under way: the one node of each. */
  readonly active: Map<number, number>;
}

/** Starts the nodes that contain others, and says what is in them and what comes of it. */
export class Containers {
  readonly #host: ContainerHost;
  readonly #loops = new Map<number, Loop>();
  readonly #subworkflows = new Map<number, Frame>();
  /** The last numbers given to items for which there is no other, by the key of their loop. */
  readonly #numbers = new Map<string, number>();
  /** How many nodes there are and will be in what has been opened. */
  #nodes = 0;

  constructor(host: ContainerHost) {
    this.#host = host;
  }

  /**
   * Evaluates what a container needs and starts what is in it.
   * @param isPast whether this had happened before the execution was interrupted, so that it is not recorded again
   * @returns how it ended, where it did at once
   */
  start(index: number, node: CompiledNode, at: Micros, isPast: boolean): { outcome: Outcome | null; at: Micros } {
    const values = templatesOf(node);
    const needed = node.condition !== null || values.some(({ kind }) => kind !== 'constant');
    const { recorder, instances, shared } = this.#host;
    const recorded = needed && !isPast;
    const row = recorded ? recorder.open('phase', 'expression_eval', at, index, instances.span[index] ?? NONE) : NONE;
    const found = this.#evaluate(index, node, values);
    const end = recorded ? recorder.now() : at;
    const failure = !isValues(found) && 'failure' in found ? found.failure : null;
    const metadata = failure ? { error: errorOf(failure, shared.redactor) } : undefined;
    if (recorded) recorder.close(row, end, failure ? 'failed' : 'completed', metadata);
    return { outcome: isValues(found) ? this.#open(index, node, found, end) : found, at: end };
  }

  /** The values that a container needs, or how it ends without them. */
  #evaluate(index: number, { condition }: CompiledNode, values: readonly Template[]): readonly JsonValue[] | Outcome {
    try {
      const scope = this.#host.shared.scopeOf(index);
      const runs = condition === null || isTrue(evaluate(condition, scope));
      if (!runs) return { status: 'skipped', reason: CONDITION_FALSE };
      return values.map((value) => evaluateTemplate(value, scope));
    } catch (error) {
      return { status: 'failed', failure: expressionFailure(error) };
    }
  }

  /** The instances inside a container that there are so far, without those inside them. */
  contentsOf(index: number): readonly number[] {
    const { instances } = this.#host;
    const node = instances.node[index];
    switch (node?.work.kind) {
      case 'group':
        return node.children.map((child) => instances.beside(index, child));
      case 'foreach':
        return [...(this.#loops.get(index)?.active.keys() ?? [])];
      case 'subworkflow': {
        const frame = this.#subworkflows.get(index);
        return frame ? frame.body.top.map((position) => frame.base + position) : [];
      }
      default:
        return [];
    }
  }

  /** Whether a foreach has items that have not been started. */
  hasMore(index: number): boolean {
    const loop = this.#loops.get(index);
    return loop !== undefined && loop.started < loop.items.length;
  }

  /**
   * Notes that a node right inside a container has ended, and starts the next item of a foreach.
   * @param stopped whether nothing further may start in it
   * @returns whether it was the last
   */
  childEnded(index: number, child: number, stopped: boolean, at: Micros): boolean {
    const { instances } = this.#host;
    const loop = this.#loops.get(index);
    if (loop === undefined) {
      const left = (instances.childrenLeft[index] ?? 0) - 1;
      instances.childrenLeft[index] = left;
      return left === 0;
    }
    const item = loop.active.get(child);
    if (item !== undefined) loop.outputs[item] = instances.output[child] ?? null;
    loop.active.delete(child);
    loop.ended++;
    if (!stopped) this.#startItems(index, loop, at);
    return loop.active.size === 0;
  }

  /** What the span of a loop says that held its items back; undefined where nothing did. */
  metadataOf(index: number): JsonObject | undefined {
    const loop = this.#loops.get(index);
    return loop && loop.limit < loop.items.length ? { concurrency: loop.limit } : undefined;
  }

  /** What comes of a container whose contents have all ended well. @throws what the output of a subworkflow throws */
  outputOf(index: number): JsonValue {
    const { instances } = this.#host;
    const node = instances.node[index];
    if (node?.work.kind === 'foreach') return this.#loops.get(index)?.outputs ?? [];
    const frame = this.#subworkflows.get(index);
    if (frame?.graph.output) return evaluateTemplate(frame.graph.output, frame.scoped.scope);
    return outputsOf(instances, this.contentsOf(index));
  }

  #open(index: number, node: CompiledNode, values: readonly JsonValue[], at: Micros): Outcome | null {
    const { instances, recorder } = this.#host;
    const { work } = node;
    switch (work.kind) {
      case 'group':
        recorder.state(index, 'running', at, null);
        for (const child of this.contentsOf(index)) {
          if (instances.waitsFor[child] === 0) this.#host.makeReady(child, at, NONE);
        }
        return null;
      case 'foreach':
        return this.#openLoop(index, values[0] ?? null, values[1] ?? null, at);
      case 'subworkflow':
        return this.#openSubworkflow(index, work.workflow, values[0] ?? {}, at);
      case 'handler':
      case 'switch':
        return null;
      default:
        return work satisfies never;
    }
  }

  #openLoop(index: number, items: JsonValue, concurrency: JsonValue, at: Micros): Outcome | null {
    if (!isList(items)) return failed('not_a_list', `the items must be a list, not ${kindOf(items)}`);
    if (items.length > MAX_ITEMS) {
      return failed('too_many_items', `there are ${items.length} items; a foreach may have ${MAX_ITEMS}`);
    }
    if (
      concurrency !== null &&
      !(typeof concurrency === 'number' && Number.isInteger(concurrency) && concurrency > 0)
    ) {
      return failed('invalid_parameters', 'the concurrency is no whole number of at least 1');
    }
    const nodesEach = this.#bodyOf(index).length;
    const tooMany = this.#count(items.length * nodesEach);
    if (tooMany !== null) return tooMany;
    const limit = concurrency ?? Math.max(1, Math.min(MAX_ACTIVE, Math.floor(MAX_OPENED / nodesEach)));
    const isPart = this.#host.part !== null && index === 0;
    const from = isPart ? (this.#host.part?.from ?? 0) : 0;
    const loop: Loop = { items, limit, outputs: [], from, started: 0, ended: 0, active: new Map() };
    this.#host.recorder.state(index, 'running', at, null, { input: { items: items.length, concurrency } });
    if (items.length === 0) return { status: 'completed', output: [] };
    this.#loops.set(index, loop);
    if (isPart || !this.#runElsewhere(index, loop, nodesEach, concurrency)) this.#startItems(index, loop, at);
    return null;
  }

  /** Has a large loop run elsewhere, where that can be done. */
  #runElsewhere(index: number, loop: Loop, nodesEach: number, concurrency: number | null): boolean {
    const { parts, instances } = this.#host;
    const around = parts && aroundOf(instances, index);
    if (parts === null || around === null || !parts.isLarge(loop.items.length * nodesEach, around)) return false;
    void parts.run(index, loop, { around, nodesEach, concurrency });
    return true;
  }

  #bodyOf(index: number): readonly CompiledNode[] {
    const { work } = this.#host.instances.node[index] ?? {};
    return work?.kind === 'foreach' ? work.body.nodes : [];
  }

  /** Counts nodes that are about to be added; says how what they are in fails when there are too many. */
  #count(more: number): Outcome | null {
    if (this.#nodes + more > MAX_NODES) {
      return failed('too_many_nodes', `its loops and subworkflows have more than ${MAX_NODES} nodes`);
    }
    this.#nodes += more;
    return null;
  }

  #startItems(index: number, loop: Loop, at: Micros): void {
    while (loop.started < loop.items.length && loop.active.size < loop.limit) {
      this.#startItem(index, loop, loop.started++, at);
    }
  }

  #startItem(index: number, loop: Loop, item: number, at: Micros): void {
    const { instances, scopes } = this.#host;
    const node = instances.node[index];
    const around = instances.frame[index];
    if (node?.work.kind !== 'foreach' || around === undefined) return;
    const { body } = node.work;
    const base = instances.length;
    const number = loop.from + item;
    const iteration =
      around.iteration === null ? number : this.#nested(around.keys + node.id, around.iteration, number);
    instances.add({
      graph: around.graph,
      body,
      base,
      owner: index,
      iteration,
      path: `${instances.pathOf(index)}[${number}]/`,
      keys: around.keys,
      priority: this.#host.priorityOf(index),
      depth: around.depth,
      scoped: scopes.item(around.scoped, body, base, { id: node.id, item: loop.items[item] ?? null, index: number }),
    });
    const top = base + (body.top[0] ?? 0);
    loop.active.set(top, item);
    this.#host.makeReady(top, at, NONE);
  }

  /**
   * The number of an item of a loop in a loop: Cantor's pairing of the two, so that it is the same in every run. Numbers
   * that would become too large are given out in order instead.
   */
  #nested(key: string, outer: number, item: number): number {
    const sum = outer + item;
    const paired = (sum * (sum + 1)) / 2 + item;
    if (paired < FIRST_FREE) return paired;
    const number = this.#numbers.get(key) ?? FIRST_FREE;
    this.#numbers.set(key, number + 1);
    return number;
  }

  #openSubworkflow(index: number, name: string, given: JsonValue, at: Micros): Outcome | null {
    const { instances, scopes, recorder } = this.#host;
    const around = instances.frame[index];
    const graph = around && this.#host.workflow(around.graph, name);
    if (graph === undefined || around === undefined)
      return failed('missing_workflow', `there is no workflow "${name}"`);
    if (around.depth >= MAX_DEPTH) {
      return failed('too_deep', `subworkflows call each other deeper than ${MAX_DEPTH} levels`);
    }
    if (!isJsonObject(given)) return failed('invalid_input', `the input must be an object, not ${kindOf(given)}`);
    const { input, refusal } = prepareInput(graph, given);
    if (refusal) return failed('invalid_input', refusal.message);
    const tooMany = this.#count(graph.body.nodes.length);
    if (tooMany !== null) return tooMany;
    this.#host.keepSecret(graph, input);
    const base = instances.length;
    const frame: Frame = {
      graph,
      body: graph.body,
      base,
      owner: index,
      iteration: around.iteration,
      path: `${instances.pathOf(index)}/`,
      keys: `${around.keys}${instances.node[index]?.id ?? ''}/`,
      priority: this.#host.priorityOf(index),
      depth: around.depth + 1,
      scoped: scopes.workflow(graph.body, base, input),
    };
    recorder.state(index, 'running', at, null, { input });
    instances.add(frame);
    this.#subworkflows.set(index, frame);
    instances.childrenLeft[index] = graph.body.top.length;
    for (const child of this.contentsOf(index)) {
      if (instances.waitsFor[child] === 0) this.#host.makeReady(child, at, NONE);
    }
    return null;
  }
}

/** The outputs of nodes by their ids, those that have one. */
export function outputsOf({ output, node }: Instances, indexes: readonly number[]): Record<string, JsonValue> {
  const found: Record<string, JsonValue> = {};
  for (const index of indexes) {
    const value = output[index];
    const id = node[index]?.id;
    if (value === undefined || id === undefined) continue;
    // Assigned, it would be the object's prototype.
    if (id === '__proto__') {
      Object.defineProperty(found, id, { value, enumerable: true, writable: true, configurable: true });
    } else found[id] = value;
  }
  return found;
}

const ABSENT: Template = { kind: 'constant', value: null };

/** The values that a container evaluates before it starts. */
function templatesOf({ work }: CompiledNode): readonly Template[] {
  if (work.kind === 'foreach') return [work.items, work.concurrency ?? ABSENT];
  if (work.kind === 'subworkflow') return [work.input ?? { kind: 'constant', value: {} }];
  return [];
}

function failed(
  code:
    | 'not_a_list'
    | 'too_many_items'
    | 'too_many_nodes'
    | 'invalid_parameters'
    | 'missing_workflow'
    | 'too_deep'
    | 'invalid_input',
  message: string,
): Outcome {
  return { status: 'failed', failure: new NodeFailure(code, message, { retryable: false }) };
}

function isValues(found: readonly JsonValue[] | Outcome): found is readonly JsonValue[] {
  return Array.isArray(found);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return isList(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}
