import type { JsonObject, JsonValue } from '../json.ts';
import type { Status } from '../trace/status.ts';
import { NONE, type SpanKind } from '../trace/trace.ts';
import { CALL } from './clock-skew.ts';

/** Data under construction. */
export type Fields = Record<string, JsonValue>;

/** A labelled instant of a span. */
export interface SpanNote {
  /** Microseconds since the epoch; NaN where it is not known. */
  readonly time: number;
  readonly label: string;
  readonly type: string;
  readonly metadata: JsonObject | null;
}

/** A span as its source has it. Times are whole microseconds since the epoch, or since whatever the source counts from. */
export interface SpanRow {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  /** NaN where it is not known. */
  readonly start: number;
  /** NaN where it is not known, infinite where it still runs. */
  readonly end: number;
  readonly isOpen: boolean;
  /** A code of `CALL`. */
  readonly call: number;
  /** Whether it is the other side of a call whose span has the same id (Zipkin). */
  readonly isShared: boolean;
  readonly status: Status;
  readonly track: string | null;
  /** A number for the clock that it was measured by; `NONE` where it is not known. */
  readonly clock: number;
  readonly kind: SpanKind;
  readonly nodeKey: string | null;
  readonly iteration: number | null;
  /** Bits of `FLAG`: what was mended before it was written to where it was now read from. */
  readonly flags: number;
  /** Filled in as reading goes on. */
  readonly metadata: Fields;
  readonly notes: readonly SpanNote[];
  /** Ids of the spans that led to this one, besides its parent. */
  readonly links: readonly string[];
}

/** A row of which little is known yet; to be spread and filled. */
export const EMPTY_ROW = {
  parentId: null,
  isOpen: false,
  call: CALL.unspecified,
  isShared: false,
  status: 'completed',
  track: null,
  clock: NONE,
  kind: 'node',
  nodeKey: null,
  iteration: null,
  flags: 0,
  notes: [],
  links: [],
} as const satisfies Partial<SpanRow>;
