import { isFailure, statusCode, statusOf } from '../../trace/status.ts';
import { KIND, NONE, spanNameAt, type Trace } from '../../trace/trace.ts';
import { asMicros, type Micros } from '../../units.ts';
import type { Analysis } from '../analyse.ts';
import { causeOf, causesOfSpans } from '../causes.ts';
import { divideByDeepest } from '../coverage.ts';
import type { LeafGraph } from '../leaf-graph.ts';
import { groupId } from '../node-groups.ts';
import { modelCallIn, type ModelCall, type TokenCounts } from './tokens.ts';

/** What nodes used that has a price, with the part of it that failed attempts used. */
export interface RuntimeUsage {
  readonly run: Micros;
  readonly attempts: number;
  readonly failedRun: Micros;
  readonly failedAttempts: number;
}

export interface TypeUsage extends RuntimeUsage {
  /** Null for spans that are no nodes. */
  readonly type: string | null;
}

/** The calls of one model. */
export interface ModelUsage {
  readonly answered: string | null;
  readonly requested: string | null;
  readonly calls: number;
  /** Calls whose tokens nobody states. */
  readonly callsWithoutTokens: number;
  readonly tokens: TokenCounts;
  /** The part of them that failed attempts used. */
  readonly failedTokens: TokenCounts;
}

export interface NodeUsage extends RuntimeUsage {
  /** The node's key; for spans that are no nodes, their name. */
  readonly id: string;
  readonly name: string;
  readonly type: string | null;
  readonly count: number;
  readonly models: readonly ModelUsage[];
}

/** What an execution used that has a price: plain data, so that it can be kept and priced later. */
export interface Usage {
  readonly types: readonly TypeUsage[];
  readonly models: readonly ModelUsage[];
}

class ModelTally {
  readonly answered: string | null;
  readonly requested: string | null;
  calls = 0;
  callsWithoutTokens = 0;
  readonly tokens = { input: 0, cachedInput: 0, output: 0 };
  readonly failedTokens = { input: 0, cachedInput: 0, output: 0 };

  constructor({ answered, requested }: ModelCall) {
    this.answered = answered;
    this.requested = requested;
  }

  add({ tokens }: ModelCall, isFailed: boolean): void {
    this.calls++;
    if (tokens === null) this.callsWithoutTokens++;
    else for (const sum of isFailed ? [this.tokens, this.failedTokens] : [this.tokens]) addTokens(sum, tokens);
  }

  done(): ModelUsage {
    const { answered, requested, calls, callsWithoutTokens, tokens, failedTokens } = this;
    return { answered, requested, calls, callsWithoutTokens, tokens: { ...tokens }, failedTokens: { ...failedTokens } };
  }
}

function addTokens(sum: { input: number; cachedInput: number; output: number }, more: TokenCounts): void {
  sum.input += more.input;
  sum.cachedInput += more.cachedInput;
  sum.output += more.output;
}

class ModelTallies {
  readonly #byName = new Map<string, ModelTally>();

  add(call: ModelCall, isFailed: boolean): void {
    const key = JSON.stringify([call.answered, call.requested]);
    let tally = this.#byName.get(key);
    if (tally === undefined) this.#byName.set(key, (tally = new ModelTally(call)));
    tally.add(call, isFailed);
  }

  list(): ModelUsage[] {
    return Array.from(this.#byName.values(), (tally) => tally.done());
  }
}

class RuntimeTally {
  run = 0;
  attempts = 0;
  failedRun = 0;
  failedAttempts = 0;

  add(run: number, attempts: number, failedRun: number, failedAttempts: number): void {
    this.run += run;
    this.attempts += attempts;
    this.failedRun += failedRun;
    this.failedAttempts += failedAttempts;
  }

  done(): RuntimeUsage {
    const { run, attempts, failedRun, failedAttempts } = this;
    return { run: asMicros(run), attempts, failedRun: asMicros(failedRun), failedAttempts };
  }
}

interface NodeTally {
  readonly name: string;
  readonly type: string | null;
  readonly runtime: RuntimeTally;
  readonly models: ModelTallies;
  count: number;
}

/** Adds up the execution, its node types, and its nodes. */
class Tallies {
  readonly types = new Map<string | null, RuntimeTally>();
  readonly models = new ModelTallies();
  readonly nodes = new Map<string, NodeTally>();

  node(id: string, name: string, type: string | null): NodeTally {
    let tally = this.nodes.get(id);
    if (tally === undefined) {
      tally = { name, type, runtime: new RuntimeTally(), models: new ModelTallies(), count: 0 };
      this.nodes.set(id, tally);
    }
    return tally;
  }

  type(type: string | null): RuntimeTally {
    let tally = this.types.get(type);
    if (tally === undefined) this.types.set(type, (tally = new RuntimeTally()));
    return tally;
  }
}

/** What of a leaf went to attempts that failed: how many, and their run time. */
function failedPartOf(graph: LeafGraph, codes: Uint8Array, leaf: number, failedAttempts: number): number {
  const { leaves, tree, ends } = graph;
  const { start } = graph.trace.spans;
  if (failedAttempts === 0) return 0;
  const own = leaves.span[leaf];
  const members = leaves.members.subarray(leaves.memberOffsets[leaf], leaves.memberOffsets[leaf + 1]);
  let failed = 0;
  divideByDeepest(
    { start, end: ends, depth: tree.depth },
    members,
    leaves.start[leaf],
    leaves.end[leaf],
    (a, b, row) => {
      if (causeOf(codes[row === NONE ? own : row]) === 'failed_attempts') failed += b - a;
    },
  );
  return Math.min(failed, leaves.run[leaf]);
}

function tallyLeaves(graph: LeafGraph, codes: Uint8Array, tallies: Tallies): void {
  const { leaves } = graph;
  const { nodes, spans } = graph.trace;
  const skipped = statusCode('skipped');
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const own = leaves.span[leaf];
    if (spans.status[own] === skipped) continue;
    let attempts = 0;
    let failed = 0;
    for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
      const row = leaves.members[i];
      if (spans.kind[row] !== KIND.attempt) continue;
      attempts++;
      if (isFailure(statusOf(spans.status[row]))) failed++;
    }
    const node = leaves.node[leaf];
    if (attempts === 0 && node !== NONE && isFailure(statusOf(spans.status[own]))) failed = 1;
    const run = Math.max(0, leaves.run[leaf]);
    const failedRun = failedPartOf(graph, codes, leaf, failed);
    const type = node === NONE ? null : nodes.type[node];
    const id = node === NONE ? spanNameAt(spans, own) : nodes.key[node];
    const tally = tallies.node(id, node === NONE ? id : nodes.name[node], type);
    tally.count++;
    for (const sum of [tally.runtime, tallies.type(type)]) sum.add(run, Math.max(1, attempts), failedRun, failed);
  }
}

const TOLD_BELOW = 1;
const TOLD_ABOVE = 2;

/** The calls of models by row, and for each row whether a call below or above it states tokens. */
function callsOf({ trace, tree }: LeafGraph) {
  const { spans } = trace;
  const calls = new Map<number, ModelCall>();
  const told = new Uint8Array(spans.length);
  for (const [row, metadata] of spans.metadata) {
    const call = modelCallIn(metadata);
    if (call !== null) calls.set(row, call);
  }
  if (calls.size === 0) return { calls, told };
  const states = (row: number) => (calls.get(row)?.tokens ?? null) !== null;
  for (const row of tree.order) {
    const up = spans.parent[row];
    if (up !== NONE && ((told[up] & TOLD_ABOVE) !== 0 || states(up))) told[row] |= TOLD_ABOVE;
  }
  for (let i = tree.order.length - 1; i >= 0; i--) {
    const row = tree.order[i];
    const up = spans.parent[row];
    if (up !== NONE && ((told[row] & TOLD_BELOW) !== 0 || states(row))) told[up] |= TOLD_BELOW;
  }
  return { calls, told };
}

/** An agent's span sums up the calls inside it: of spans in spans the innermost that states tokens counts. */
function tallyCalls(graph: LeafGraph, codes: Uint8Array, tallies: Tallies): void {
  const { leaves } = graph;
  const { nodes, spans } = graph.trace;
  const { calls, told } = callsOf(graph);
  for (const [row, call] of calls) {
    if ((told[row] & TOLD_BELOW) !== 0 || (call.tokens === null && told[row] !== 0)) continue;
    const isFailed = causeOf(codes[row]) === 'failed_attempts' || isFailure(statusOf(spans.status[row]));
    const node = spans.node[row];
    const name = spanNameAt(spans, row);
    const tally =
      node === NONE
        ? tallies.node(name, name, null)
        : tallies.node(nodes.key[node], nodes.name[node], nodes.type[node]);
    const isCounted = node !== NONE || (leaves.ofSpan[row] !== NONE && leaves.span[leaves.ofSpan[row]] === row);
    if (!isCounted) tally.count++;
    for (const sum of [tally.models, tallies.models]) sum.add(call, isFailed);
  }
}

function tallied({ graph, accounting }: Pick<Analysis, 'graph' | 'accounting'>): Tallies {
  const codes = accounting?.codes ?? causesOfSpans(graph);
  const tallies = new Tallies();
  tallyLeaves(graph, codes, tallies);
  tallyCalls(graph, codes, tallies);
  return tallies;
}

function totalsOf({ types, models }: Tallies): Usage {
  return { types: Array.from(types, ([type, tally]) => ({ type, ...tally.done() })), models: models.list() };
}

/** Whether an execution called any model. */
export function callsModels({ spans }: Trace): boolean {
  for (const metadata of spans.metadata.values()) if (modelCallIn(metadata) !== null) return true;
  return false;
}

/** What an execution used that has a price, by node type and by model. O(spans log spans). */
export function usageOf(analysis: Pick<Analysis, 'graph' | 'accounting'>): Usage {
  return totalsOf(tallied(analysis));
}

/** The same, with what each node used; in order of first appearance. */
export function usageWithNodes(
  analysis: Pick<Analysis, 'graph' | 'accounting' | 'groups'>,
): Usage & { readonly nodes: readonly NodeUsage[] } {
  const { graph, groups } = analysis;
  const tallies = tallied(analysis);
  const names = new Map(groups.names.map((name, group) => [groupId(graph.trace, groups, group), name]));
  const nodes = Array.from(tallies.nodes, ([id, { name, type, count, runtime, models }]) => {
    return { id, name: names.get(id) ?? name, type, count, ...runtime.done(), models: models.list() };
  });
  return { ...totalsOf(tallies), nodes };
}
