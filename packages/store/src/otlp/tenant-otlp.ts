import { toEpochMicros, type EpochMicros, type TraceEvent } from '@flowprof/model';
import { batchOf } from '../batch.ts';
import { runStatement, type Sql } from '../database.ts';
import type { TellingContext } from '../live/teller.ts';
import { claimMaker, releaseMaker } from '../queries/claim-maker.ts';
import { insertAnnotations } from '../queries/insert-annotations.ts';
import { lockExecution } from '../queries/lock-execution.ts';
import { listWaitingIds, measureBacklog, selectHeads, selectSegments } from '../queries/select-segments.ts';
import { selectKnownSpans, selectSilent, selectTraced } from '../queries/select-traced.ts';
import { upsertSpans } from '../queries/upsert-spans.ts';
import { noteNoRows, noteRows, selectDueRows } from '../queries/write-due-rows.ts';
import type {
  Making,
  NewSegment,
  OtlpBacklog,
  SpanTimes,
  TenantOtlp,
  TracedExecution,
  WaitingSegments,
} from './api.ts';
import { make } from './make.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** How long the making of a workspace's executions stays a server's without a sign of it. */
const CLAIM_US = 30_000_000;
/** How many rows go into one statement. */
const CHUNK = 10_000;

export interface OtlpContext extends TellingContext {
  readonly segments: SegmentWriter;
  /** This server. */
  readonly instanceId: string;
}

/** See `TenantOtlp`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantOtlp implements TenantOtlp {
  readonly #workspaceId: string;
  readonly #context: OtlpContext;

  constructor(workspaceId: string, context: OtlpContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  keep(segment: NewSegment): Promise<void> {
    return this.#context.segments.write(this.#workspaceId, segment);
  }

  backlog(): Promise<OtlpBacklog> {
    return this.#run((sql) => measureBacklog(sql, this.#workspaceId));
  }

  claim(): Promise<boolean> {
    const { clock, instanceId } = this.#context;
    const now = toEpochMicros(clock.now());
    const claim = { instanceId, now, until: toEpochMicros(now + CLAIM_US) };
    return this.#run((sql) => claimMaker(sql, this.#workspaceId, claim));
  }

  release(): Promise<void> {
    return this.#run((sql) => releaseMaker(sql, this.#workspaceId, this.#context.instanceId));
  }

  listWaiting(known: ReadonlySet<string>, limit: number): Promise<WaitingSegments> {
    return this.#run(async (sql) => {
      const ids = await listWaitingIds(sql, this.#workspaceId);
      const here = new Set(ids);
      const fresh = ids.filter((id) => !known.has(id)).slice(0, limit);
      const found = await selectHeads(sql, this.#workspaceId, fresh);
      return { found, gone: [...known].filter((id) => !here.has(id)) };
    });
  }

  readSegments(ids: readonly string[]): Promise<readonly { readonly id: string; readonly data: Uint8Array }[]> {
    return this.#run((sql) => selectSegments(sql, this.#workspaceId, ids));
  }

  findTraced(traceIds: readonly string[]): Promise<readonly TracedExecution[]> {
    return this.#run((sql) => selectTraced(sql, this.#workspaceId, traceIds));
  }

  findSpans(executionId: string, spanIds: readonly string[]): Promise<ReadonlyMap<string, SpanTimes>> {
    return this.#run((sql) => selectKnownSpans(sql, this.#workspaceId, executionId, spanIds));
  }

  make(making: Making): Promise<boolean> {
    return make(this.#context, this.#workspaceId, making);
  }

  listSilent(since: EpochMicros, limit: number): Promise<readonly TracedExecution[]> {
    return this.#run((sql) => selectSilent(sql, this.#workspaceId, since, limit));
  }

  listDueRows(limit: number): Promise<readonly { readonly id: string; readonly spanCount: number }[]> {
    return this.#run((sql) => selectDueRows(sql, this.#workspaceId, limit));
  }

  /** An execution without events gets no rows. */
  writeRows(executions: readonly { readonly id: string; readonly events: readonly TraceEvent[] }[]): Promise<number> {
    return this.#run(async (sql) => {
      let written = 0;
      for (const { id, events } of executions.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
        if (await this.#writeRows(sql, id, events)) written++;
      }
      return written;
    });
  }

  async #writeRows(sql: Sql, id: string, events: readonly TraceEvent[]): Promise<boolean> {
    const workspaceId = this.#workspaceId;
    if ((await lockExecution(sql, workspaceId, id)) === null) return false;
    if (events.length === 0) await noteNoRows(sql, workspaceId, id);
    else if (!(await noteRows(sql, workspaceId, id))) return false;
    const { spans, annotations } = batchOf(id, events);
    for (let at = 0; at < spans.length; at += CHUNK) {
      await runStatement(sql, upsertSpans(workspaceId, id, spans.slice(at, at + CHUNK)));
    }
    for (let at = 0; at < annotations.length; at += CHUNK) {
      await runStatement(sql, insertAnnotations(workspaceId, id, annotations.slice(at, at + CHUNK), 0));
    }
    return true;
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.#workspaceId, work);
  }
}
