import { NONE, type MergedGraph, type Presence } from '@flowprof/model';
import { ApiError } from '../api/errors.ts';
import type { Fields } from '../api/fields.ts';
import { readChange, type Change } from './types.ts';

/** The differential flame graph of a comparison, with what of it is left out. */
export interface Difference {
  readonly graph: MergedGraph;
  /** How many stacks there are, of which the largest are in the graph. */
  readonly count: number;
  readonly total: Change;
}

const MICROS = 1000;

interface Stack {
  readonly parent: number | null;
  readonly name: string;
  readonly countBefore: number;
  readonly countAfter: number;
  readonly self: Change;
  readonly total: Change;
  readonly presence: Presence;
}

function readStack(fields: Fields): Stack {
  const presence = fields.string('presence');
  return {
    parent: fields.optionalNumber('parent'),
    name: fields.string('name'),
    countBefore: fields.number('count_before'),
    countAfter: fields.number('count_after'),
    self: readChange(fields.object('self')),
    total: readChange(fields.object('total')),
    presence: presence === 'new' || presence === 'removed' ? presence : 'both',
  };
}

/** Stacks as columns, in microseconds. @throws {ApiError} `bad_response` where a stack stands before what is around it */
function graphOf(stacks: readonly Stack[]): MergedGraph {
  const column = (of: (stack: Stack) => number) => Float64Array.from(stacks, of);
  const parent = Int32Array.from(stacks, (stack, at) => {
    if (stack.parent !== null && stack.parent >= at) {
      throw new ApiError('bad_response', 'The flame graph of the difference is out of order.');
    }
    return stack.parent ?? NONE;
  });
  return {
    length: stacks.length,
    parent,
    name: stacks.map(({ name }) => name),
    total: column(({ total }) => total.after * MICROS),
    self: column(({ self }) => self.after * MICROS),
    count: column(({ countAfter }) => countAfter),
    nodeKey: null,
    base: {
      total: column(({ total }) => total.before * MICROS),
      self: column(({ self }) => self.before * MICROS),
      count: column(({ countBefore }) => countBefore),
      presence: stacks.map(({ presence }) => presence),
    },
  };
}

/** Reads the flame graph of a comparison that was asked for with one. @throws {ApiError} `bad_response` */
export function readDifference(fields: Fields): Difference {
  const flame = fields.object('flame_graph');
  return {
    graph: graphOf(flame.list('nodes', readStack)),
    count: flame.number('node_count'),
    total: readChange(flame.object('total')),
  };
}
