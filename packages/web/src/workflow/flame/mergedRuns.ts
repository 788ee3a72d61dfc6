import type { MergedGraph } from '@flowprof/model';
import type { Fields } from '../../api/fields.ts';

/** Runs of a workflow, merged by the names that stand above each other. */
export interface MergedRuns {
  /** Times are microseconds, of all runs together. */
  readonly graph: MergedGraph;
  readonly runs: number;
  /** How many blocks are not in it, and their own time in milliseconds. */
  readonly other: { readonly count: number; readonly self: number };
  /** How many runs were not looked at. */
  readonly leftOut: number;
}

export function readMergedRuns(fields: Fields): MergedRuns {
  const blocks = fields.list('blocks', (block) => ({
    // `NONE` of a merged graph.
    parent: block.optionalNumber('parent') ?? -1,
    name: block.string('name'),
    nodeKey: block.optionalString('node_key'),
    total: block.number('total_ms') * 1000,
    self: block.number('self_ms') * 1000,
    count: block.number('count'),
  }));
  const other = fields.object('other');
  return {
    graph: {
      length: blocks.length,
      parent: Int32Array.from(blocks, ({ parent }) => parent),
      name: blocks.map(({ name }) => name),
      total: Float64Array.from(blocks, ({ total }) => total),
      self: Float64Array.from(blocks, ({ self }) => self),
      count: Float64Array.from(blocks, ({ count }) => count),
      nodeKey: blocks.map(({ nodeKey }) => nodeKey),
      base: null,
    },
    runs: fields.number('runs'),
    other: { count: other.number('count'), self: other.number('self_ms') },
    leftOut: fields.number('left_out'),
  };
}
