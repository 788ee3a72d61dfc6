import { otlpSpanIdAt, traceIdAt, OtlpTexts, type OtlpSpans } from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';
import type { Accepted, OtlpIntake } from '../src/services/otlp/intake.ts';

/** A span that was taken in. */
export interface TakenSpan {
  readonly workspaceId: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
}

/** Takes spans in and keeps them in memory, or fails. */
export class MemoryIntake implements OtlpIntake {
  readonly spans: TakenSpan[] = [];
  /** What the next request fails with. */
  fails: (() => Error) | null = null;

  async accept(tenant: TenantStore, spans: OtlpSpans): Promise<Accepted> {
    if (this.fails !== null) throw this.fails();
    const texts = new OtlpTexts(spans.strings);
    for (let row = 0; row < spans.length; row++) {
      this.spans.push({
        workspaceId: tenant.workspaceId,
        traceId: traceIdAt(spans, row),
        spanId: otlpSpanIdAt(spans, row),
        name: texts.at(spans.name[row] ?? 0),
      });
    }
    return { accepted: spans.length, rejected: 0, reason: null };
  }
}
