import type { RegisteredType } from '../node-type.ts';
import type { Expression } from '../expressions/cel.ts';
import type { Template } from '../expressions/value.ts';
import type { InputDefinition } from '../file/definition.ts';
import type { RetryPlan } from './retry.ts';

/** A node, ready to run; what does not change from run to run is worked out once. */
export interface CompiledNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Null for a group. */
  readonly handler: RegisteredType | null;
  readonly condition: Expression | null;
  readonly params: Template;
  readonly retry: RetryPlan;
  readonly timeoutMs: number | null;
  /** The position of the group that contains it, or -1. */
  readonly parent: number;
  /** Positions of the nodes it waits for, of those that wait for it, and of the nodes inside it; ascending. */
  readonly dependencies: readonly number[];
  readonly dependents: readonly number[];
  readonly children: readonly number[];
  /** The nodes in it that are no groups; 1 for a node that is none. */
  readonly weight: number;
}

/** A workflow as flat arrays, compiled once for any number of runs. Nodes stand in the order of declaration, groups before their contents. */
export interface Graph {
  readonly name: string;
  readonly workflow: string | null;
  readonly version: string | null;
  /** The id of the node or group that is run by itself; the workflow's name for a workflow. */
  readonly rootId: string;
  readonly shape: 'workflow' | 'group' | 'node';
  readonly concurrency: number | null;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  readonly services: readonly string[];
  readonly nodes: readonly CompiledNode[];
  /** The position of each node by its id. */
  readonly positions: ReadonlyMap<string, number>;
  /** Positions of the nodes that are in no group. */
  readonly top: readonly number[];
  readonly output: Template | null;
}
