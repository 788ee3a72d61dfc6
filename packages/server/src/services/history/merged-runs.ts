import { RunMerger, type MergedRunsView } from '@flowprof/model';
import type { PackedTrace, StoredRun, TenantStore } from '@flowprof/store';
import { packTrace, unpackTrace } from '@flowprof/store/blob';
import { ByteCache } from '../byte-cache.ts';
import type { ThreadPool } from '../threads/pool.ts';

/** With more spans in all, the executions are merged in a thread. */
const INLINE_SPANS = 2000;
/** How many spans a request looks at, and what a trace counts for that is not kept whole. */
const MOST_SPANS = 1_000_000;
const UNKNOWN_SPANS = 2000;

export interface MergedRunsAsked {
  readonly runs: number;
  readonly version: number | null;
  /** How many blocks are listed. */
  readonly blocks: number;
}

/** The executions that are merged: the newest, as far as a request may look; with how many are left out. */
function chosenOf(stored: readonly StoredRun[]): { readonly chosen: readonly StoredRun[]; readonly leftOut: number } {
  let room = MOST_SPANS;
  const chosen = stored.toReversed().filter(({ spanCount }, at) => {
    const fits = room > 0 || at === 0;
    room -= spanCount ?? UNKNOWN_SPANS;
    return fits;
  });
  return { chosen, leftOut: stored.length - chosen.length };
}

/** What the last executions of a workflow that completed are when they are merged, as JSON; kept for a while. */
export class MergedRuns {
  readonly #pool: ThreadPool;
  readonly #cache: ByteCache;

  constructor(pool: ThreadPool, cacheBytes: number) {
    this.#pool = pool;
    this.#cache = new ByteCache(cacheBytes);
  }

  /** @throws {ApiError} `overloaded`, `shutting_down` */
  async of(tenant: TenantStore, workflowId: string, { runs, version, blocks }: MergedRunsAsked): Promise<Uint8Array> {
    const stored = await tenant.runs.list(workflowId, {
      limit: runs,
      statuses: ['completed'],
      ...(version !== null && { version }),
    });
    const { chosen, leftOut } = chosenOf(stored);
    const marks = chosen.map(({ id, updatedAt }) => `${id} ${updatedAt}`).join(' ');
    const key = `${tenant.workspaceId} ${leftOut} ${blocks} ${marks}`;
    return this.#cache.get(key) ?? this.#cache.keep(key, this.#merge(tenant, chosen, leftOut, blocks));
  }

  async #merge(tenant: TenantStore, runs: readonly StoredRun[], leftOut: number, blocks: number): Promise<Uint8Array> {
    const spans = runs.reduce((sum, { spanCount }) => sum + (spanCount ?? UNKNOWN_SPANS), 0);
    const view = spans > INLINE_SPANS ? await this.#inThread(tenant, runs, blocks) : await here(tenant, runs, blocks);
    return Buffer.from(JSON.stringify({ ...view, left_out: leftOut + runs.length - view.runs }), 'utf8');
  }

  /** One after the other, so that no more than one trace is in memory. */
  #inThread(tenant: TenantStore, runs: readonly StoredRun[], blocks: number): Promise<MergedRunsView> {
    return this.#pool.use(async (ask) => {
      let isFirst = true;
      for (const { id } of runs) {
        const trace = await packedTrace(tenant, id);
        if (trace === null) continue;
        await ask({ type: 'merge_run', trace, isFirst });
        isFirst = false;
      }
      if (isFirst) return new RunMerger().view(blocks);
      const result = await ask({ type: 'merged_runs', blocks });
      if (result.type !== 'merged') throw new Error(`a thread answered ${result.type}`);
      return result.view;
    });
  }
}

async function packedTrace(tenant: TenantStore, id: string): Promise<PackedTrace | null> {
  const packed = await tenant.getPackedTrace(id);
  if (packed !== null) return packed;
  const trace = await tenant.getTrace(id);
  return trace && packTrace(trace);
}

async function here(tenant: TenantStore, runs: readonly StoredRun[], blocks: number): Promise<MergedRunsView> {
  const merger = new RunMerger();
  for (const { id } of runs) {
    const trace = await packedTrace(tenant, id);
    if (trace !== null) merger.add(await unpackTrace(trace));
  }
  return merger.view(blocks);
}
