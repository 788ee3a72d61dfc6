import type { JsonObject } from '@flowprof/model';
import type { RegisteredType } from '../node-type.ts';
import type { Expression } from '../expressions/cel.ts';
import type { Template } from '../expressions/value.ts';
import type { InputDefinition } from '../file/definition.ts';
import type { InstanceDeclaration } from '../engine/recorder.ts';
import type { Limits } from '../types.ts';
import type { RetryPlan } from './retry.ts';

/** What a node does once it is its turn. All but `handler` and `switch` contain other nodes. */
export type Work =
  /** Null when the type is not registered; such a graph is never run. */
  | { readonly kind: 'handler'; readonly handler: RegisteredType | null }
  | { readonly kind: 'switch'; readonly cases: readonly SwitchCase[]; readonly otherwise: string | null }
  | { readonly kind: 'group' }
  | { readonly kind: 'foreach'; readonly items: Template; readonly concurrency: Template | null; readonly body: Body }
  | { readonly kind: 'subworkflow'; readonly workflow: string; readonly input: Template | null };

export interface SwitchCase {
  readonly name: string;
  readonly when: Expression;
}

/** A dependency on one branch of a switch: the position of the switch, and the case. */
export interface Branch {
  readonly dependency: number;
  readonly chosen: string;
}

/** A node, ready to run; what does not change from run to run is worked out once. Positions are those in its body. */
export interface CompiledNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly work: Work;
  /** How it is declared where nothing repeats it. */
  readonly declaration: InstanceDeclaration;
  /** What the wait of a node says that starts as soon as this one has ended. */
  readonly release: JsonObject;
  readonly condition: Expression | null;
  /** The parameters of a handler. */
  readonly params: Template;
  readonly retry: RetryPlan;
  readonly timeoutMs: number | null;
  readonly attemptTimeoutMs: number | null;
  /** Null where neither the node nor a group around it says one: what it is in then decides. */
  readonly priority: number | null;
  readonly pool: string | null;
  readonly rateLimit: string | null;
  /** Tells nodes apart that other limits may hold for: pool, type and rate limit. The same string object for the same limits. */
  readonly lane: string;
  /** Whether its failure is noted and nothing else fails with it. */
  readonly tolerated: boolean;
  /** The position of the group that contains it, or -1. */
  readonly parent: number;
  /** Positions of the nodes it waits for, of those that wait for it, and of the nodes inside a group; ascending. */
  readonly dependencies: readonly number[];
  readonly dependents: readonly number[];
  readonly children: readonly number[];
  /** Those of its dependencies that are on a branch of a switch. */
  readonly branches: readonly Branch[];
}

/** Nodes that are started together: those of a workflow, or of one item of a `foreach`. Groups stand before their contents. */
export interface Body {
  readonly nodes: readonly CompiledNode[];
  /** Positions of the nodes that are in no group. */
  readonly top: readonly number[];
  /** The position of each node by its id. */
  readonly positions: ReadonlyMap<string, number>;
}

/** A workflow, compiled once for any number of runs. */
export interface Graph {
  readonly name: string;
  readonly workflow: string | null;
  readonly version: string | null;
  /** The id of the node or group that is run by itself; the workflow's name for a workflow. */
  readonly rootId: string;
  readonly shape: 'workflow' | 'group' | 'node';
  readonly concurrency: number | null;
  readonly timeoutMs: number | null;
  readonly limits: Limits;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  readonly services: readonly string[];
  readonly body: Body;
  readonly output: Template | null;
  /** The workflows of the same file by their names. */
  readonly library: ReadonlyMap<string, Graph>;
  /** The names of the workflows that its nodes call. */
  readonly calls: readonly string[];
}

/** Whether a node contains others, so that its time is theirs and it takes no slot. */
export function isContainer({ work }: CompiledNode): boolean {
  return work.kind !== 'handler' && work.kind !== 'switch';
}
