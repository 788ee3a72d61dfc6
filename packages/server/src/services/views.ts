import {
  buildFlameChart,
  buildHotspots,
  buildProfile,
  buildProfileCsv,
  compareTraces,
  isTerminal,
  profileCsvHeader,
  since,
  type Clock,
  type ComparisonOptions,
  type CompareTracesOptions,
  type FlameChartCut,
  type HistoryFinding,
  type HotspotOptions,
  type Micros,
} from '@flowprof/model';
import type { Execution, PackedTrace, TenantStore } from '@flowprof/store';
import { packTrace, unpackTrace } from '@flowprof/store/blob';
import { z } from 'zod';
import { ApiError } from '../http/errors.ts';
import { ByteCache } from './byte-cache.ts';
import type { ExportFormat } from './exports/formats.ts';
import type { WorkspacePrices } from './prices.ts';
import type { Ask, ThreadPool } from './threads/pool.ts';
import type { Result, Work } from './threads/messages.ts';

const retriesSchema = z.object({
  retries: z.array(
    z.object({ id: z.string(), verdict: z.enum(['expected', 'unexpected', 'unknown']), reason: z.string() }),
  ),
});

/** Whether a node's retries were foreseen by its policy, and why. */
export type RetryJudgement = Omit<z.output<typeof retriesSchema>['retries'][number], 'id'>;

/** A trace of more spans is worked on in a thread. Below it, the work holds up the event loop for a few ms. */
const INLINE_SPANS = 2000;

/** What is known of an execution apart from its trace. */
export interface ProfileContext {
  /** How it lies in the history of its workflow. */
  readonly history: HistoryFinding | null;
  readonly prices: WorkspacePrices | null;
}

const NO_CONTEXT: ProfileContext = { history: null, prices: null };

/** How far an execution that runs has come. An imported one is as its source left it. */
function progressOf(execution: Execution, clock: Clock): { readonly now?: Micros } {
  if (isLasting(execution) || execution.startedAt === null) return {};
  return { now: since(execution.startedAt, clock.now()) };
}

/**
 * Whether what is made of the trace holds until the execution is changed. The trace of one that others run is kept while it
 * goes on, too, and time passes in it.
 */
function isLasting({ status, trigger }: Execution): boolean {
  return isTerminal(status) || trigger === 'import';
}

/** JSON in UTF-8; what is bytes already, as it is. */
function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return Buffer.from(JSON.stringify(value), 'utf8');
}

async function jsonFrom(ask: Ask, work: Work): Promise<Uint8Array> {
  const result: Result = await ask(work);
  if (result.type !== 'json') throw new Error(`a thread answered ${result.type}`);
  return result.bytes;
}

async function fileFrom(ask: Ask, work: Work): Promise<Uint8Array> {
  const result: Result = await ask(work);
  if (result.type === 'unwritable') throw new ApiError('not_exportable', `${capitalised(result.reason)}.`);
  if (result.type !== 'file') throw new Error(`a thread answered ${result.type}`);
  return result.bytes;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The trace of an execution of which none is kept yet. */
async function packedTrace(tenant: TenantStore, { id }: Execution): Promise<PackedTrace | null> {
  const trace = await tenant.getTrace(id);
  return trace && packTrace(trace);
}

/** An id is one workspace's own, but the same file imported into two has the same id in both. */
function keyOf(tenant: TenantStore, execution: Execution, variant: string): string {
  return `${tenant.workspaceId} ${execution.id} ${execution.updatedAt} ${variant}`;
}

/**
 * What is made of an execution's trace, as JSON in UTF-8. That of an execution which has ended is kept for a while; it
 * never changes.
 */
export class TraceViews {
  readonly #pool: ThreadPool;
  readonly #clock: Clock;
  readonly #cache: ByteCache;

  constructor(pool: ThreadPool, clock: Clock, cacheBytes: number) {
    this.#pool = pool;
    this.#clock = clock;
    this.#cache = new ByteCache(cacheBytes);
  }

  /** Null when the execution has gone meanwhile. */
  flameChart(tenant: TenantStore, execution: Execution, cut: FlameChartCut): Promise<Uint8Array | null> {
    const { id } = execution;
    return this.#view(tenant, execution, `flame-chart ${JSON.stringify(cut)}`, {
      inThread: (trace, now) => ({ type: 'flame_chart', trace, executionId: id, cut, now }),
      here: (trace) => ({
        ...buildFlameChart(trace, { ...progressOf(execution, this.#clock), ...cut }),
        execution_id: id,
      }),
    });
  }

  /** Null when the execution has gone meanwhile. */
  profile(
    tenant: TenantStore,
    execution: Execution,
    { history, prices }: ProfileContext = NO_CONTEXT,
  ): Promise<Uint8Array | null> {
    const table = prices?.table ?? null;
    const variant = `profile ${JSON.stringify(history)} ${prices?.updatedAt ?? ''}`;
    return this.#view(tenant, execution, variant, {
      inThread: (trace, now) => ({ type: 'profile', trace, history, prices: table, now }),
      here: (trace) => {
        const known = { ...progressOf(execution, this.#clock), ...(history !== null && { history }) };
        return buildProfile(trace, { ...known, prices: table });
      },
    });
  }

  /** The nodes of a profile as a table, CSV in UTF-8; null when the execution has gone meanwhile. */
  profileCsv(tenant: TenantStore, execution: Execution): Promise<Uint8Array | null> {
    return this.#view(tenant, execution, 'profile-csv', {
      inThread: (trace, now) => ({ type: 'profile_csv', trace, now }),
      here: (trace) =>
        Buffer.from(profileCsvHeader() + buildProfileCsv(trace, progressOf(execution, this.#clock)), 'utf8'),
    });
  }

  /** Null when the execution has gone meanwhile. */
  hotspots(tenant: TenantStore, execution: Execution, options: HotspotOptions): Promise<Uint8Array | null> {
    return this.#view(tenant, execution, `hotspots ${JSON.stringify(options)}`, {
      inThread: (trace, now) => ({ type: 'hotspots', trace, options, now }),
      here: (trace) => buildHotspots(trace, { ...progressOf(execution, this.#clock), ...options }),
    });
  }

  /**
   * What changed from one execution to another; null when one of them has gone meanwhile. Kept like a view of one when
   * both have ended.
   */
  async comparison(
    tenant: TenantStore,
    base: Execution,
    execution: Execution,
    options: ComparisonOptions,
  ): Promise<Uint8Array | null> {
    const variant = `compare ${base.id} ${base.updatedAt} ${JSON.stringify(options)}`;
    const key = keyOf(tenant, execution, variant);
    const known = this.#cache.get(key);
    if (known) return known;
    const kept = await Promise.all([tenant.getPackedTrace(base.id), tenant.getPackedTrace(execution.id)]);
    const [before, after] = await Promise.all([
      kept[0] ?? packedTrace(tenant, base),
      kept[1] ?? packedTrace(tenant, execution),
    ]);
    if (before === null || after === null) return null;
    const asked = { ...options, before: progressOf(base, this.#clock), after: progressOf(execution, this.#clock) };
    const make = () => this.#compare(before, after, asked);
    const isToKeep = !kept.includes(null) && isLasting(base) && isLasting(execution);
    return isToKeep ? (this.#cache.get(key) ?? this.#cache.keep(key, make())) : make();
  }

  async #compare(before: PackedTrace, after: PackedTrace, options: CompareTracesOptions): Promise<Uint8Array> {
    if (before.spanCount + after.spanCount > INLINE_SPANS)
      return this.#pool.use((ask) => jsonFrom(ask, { type: 'compare', before, after, options }));
    const [a, b] = await Promise.all([unpackTrace(before), unpackTrace(after)]);
    return bytesOf(compareTraces(a, b, options));
  }

  /** A file of a format; null when the execution has gone meanwhile. @throws {ApiError} `not_exportable` */
  async exported(tenant: TenantStore, execution: Execution, format: ExportFormat): Promise<Uint8Array | null> {
    const key = keyOf(tenant, execution, `export ${format.name}`);
    const known = this.#cache.get(key);
    if (known) return known;
    const kept = await tenant.getPackedTrace(execution.id);
    const trace = kept === null ? await tenant.getTrace(execution.id) : null;
    if (kept === null && trace === null) return null;
    const { now = null } = progressOf(execution, this.#clock);
    const make = async (): Promise<Uint8Array> => {
      const packed = kept ?? (trace && (await packTrace(trace)));
      if (packed === null) throw new Error('there is nothing to export');
      return this.#pool.use((ask) => fileFrom(ask, { type: 'export', trace: packed, format: format.name, now }));
    };
    if (kept === null || !isLasting(execution)) return make();
    return this.#cache.get(key) ?? this.#cache.keep(key, make());
  }

  /** What is to be said of the retries of an execution's nodes, by `key` or `key[iteration]`. */
  async retries(tenant: TenantStore, execution: Execution): Promise<ReadonlyMap<string, RetryJudgement>> {
    const bytes = await this.profile(tenant, execution);
    if (bytes === null) return new Map();
    const { retries } = retriesSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return new Map(retries.map(({ id, verdict, reason }) => [id, { verdict, reason }]));
  }

  async #view(tenant: TenantStore, execution: Execution, variant: string, ways: Ways): Promise<Uint8Array | null> {
    const key = keyOf(tenant, execution, variant);
    return this.#cache.get(key) ?? this.#make(tenant, execution, key, ways);
  }

  async #make(tenant: TenantStore, execution: Execution, key: string, ways: Ways): Promise<Uint8Array | null> {
    const packed = await tenant.getPackedTrace(execution.id);
    if (packed === null) {
      const trace = await tenant.getTrace(execution.id);
      return trace && bytesOf(ways.here(trace));
    }
    if (!isLasting(execution)) return this.#build(packed, execution, ways);
    return this.#cache.get(key) ?? this.#cache.keep(key, this.#build(packed, execution, ways));
  }

  async #build(packed: PackedTrace, execution: Execution, ways: Ways): Promise<Uint8Array> {
    if (packed.spanCount <= INLINE_SPANS) return bytesOf(ways.here(await unpackTrace(packed)));
    const { now = null } = progressOf(execution, this.#clock);
    return this.#pool.use((ask) => jsonFrom(ask, ways.inThread(packed, now)));
  }
}

/** How a view is made of a packed trace in a thread, and of a trace in this one. */
interface Ways {
  readonly inThread: (trace: PackedTrace, now: Micros | null) => Work;
  readonly here: (trace: Awaited<ReturnType<typeof unpackTrace>>) => unknown;
}
