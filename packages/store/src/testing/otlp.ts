import { randomBytes } from 'node:crypto';
import { readOtlpJson, traceHeadsOf, type OtlpSpans } from '@flowprof/model';
import { packSegment } from '../blob.ts';
import type { NewSegment } from '../otlp/api.ts';

/** A span of a test. Times are milliseconds from the beginning of 2027. */
export interface TestSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly name?: string;
  readonly start?: number;
  /** Null while it runs. */
  readonly end?: number | null;
  readonly failed?: boolean;
  readonly kind?: number;
  readonly service?: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
}

/** When the times of test spans begin, in milliseconds since the epoch. */
export const BEGIN_MS = 1_798_761_600_000;

export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

function nanos(ms: number): string {
  return String(BigInt(Math.round((BEGIN_MS + ms) * 1000)) * 1000n);
}

function attributesOf(attributes: Readonly<Record<string, string | number>>) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
}

/** Spans as an exporter sends them in JSON. */
export function otlpRequest(spans: readonly TestSpan[]) {
  const resourceSpans = spans.map((span) => ({
    resource: { attributes: attributesOf({ 'service.name': span.service ?? 'shop' }) },
    scopeSpans: [
      {
        scope: { name: 'test' },
        spans: [
          {
            traceId: span.traceId,
            spanId: span.spanId,
            ...(span.parentId !== undefined && { parentSpanId: span.parentId }),
            name: span.name ?? 'GET /',
            kind: span.kind ?? 1,
            startTimeUnixNano: nanos(span.start ?? 0),
            ...(span.end !== null && { endTimeUnixNano: nanos(span.end ?? (span.start ?? 0) + 10) }),
            attributes: attributesOf(span.attributes ?? {}),
            ...(span.failed === true && { status: { code: 2, message: 'it broke' } }),
          },
        ],
      },
    ],
  }));
  return { resourceSpans };
}

/** Spans as columns. */
export function otlpSpans(spans: readonly TestSpan[]): OtlpSpans {
  return readOtlpJson(otlpRequest(spans)).spans;
}

/** Spans as a segment that is to be kept. */
export async function segmentOf(spans: readonly TestSpan[]): Promise<NewSegment> {
  const columns = otlpSpans(spans);
  return { spanCount: columns.length, traces: traceHeadsOf(columns), data: await packSegment(columns) };
}

/** A trace of a root and so many spans below it. */
export function testTrace(traceId: string, children = 2, name = 'POST /orders'): TestSpan[] {
  const root = { traceId, spanId: newSpanId(), name, start: 0, end: 100 };
  const rest = Array.from({ length: children }, (_, i) => ({
    traceId,
    spanId: newSpanId(),
    parentId: root.spanId,
    name: `step ${i}`,
    start: 10 * i,
    end: 10 * i + 9,
  }));
  return [root, ...rest];
}
