import { createHash } from 'node:crypto';
import {
  CallbackBatchError,
  decodeCallbacks,
  EPOCH,
  readCallback,
  type CallbackSummary,
  type Rejection,
  type RejectionCode,
  type Report,
  type ReportedEvents,
} from '@flowprof/ingest';
import { createRedactor } from '@flowprof/conductor';
import { inSlices, isTerminal, type JsonObject, type Steps, type TraceEvent, type Turns } from '@flowprof/model';
import { StoreError, type ExternalExecution, type TenantStore } from '@flowprof/store';
import { ApiError, unavailable } from '../http/errors.ts';

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

const TURNS: Turns = { now: () => performance.now(), next: () => new Promise((resolve) => setImmediate(resolve)) };

const redaction = createRedactor([]);

/** Of an id that holds a secret a few digits of its sum are kept, so that it is not taken for another. */
function idOf(id: string): string {
  const struck = redaction.text(id);
  return struck === id ? id : `${struck} ${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}

/** Each input and output has room of its own, so that what is kept of it does not depend on what else is sent. */
const REDACTION = {
  text: (text: string) => redaction.text(text),
  id: idOf,
  metadata: (metadata: JsonObject) => redaction.metadata(metadata),
  keep: (value: Parameters<typeof redaction.keep>[0]) => redaction.keep(value, { left: Number.MAX_SAFE_INTEGER }),
};

/** Everything in a batch about one execution. */
interface Delivery {
  readonly reports: Report[];
  readonly parts: ReportedEvents[];
}

/** A batch, read. */
interface Batch {
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly rejections: Rejection[];
  readonly received: number;
}

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
  #batches = 0;

  constructor(limits: CallbackLimits) {
    this.limits = limits;
  }

  /**
   * Stores a batch. Everything in it is stored or rejected; where the database is away none of it may be, and the same
   * batch may be sent again.
   * @param body bytes of a `ReportCallbacksRequest`, or its JSON, parsed
   * @throws {ApiError} `validation_failed` for what is no batch, `body_too_large`, `overloaded`
   */
  async receive(
    tenant: TenantStore,
    body: { readonly bytes: Uint8Array } | { readonly json: unknown },
  ): Promise<CallbackSummary> {
    if (this.#batches >= this.limits.batches) {
      throw unavailable('overloaded', 'Too many batches of callbacks are being stored.', RETRY_AFTER_SECONDS);
    }
    this.#batches++;
    try {
      return await this.#receive(tenant, await inSlices(this.#read(body), TURNS));
    } catch (error) {
      if (!(error instanceof CallbackBatchError)) throw error;
      const fault = { pointer: '/callbacks', code: 'malformed', detail: error.message } as const;
      throw new ApiError('validation_failed', 'The body is no batch of callbacks.', { errors: [fault] });
    } finally {
      this.#batches--;
    }
  }

  *#read(body: Parameters<typeof decodeCallbacks>[0]): Steps<Batch> {
    const deliveries = new Map<string, Delivery>();
    const rejections: Rejection[] = [];
    let received = 0;
    let index = 0;
    for (const callback of decodeCallbacks(body)) {
      const read = readCallback(callback, index++, REDACTION);
      received += read.items;
      if (received > this.limits.items) {
        throw new ApiError('body_too_large', `A batch has at most ${this.limits.items} items.`, {
          members: { limit_items: this.limits.items },
        });
      }
      if (read.report === null) rejections.push(read.rejection);
      else {
        const { executionId, parts } = read.report;
        const delivery = deliveries.get(executionId) ?? { reports: [], parts: [] };
        deliveries.set(executionId, delivery);
        delivery.reports.push(read.report);
        for (const part of parts) delivery.parts.push(part);
        for (const rejection of read.report.rejections) rejections.push(rejection);
      }
      yield;
    }
    return { deliveries, rejections, received };
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
