import type { JsonObject } from '@flowprof/model';
import type { Scope } from '../expressions/cel.ts';
import type { NodeLookup } from '../expressions/json-input.ts';
import type { Body, Graph } from '../graph/graph.ts';

/** A scope with what those inside it are made from. */
export interface Scoped {
  readonly scope: Scope;
  readonly nodes: NodeLookup;
  readonly loops: JsonObject;
}

/** A body that has been started: that of the run, of one item of a foreach, or of a subworkflow. */
export interface Frame {
  readonly graph: Graph;
  readonly body: Body;
  /** The instance of its first node; the others follow in order. */
  readonly base: number;
  /** The instance of the foreach or subworkflow that it is in; `NONE` for the run's own. */
  readonly owner: number;
  /** What instances in it are numbered by; null where nothing repeats them. */
  readonly iteration: number | null;
  /** What paths in it begin with: nothing, `each[3]/` or `pay/`. */
  readonly path: string;
  /** What keys in it begin with: the subworkflows around. */
  readonly keys: string;
  /** The priority of nodes that say none. */
  readonly priority: number;
  /** How many subworkflows it is in. */
  readonly depth: number;
  readonly scoped: Scoped;
}
