import type { Layout } from '../layout/layout.ts';
import type { TraceSpans } from './lay-trace-out.ts';

/** What a chart asks its worker for. The columns are copied on the way. */
export interface LayoutRequest {
  readonly id: number;
  readonly spans: Pick<TraceSpans, 'length' | 'start' | 'duration' | 'parent' | 'kind' | 'track' | 'tracks'>;
  readonly now: number | null;
}

/** A layout without the columns that the chart has itself: null stands for those of the table. */
export interface LayoutReply {
  readonly id: number;
  readonly layout: Omit<Layout, 'start' | 'parent' | 'laneStart'> & {
    readonly parent: Int32Array | null;
    readonly laneStart: Float64Array | null;
  };
}

function hasId(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'number';
}

export function isLayoutRequest(value: unknown): value is LayoutRequest {
  return hasId(value) && 'spans' in value;
}

export function isLayoutReply(value: unknown): value is LayoutReply {
  return hasId(value) && 'layout' in value;
}

/** The reply to a request, with the buffers that are to be handed over. */
export function replyOf({ id, spans }: LayoutRequest, layout: Layout): { reply: LayoutReply; buffers: ArrayBuffer[] } {
  const { start, parent, laneStart, ...rest } = layout;
  const reply = {
    id,
    layout: {
      ...rest,
      parent: parent === spans.parent ? null : parent,
      laneStart: laneStart === start ? null : laneStart,
    },
  };
  const buffers = new Set<ArrayBuffer>();
  for (const column of Object.values(reply.layout)) {
    if (ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer) buffers.add(column.buffer);
  }
  return { reply, buffers: [...buffers] };
}

/** The layout that a reply tells of, for the table that was asked about. */
export function layoutOf({ layout }: LayoutReply, spans: TraceSpans): Layout {
  return {
    ...layout,
    start: spans.start,
    parent: layout.parent ?? spans.parent,
    laneStart: layout.laneStart ?? spans.start,
  };
}
