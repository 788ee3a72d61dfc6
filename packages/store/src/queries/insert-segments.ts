import { byteaArray, integerArray, uuidArray } from '../binary-array.ts';
import type { NamedStatement } from '../one-trip.ts';
import { timestamp } from '../row.ts';
import type { EpochMicros } from '@flowprof/model';

const INSERT_SEGMENTS = `INSERT INTO otlp_segments (workspace_id, id, traces, data)
  SELECT $1, n.* FROM unnest($2::uuid[], $3::bytea[], $4::bytea[]) AS n`;

const INSERT_WAITING = `INSERT INTO otlp_waiting (workspace_id, segment_id, received_at, span_count, bytes, traces)
  SELECT $1, n.id, $2::timestamptz, n.span_count, n.bytes, n.traces
  FROM unnest($3::uuid[], $4::integer[], $5::integer[], $6::bytea[]) AS n (id, span_count, bytes, traces)`;

const NOTE_MAKER = 'INSERT INTO otlp_makers (workspace_id) VALUES ($1) ON CONFLICT DO NOTHING';

/** A row of the table of segments. */
export interface SegmentRow {
  readonly id: string;
  readonly spanCount: number;
  readonly traces: Uint8Array;
  readonly data: Uint8Array;
}

/** Keeps segments, all of whose traces wait. */
export function insertSegments(
  workspaceId: string,
  rows: readonly SegmentRow[],
  now: EpochMicros,
): readonly NamedStatement[] {
  const ids = uuidArray(rows.map(({ id }) => id));
  const traces = byteaArray(rows.map((row) => row.traces));
  return [
    {
      name: 'insert_segments',
      text: INSERT_SEGMENTS,
      values: [workspaceId, ids, traces, byteaArray(rows.map(({ data }) => data))],
    },
    {
      name: 'insert_waiting',
      text: INSERT_WAITING,
      values: [
        workspaceId,
        timestamp(now),
        ids,
        integerArray(rows.map(({ spanCount }) => spanCount)),
        integerArray(rows.map(({ data }) => data.byteLength)),
        traces,
      ],
    },
  ];
}

/** Notes that a workspace takes in spans. */
export function noteMaker(workspaceId: string): NamedStatement {
  return { name: 'note_maker', text: NOTE_MAKER, values: [workspaceId] };
}
