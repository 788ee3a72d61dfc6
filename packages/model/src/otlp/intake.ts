import { groupByTrace, traceIdAt, type OtlpAttributes, type OtlpSpans } from './columns.ts';

/** What is among the spans of a trace. */
export interface TraceHeadOf {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly spanCount: number;
  /** Whether a span that names no parent has ended. */
  readonly rootEnded: boolean;
}

function isRoot(parentId: Uint8Array, row: number): boolean {
  for (let at = 8 * row; at < 8 * row + 8; at++) if (parentId[at] !== 0) return false;
  return true;
}

/** The traces among spans, in the order of their first spans. */
export function traceHeadsOf(spans: OtlpSpans): TraceHeadOf[] {
  const { length, offsets, rows } = groupByTrace(spans);
  return Array.from({ length }, (_, trace) => {
    let rootEnded = false;
    for (let at = offsets[trace]; at < offsets[trace + 1]; at++) {
      const row = rows[at];
      rootEnded ||= spans.end[row] !== 0 && isRoot(spans.parentId, row);
    }
    const traceId = traceIdAt(spans, rows[offsets[trace]]);
    return { traceId, spanCount: offsets[trace + 1] - offsets[trace], rootEnded };
  });
}

/** At most so many attributes of each owner; adds to `dropped` how many were left out. */
function limited(attributes: OtlpAttributes, owners: number, most: number, dropped: Uint32Array): OtlpAttributes {
  const offsets = new Uint32Array(owners + 1);
  for (let i = 0; i < owners; i++) {
    const count = attributes.offsets[i + 1] - attributes.offsets[i];
    dropped[i] += Math.max(0, count - most);
    offsets[i + 1] = offsets[i] + Math.min(count, most);
  }
  const total = offsets[owners];
  const [key, type, value] = [new Uint32Array(total), new Uint8Array(total), new Float64Array(total)];
  for (let i = 0; i < owners; i++) {
    const from = attributes.offsets[i];
    const to = from + offsets[i + 1] - offsets[i];
    key.set(attributes.key.subarray(from, to), offsets[i]);
    type.set(attributes.type.subarray(from, to), offsets[i]);
    value.set(attributes.value.subarray(from, to), offsets[i]);
  }
  return { offsets, key, type, value };
}

/** Spans with at most so many attributes each; those that are left out are counted as dropped. */
export function limitAttributes(spans: OtlpSpans, most: number): OtlpSpans {
  const { offsets } = spans.attributes;
  let highest = 0;
  for (let row = 0; row < spans.length; row++) highest = Math.max(highest, offsets[row + 1] - offsets[row]);
  if (highest <= most) return spans;
  const droppedAttributes = spans.droppedAttributes.slice();
  return { ...spans, droppedAttributes, attributes: limited(spans.attributes, spans.length, most, droppedAttributes) };
}

/** Spans without those of some traces. */
export function withoutTraces(
  spans: OtlpSpans,
  isLeftOut: (traceId: string) => boolean,
): { readonly rows: readonly number[]; readonly leftOut: number } {
  const { length, offsets, rows } = groupByTrace(spans);
  const kept: number[] = [];
  let leftOut = 0;
  for (let trace = 0; trace < length; trace++) {
    const [from, to] = [offsets[trace], offsets[trace + 1]];
    if (isLeftOut(traceIdAt(spans, rows[from]))) leftOut += to - from;
    else for (let at = from; at < to; at++) kept.push(rows[at]);
  }
  return { rows: kept, leftOut };
}
