import type { Clock } from '@flowprof/model';
import type { Database } from '../database.ts';
import { StoreError } from '../errors.ts';
import { keepSummaries, type PackedSummary } from '../queries/keep-summaries.ts';
import { selectRuns, selectRunsById, type PackedRun } from '../queries/select-runs.ts';
import type { MadeSummary, RunFilter, StoredRun, TenantRuns } from './api.ts';
import { packSummary, unpackSummary } from './pack-summary.ts';

interface RunContext {
  readonly database: Database;
  readonly clock: Clock;
}

/** Oldest first, as they come; one after another, so that nothing else waits for all of them. */
async function unpackAll(packed: readonly PackedRun[]): Promise<StoredRun[]> {
  const runs: StoredRun[] = [];
  for (const { run, data } of packed) runs.push({ ...run, kept: data && (await unpackSummary(data)) });
  return runs;
}

/** See `TenantRuns`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantRuns implements TenantRuns {
  readonly #workspaceId: string;
  readonly #context: RunContext;

  constructor(workspaceId: string, context: RunContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  async list(workflowId: string, filter: RunFilter): Promise<readonly StoredRun[]> {
    const { database } = this.#context;
    const workspaceId = this.#workspaceId;
    return unpackAll(
      await database.inWorkspace(workspaceId, (sql) => selectRuns(sql, workspaceId, workflowId, filter)),
    );
  }

  async find(executionIds: readonly string[]): Promise<readonly StoredRun[]> {
    const { database } = this.#context;
    const workspaceId = this.#workspaceId;
    return unpackAll(await database.inWorkspace(workspaceId, (sql) => selectRunsById(sql, workspaceId, executionIds)));
  }

  async keep(summaries: readonly MadeSummary[]): Promise<void> {
    if (summaries.length === 0) return;
    const packed: PackedSummary[] = [];
    for (const { executionId, madeOf, ...kept } of summaries) {
      const data = await packSummary(kept);
      if (data !== null) packed.push({ executionId, madeOf, data });
    }
    const { database, clock } = this.#context;
    try {
      await database.inWorkspace(this.#workspaceId, (sql) =>
        keepSummaries(sql, this.#workspaceId, packed, clock.now()),
      );
    } catch (error) {
      // An execution was deleted at this moment; what was made of the others is made again when it is asked for.
      if (!(error instanceof StoreError && error.code === 'not_found')) throw error;
    }
  }
}
