import {
  isJsonObject,
  NONE,
  type EpochMicros,
  type JsonObject,
  type JsonValue,
  type TraceError,
} from '@flowprof/model';
import { originalOf } from '../expressions/json-input.ts';
import type { Body, CompiledNode, Graph } from '../graph/graph.ts';
import type { Frame, Scoped } from './frame.ts';
import type { Instances } from './instances.ts';
import type { Scopes } from './scopes.ts';
import type { StoppedOutcome } from './shared.ts';

/** What a loop is in, as far as the nodes in it are told apart by it, or read it. */
export interface Around extends Pick<Frame, 'iteration' | 'path' | 'keys' | 'priority' | 'depth'> {
  readonly input: JsonObject;
  /** The nodes that have ended, by their ids. */
  readonly nodes: JsonObject;
  readonly loops: JsonObject;
}

/** Some items of a loop, which are run by another engine as they would be by this one. */
export interface Part {
  /** The ids of the loops and subworkflows that the loop is in, outermost first, and its own. */
  readonly place: readonly string[];
  /** What the first item is counted by in its loop. */
  readonly from: number;
  readonly items: readonly JsonValue[];
  readonly concurrency: number | null;
  readonly around: Around;
  /** When the run began. */
  readonly startedAt: EpochMicros;
  /** The W3C id of the span of the loop. */
  readonly spanId: string;
}

/** What comes of a part: the outputs of its items, or how the loop ends by it. */
export type PartEnd = { readonly outputs: readonly JsonValue[] } | PartFailure;

export interface PartFailure {
  readonly ending: StoppedOutcome;
  /** The failure that nothing tolerates, as that of a run; null where there is none. */
  readonly error: TraceError | null;
}

/** A part that is under way. */
export interface RunningPart {
  readonly end: Promise<PartEnd>;
  /** Lets it finish the attempts that are under way, and nothing more. */
  giveUp(reason: string): void;
  stop(outcome: StoppedOutcome): void;
}

/** Those who run parts of loops elsewhere. */
export interface PartsElsewhere {
  /** Whether a loop is so large that its items are run elsewhere. It is asked of each loop once. */
  isLarge(nodes: number, around: Around): boolean;
  /** How many items go elsewhere together, from a number on. */
  sizeOf(items: readonly JsonValue[], from: number, nodesEach: number): number;
  start(part: Part): RunningPart;
}

/** What is around a loop, at its instance. */
export function aroundOf({ frame }: Instances, index: number): Around | null {
  const at = frame[index];
  if (at === undefined) return null;
  const { iteration, path, keys, priority, depth, scoped } = at;
  const nodes: Record<string, JsonValue> = {};
  for (const id of scoped.nodes.ids()) {
    const known = scoped.nodes.get(id);
    if (known !== undefined) nodes[id] = known;
  }
  return { iteration, path, keys, priority, depth, input: inputOf(scoped), nodes, loops: scoped.loops };
}

function inputOf({ scope: { input } }: Scoped): JsonObject {
  const original = typeof input === 'object' && input !== null ? originalOf(input) : undefined;
  return isJsonObject(original) ? original : {};
}

/** The place of an instance in the file, as a part has it. */
export function placeOf({ frame, node }: Instances, index: number, prefix: readonly string[]): readonly string[] {
  const place: string[] = [];
  for (let at = index; at !== NONE; at = frame[at]?.owner ?? NONE) place.push(node[at]?.id ?? '');
  return [...prefix, ...place.reverse()];
}

/** The workflow of a name as it is known where a graph stands. */
type FindWorkflow = (graph: Graph, name: string) => Graph | undefined;

/** Goes from a workflow to a loop in it. @throws {RangeError} where there is none */
function loopAt(root: Graph, place: readonly string[], workflow: FindWorkflow): { graph: Graph; loop: CompiledNode } {
  let graph = root;
  let { body } = root;
  let loop: CompiledNode | undefined;
  for (const id of place) {
    loop = body.nodes[body.positions.get(id) ?? NONE];
    if (loop?.work.kind === 'foreach') ({ body } = loop.work);
    else if (loop?.work.kind === 'subworkflow') {
      const called = workflow(graph, loop.work.workflow);
      if (called === undefined) throw new RangeError(`there is no workflow "${loop.work.workflow}"`);
      graph = called;
      ({ body } = called);
    }
  }
  if (loop?.work.kind !== 'foreach') throw new RangeError(`there is no loop at ${place.join(' ')}`);
  return { graph, loop };
}

/** The body of a run that is a part of a loop: the loop alone, with its items. */
function partBody(root: Graph, part: Part, workflow: FindWorkflow): { graph: Graph; body: Body } {
  const { graph, loop } = loopAt(root, part.place, workflow);
  if (loop.work.kind !== 'foreach') throw new RangeError('that is no loop');
  const alone: CompiledNode = {
    ...loop,
    declaration: { ...loop.declaration, parent: NONE, dependencies: [] },
    work: {
      ...loop.work,
      items: { kind: 'constant', value: part.items },
      concurrency: { kind: 'constant', value: part.concurrency },
    },
    condition: null,
    timeoutMs: null,
    parent: NONE,
    dependencies: [],
    dependents: [],
    branches: [],
    children: [],
  };
  return { graph, body: { nodes: [alone], top: [0], positions: new Map([[alone.id, 0]]) } };
}

/** What a run begins with: the body of its graph, or a part of a loop in that. */
export function rootFrame(
  { graph, input, part = null }: { readonly graph: Graph; readonly input: JsonObject; readonly part?: Part | null },
  workflow: FindWorkflow,
  scopes: Scopes,
): Frame {
  const root = { base: 0, owner: NONE, iteration: null, path: '', keys: '', priority: 0, depth: 0 };
  if (part === null) return { ...root, graph, body: graph.body, scoped: scopes.workflow(graph.body, 0, input) };
  const { input: given, nodes, loops, ...around } = part.around;
  return { ...root, ...around, ...partBody(graph, part, workflow), scoped: scopes.around(given, nodes, loops) };
}
