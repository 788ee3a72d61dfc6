import { limitAttributes, MAX_SPANS, SpanGatherer, traceHeadsOf, withoutTraces, type OtlpSpans } from '@flowprof/model';
import type { OtlpBacklog, TenantStore } from '@flowprof/store';
import { packSegment } from '@flowprof/store/blob';
import { unavailable } from '../../http/errors.ts';
import type { Accepted, OtlpIntake } from './intake.ts';
import { OtlpRedactor } from './redact.ts';

/** How much waits at most to become executions, of a workspace, and of all that is being taken in at this moment. */
export interface OtlpLimits {
  readonly backlogBytes: number;
  /** A trace counts once for every request that has spans of it. */
  readonly backlogTraces: number;
  /** Bytes of requests that are not committed yet. */
  readonly underWayBytes: number;
  readonly attributesPerSpan: number;
}

export const DEFAULT_OTLP_LIMITS: OtlpLimits = {
  backlogBytes: 1024 ** 3,
  backlogTraces: 1_000_000,
  underWayBytes: 64 * 1024 * 1024,
  attributesPerSpan: 256,
};

/** How old what is known of a backlog may be. */
const BACKLOG_AGE_MS = 1000;
const FULL_RETRY_SECONDS = 10;
const BUSY_RETRY_SECONDS = 1;

/** How much of a workspace waits: as it was seen last, and what was added since. */
interface Seen {
  bytes: number;
  traces: number;
  at: number;
  asking: Promise<void> | null;
}

export interface SpanIntakeOptions {
  readonly limits: OtlpLimits;
  /** Hears of spans that were kept, so that they become executions. */
  readonly onKept: (workspaceId: string) => void;
  readonly count: (outcome: 'accepted' | 'rejected', spans: number) => void;
  /** Whether a trace has as many spans as an execution may have. */
  readonly isFull: (workspaceId: string, traceId: string) => boolean;
}

/** See `OtlpIntake`. */
export class SpanIntake implements OtlpIntake {
  readonly #options: SpanIntakeOptions;
  readonly #redactor = new OtlpRedactor();
  readonly #seen = new Map<string, Seen>();
  #underWay = 0;

  constructor(options: SpanIntakeOptions) {
    this.#options = options;
  }

  async accept(tenant: TenantStore, sent: OtlpSpans, isRedacted: boolean): Promise<Accepted> {
    const size = sizeOf(sent);
    const { limits } = this.#options;
    if (this.#underWay > 0 && this.#underWay + size > limits.underWayBytes) {
      throw unavailable('overloaded', 'Too many spans are being taken in at once.', BUSY_RETRY_SECONDS);
    }
    this.#underWay += size;
    try {
      await this.#makeRoom(tenant);
      return await this.#keep(tenant, sent, isRedacted);
    } finally {
      this.#underWay -= size;
    }
  }

  async #keep(tenant: TenantStore, sent: OtlpSpans, isRedacted: boolean): Promise<Accepted> {
    const { limits, onKept, count, isFull } = this.#options;
    const { workspaceId } = tenant;
    const { spans, rejected } = withoutFull(sent, (traceId) => isFull(workspaceId, traceId));
    if (spans.length > 0) {
      const limited = limitAttributes(spans, limits.attributesPerSpan);
      const redacted = isRedacted ? limited : this.#redactor.redact(limited);
      const traces = traceHeadsOf(redacted);
      const data = await packSegment(redacted);
      await tenant.otlp.keep({ spanCount: redacted.length, traces, data });
      const seen = this.#seen.get(workspaceId);
      if (seen !== undefined) {
        seen.bytes += data.byteLength;
        seen.traces += traces.length;
      }
      onKept(workspaceId);
    }
    count('accepted', spans.length);
    count('rejected', rejected);
    const reason = rejected === 0 ? null : `a trace has at most ${MAX_SPANS.toLocaleString('en')} spans`;
    return { accepted: spans.length, rejected, reason };
  }

  /** @throws {ApiError} `overloaded` when too much waits */
  async #makeRoom(tenant: TenantStore): Promise<void> {
    const { backlogBytes, backlogTraces } = this.#options.limits;
    const seen = await this.#look(tenant);
    if (seen.bytes <= backlogBytes && seen.traces <= backlogTraces) return;
    throw unavailable('overloaded', 'Too many spans wait to become executions.', FULL_RETRY_SECONDS);
  }

  /** What waits. It is asked for again from time to time; only the first request, and those of a full workspace, wait for that. */
  async #look(tenant: TenantStore): Promise<Seen> {
    const { workspaceId } = tenant;
    let seen = this.#seen.get(workspaceId);
    if (seen === undefined) {
      seen = { bytes: 0, traces: 0, at: Number.NEGATIVE_INFINITY, asking: null };
      this.#seen.set(workspaceId, seen);
    }
    const isFirst = seen.at === Number.NEGATIVE_INFINITY;
    if (performance.now() - seen.at > BACKLOG_AGE_MS) seen.asking ??= this.#ask(tenant, seen);
    if (isFirst && seen.asking !== null) await seen.asking;
    return seen;
  }

  async #ask(tenant: TenantStore, seen: Seen): Promise<void> {
    const [bytes, traces] = [seen.bytes, seen.traces];
    try {
      const found: OtlpBacklog = await tenant.otlp.backlog();
      // What was added meanwhile may be in it or not; it is counted rather twice than never, until the next time.
      seen.bytes = found.bytes + seen.bytes - bytes;
      seen.traces = found.traces + seen.traces - traces;
      seen.at = performance.now();
    } catch {
      // Whoever keeps spans next is told what is wrong with the database.
      seen.at = performance.now();
    } finally {
      seen.asking = null;
    }
  }
}

/** What spans take in memory, about. */
function sizeOf({ length, attributes, strings }: OtlpSpans): number {
  return 120 * length + 13 * attributes.key.length + strings.bytes.byteLength;
}

function withoutFull(
  spans: OtlpSpans,
  isFull: (traceId: string) => boolean,
): { readonly spans: OtlpSpans; readonly rejected: number } {
  const { rows, leftOut } = withoutTraces(spans, isFull);
  if (leftOut === 0) return { spans, rejected: 0 };
  const kept = new SpanGatherer([spans]).gather({ parts: rows.map(() => 0), rows });
  return { spans: kept, rejected: leftOut };
}
