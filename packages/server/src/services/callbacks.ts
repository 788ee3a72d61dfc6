import {
  EPOCH,
  type CallbackSummary,
  type Rejection,
  type RejectionCode,
  type Report,
  type ReportedEvents,
} from '@flowprof/ingest';
import { inSlices, isTerminal, type JsonObject, type TraceEvent, type Turns } from '@flowprof/model';
import { StoreError, type ExternalExecution, type TenantStore } from '@flowprof/store';
import { ApiError, unavailable } from '../http/errors.ts';
import { readBatch, type Batch, type CallbackEncoding, type Delivery } from './callbacks/batch.ts';
import type { ThreadPool } from './threads/pool.ts';

/** How much one batch may hold. */
export interface CallbackLimits {
  /** Of a batch once unpacked. */
  readonly bytes: number;
  readonly items: number;
  /** How many batches are worked on at once; what comes on top is refused. */
  readonly batches: number;
}

export const DEFAULT_CALLBACK_LIMITS: CallbackLimits = { bytes: 4 * 1024 * 1024, items: 10_000, batches: 32 };

/** How many executions of a batch are stored at once. */
const AT_ONCE = 4;

/** How many rejections an answer lists. */
const MAX_REJECTIONS = 100;

const RETRY_AFTER_SECONDS = 2;

/** Larger batches are read in a thread: one callback may be as large as the batch. */
const IN_THREAD_BYTES = 128 * 1024;

const TURNS: Turns = { now: () => performance.now(), next: () => new Promise((resolve) => setImmediate(resolve)) };

/** What a store refuses of an execution, in the words of callbacks; null for what makes the whole batch fail. */
function refusalOf(error: unknown): RejectionCode | null {
  if (!(error instanceof StoreError)) return null;
  switch (error.code) {
    case 'too_many_workflows':
    case 'not_external':
    case 'not_started':
      return error.code;
    case 'bad_value':
      return 'cannot_be_stored';
    default:
      return null;
  }
}

/** Of what several callbacks say the first that says it. */
function firstOf<T>(reports: readonly Report[], of: (report: Report) => T | null): T | null {
  for (const report of reports) {
    const value = of(report);
    if (value !== null) return value;
  }
  return null;
}

function executionOf(id: string, reports: readonly Report[]): ExternalExecution {
  const source = firstOf(reports, (one) => one.source);
  const workflow = firstOf(reports, (one) => one.workflow);
  const name = firstOf(reports, (one) => one.name);
  const definition = { imported: true, source_format: source ?? 'callback' };
  const attributes: JsonObject = Object.fromEntries(reports.flatMap((one) => Object.entries(one.attributes)));
  return {
    id,
    externalId: firstOf(reports, (one) => one.externalId),
    workflow: workflow === null ? null : { name: workflow, definition },
    trigger: 'callback',
    info: {
      ...(name !== null && { name }),
      ...(source !== null && { sourceFormat: source }),
      concurrency: firstOf(reports, (one) => one.concurrency),
      attributes,
    },
  };
}

/** Stores what engines report of the executions that they run. What it resolves with is committed. */
export class CallbackService {
  readonly limits: CallbackLimits;
  readonly #pool: ThreadPool;
  #batches = 0;

  constructor(limits: CallbackLimits, pool: ThreadPool) {
    this.limits = limits;
    this.#pool = pool;
  }

  /**
   * Stores a batch. Everything in it is stored or rejected; where the database is away none of it may be, and the same
   * batch may be sent again.
   * @param bytes a `ReportCallbacksRequest`, or its JSON
   * @throws {ApiError} `validation_failed` for what is no batch, `malformed_json` and the like, `body_too_large`, `overloaded`
   */
  async receive(tenant: TenantStore, bytes: Uint8Array, encoding: CallbackEncoding): Promise<CallbackSummary> {
    if (this.#batches >= this.limits.batches) {
      throw unavailable('overloaded', 'Too many batches of callbacks are being stored.', RETRY_AFTER_SECONDS);
    }
    this.#batches++;
    try {
      return await this.#receive(tenant, await this.#read(bytes, encoding));
    } finally {
      this.#batches--;
    }
  }

  async #read(bytes: Uint8Array, encoding: CallbackEncoding): Promise<Batch> {
    const { items } = this.limits;
    if (bytes.byteLength <= IN_THREAD_BYTES) return inSlices(readBatch(bytes, encoding, items), TURNS);
    const result = await this.#pool.use((ask) => ask({ type: 'read_callbacks', bytes, encoding, maxItems: items }));
    if (result.type === 'refused') {
      const { code, message, members, errors } = result;
      throw new ApiError(code, message, { members, ...(errors !== undefined && { errors }) });
    }
    if (result.type !== 'callbacks') throw new Error(`a thread answered ${result.type}`);
    return result.batch;
  }

  async #receive(tenant: TenantStore, { deliveries, rejections, received }: Batch): Promise<CallbackSummary> {
    const left = [...deliveries];
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        rejections.push(...(await deliver(tenant, ...next)));
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left.length) }, work));
    const rejected = rejections.reduce((sum, { items }) => sum + items, 0);
    const shown = rejections.slice(0, MAX_REJECTIONS).map(({ pointer, code }) => ({ pointer, code }));
    return { received, stored: received - rejected, rejected, rejections: shown };
  }
}

function rejectAll(code: RejectionCode, parts: readonly ReportedEvents[]): Rejection[] {
  return parts.map(({ pointer, items }) => ({ pointer, code, items }));
}

/** Stores what is told of one execution. @returns what it does not take */
async function deliver(tenant: TenantStore, id: string, { reports, parts }: Delivery): Promise<readonly Rejection[]> {
  try {
    const execution = await tenant.external.ensure(executionOf(id, reports));
    const isTold = execution.isExternal && execution.trigger !== 'import';
    if (isTold) {
      const events = parts.flatMap((part) => part.events);
      await tenant.external.record(id, { origin: EPOCH, events });
      const hasEnded = reports.some((report) => report.hasEnded) || isTerminal(execution.status);
      if (hasEnded) await tenant.external.settle(id);
      return [];
    }
    const joining = parts.filter((part) => part.canJoin);
    const events = joining.flatMap((part) => part.events).filter(isJoining);
    const refused = rejectAll(
      'not_external',
      parts.filter((part) => !part.canJoin),
    );
    if (events.length > 0) await tenant.external.record(id, { origin: EPOCH, events });
    return refused;
  } catch (error) {
    const code = refusalOf(error);
    if (code === null) throw error;
    return rejectAll(code, parts);
  }
}

function isJoining({ type }: TraceEvent): boolean {
  return type === 'span' || type === 'annotation';
}
