import type { Clock, HistoryRun, JsonObject } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { Database, Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { packSummary, unpackSummary } from '../history/pack-summary.ts';
import { replaceBaselineRuns, selectBaselineRuns, type PackedBaselineRun } from '../queries/baseline-runs.ts';
import { getBaseline, getDefaultBaseline, listBaselines } from '../queries/select-baselines.ts';
import { deleteBaseline, insertBaseline, updateBaseline } from '../queries/write-baseline.ts';
import type { Baseline, BaselineChange, NewBaseline, TenantBaselines } from './api.ts';

interface BaselineContext {
  readonly database: Database;
  readonly clock: Clock;
}

async function packRuns(runs: readonly HistoryRun[]): Promise<PackedBaselineRun[]> {
  const packed: PackedBaselineRun[] = [];
  for (const { summary, ...run } of runs) {
    const data = await packSummary({ summary, tracks: [] });
    if (data === null) throw new StoreError('bad_value');
    packed.push({ ...run, data });
  }
  return packed;
}

function labelsIn(labels: JsonObject): Readonly<Record<string, string>> {
  const texts: [string, string][] = [];
  for (const [name, value] of Object.entries(labels)) if (typeof value === 'string') texts.push([name, value]);
  return Object.fromEntries(texts);
}

/** See `TenantBaselines`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantBaselines implements TenantBaselines {
  readonly #workspaceId: string;
  readonly #context: BaselineContext;

  constructor(workspaceId: string, context: BaselineContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  async create({ runs, ...baseline }: NewBaseline): Promise<Baseline> {
    const packed = await packRuns(runs);
    const made = await this.#run(async (sql) => {
      await insertBaseline(sql, this.#workspaceId, baseline, this.#context.clock.now());
      await replaceBaselineRuns(sql, this.#workspaceId, baseline.id, packed);
      return getBaseline(sql, this.#workspaceId, baseline.id);
    });
    if (made === null) throw new StoreError('database_error');
    return made;
  }

  list(filter: PageRequest & { readonly workflowId?: string }): Promise<Page<Baseline>> {
    return this.#run((sql) => listBaselines(sql, this.#workspaceId, filter));
  }

  get(id: string): Promise<Baseline | null> {
    return this.#run((sql) => getBaseline(sql, this.#workspaceId, id));
  }

  defaultOf(workflowId: string): Promise<Baseline | null> {
    return this.#run((sql) => getDefaultBaseline(sql, this.#workspaceId, workflowId));
  }

  async runs(id: string): Promise<readonly HistoryRun[]> {
    const packed = await this.#run((sql) => selectBaselineRuns(sql, this.#workspaceId, id));
    const runs: HistoryRun[] = [];
    for (const { data, labels, ...run } of packed) {
      const kept = await unpackSummary(data);
      if (kept !== null) runs.push({ ...run, labels: labelsIn(labels), summary: kept.summary });
    }
    return runs;
  }

  async update(id: string, change: BaselineChange): Promise<Baseline | null> {
    const packed = change.made && (await packRuns(change.made.runs));
    return this.#run(async (sql) => {
      const known = await getBaseline(sql, this.#workspaceId, id);
      if (known === null) return null;
      await updateBaseline(sql, this.#workspaceId, known, change, this.#context.clock.now());
      if (packed) await replaceBaselineRuns(sql, this.#workspaceId, known.id, packed);
      return getBaseline(sql, this.#workspaceId, known.id);
    });
  }

  delete(id: string): Promise<boolean> {
    return this.#run((sql) => deleteBaseline(sql, this.#workspaceId, id));
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.#workspaceId, work);
  }
}
