/** Why a span was not taken, by code. */
export const OTLP_REJECTIONS = {
  bad_trace_id: 'a trace id must be 16 bytes that are not all zero',
  bad_span_id: 'a span id must be 8 bytes that are not all zero',
  bad_field: 'a field is of another type',
} as const;

export type OtlpRejectionCode = keyof typeof OTLP_REJECTIONS;

/** A span that was not taken. */
export interface OtlpRejection {
  readonly code: OtlpRejectionCode;
  /** Where it stands in the request, or what is wrong in it, as a JSON pointer: `/resourceSpans/0/scopeSpans/0/spans/17`. */
  readonly place: string;
}

/** The spans of a request that were not taken. */
export interface OtlpRejected {
  readonly count: number;
  /** The first 20. */
  readonly first: readonly OtlpRejection[];
}

/** How many rejections are told apart; the others are counted. */
const MAX_TOLD = 20;

/** Counts the spans that are not taken, and keeps the first. */
export class OtlpRejections implements OtlpRejected {
  count = 0;
  readonly first: OtlpRejection[] = [];

  /** Counts a span. @param place asked for only where the rejection is kept */
  add(code: OtlpRejectionCode, place: () => string): void {
    this.count++;
    if (this.first.length < MAX_TOLD) this.first.push({ code, place: place() });
  }

  /** Counts what was not taken of another request, too. */
  join({ count, first }: OtlpRejected): void {
    this.count += count;
    this.first.push(...first.slice(0, MAX_TOLD - this.first.length));
  }
}

/** What was not taken in one line of words for people; null where everything was. */
export function rejectionText({ count, first }: OtlpRejected): string | null {
  const [one] = first;
  if (one === undefined) return null;
  const which = count === 1 ? '1 span was rejected' : `${count} spans were rejected`;
  return `${which}${count === 1 ? '' : ', the first because'}: ${OTLP_REJECTIONS[one.code]} (${one.code} at ${one.place})`;
}
