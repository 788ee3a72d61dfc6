import type { SpanTable } from '@flowprof/model';

/** What of a span table the layout reads. */
export type LayoutSpans = Pick<SpanTable, 'length' | 'start' | 'duration' | 'parent' | 'track' | 'tracks'>;

/** A labelled part of the chart: the spans of one track. */
export interface Section {
  /** Empty when the trace has no tracks. */
  readonly label: string;
  /** The lane of its heading, or `NONE` when it has none. */
  readonly headingLane: number;
  readonly firstLane: number;
  /** The lane after its last one. */
  readonly endLane: number;
}

/**
 * Where every span is drawn. A lane is one horizontal line of the chart; no two spans in it overlap, and they are in
 * the order of their start and of their end, so that a lane can be searched by halving.
 */
export interface Layout {
  readonly laneCount: number;
  /** The rows in lane `l` are `laneRows[laneOffsets[l] .. laneOffsets[l + 1])`. */
  readonly laneOffsets: Uint32Array;
  readonly laneRows: Uint32Array;
  /** The start and end of every row in the order of `laneRows`: what is searched and drawn lies side by side. */
  readonly laneStart: Float64Array;
  readonly laneEnd: Float64Array;
  /** The lane of every row; `NONE` when it is not shown. */
  readonly laneOf: Int32Array;
  /** 1 where a lane begins a new stack at the top: a little space above it keeps parallel stacks apart. */
  readonly stackStart: Uint8Array;
  /** The parent by which a row was laid out. */
  readonly parent: Int32Array;
  /** The children of row `i` are `children[childOffsets[i] .. childOffsets[i + 1])`, in the order of their start. */
  readonly childOffsets: Uint32Array;
  readonly children: Uint32Array;
  /** The rows at the top, in the order of their start. */
  readonly roots: Uint32Array;
  readonly start: Float64Array;
  /** The end of every row, also of those that still run. */
  readonly end: Float64Array;
  readonly sections: readonly Section[];
  /** The earliest start and the latest end; both 0 when there are no spans. */
  readonly minTime: number;
  readonly maxTime: number;
}
