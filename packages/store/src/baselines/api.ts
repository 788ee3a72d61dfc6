import type { EpochMicros, HistoryRun, JsonObject } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';

/** Executions of a workflow under a name, which later ones are compared with. */
export interface Baseline {
  readonly id: string;
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly name: string;
  /** Whether it is what the workflow is compared with where no baseline is named. At most one of a workflow is. */
  readonly isDefault: boolean;
  /** What it was made of, as it was asked for. */
  readonly madeOf: JsonObject;
  readonly runCount: number;
  /** Who made it, in words; null where that is not known. */
  readonly createdBy: string | null;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

export interface NewBaseline {
  readonly id: string;
  readonly workflowId: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly madeOf: JsonObject;
  readonly by: string | null;
  /** Oldest first; what is kept of them is a copy. */
  readonly runs: readonly HistoryRun[];
}

/** What is changed of a baseline; what is absent stays. */
export interface BaselineChange {
  readonly name?: string;
  readonly isDefault?: boolean;
  /** What it is made of from now on. */
  readonly made?: Pick<NewBaseline, 'madeOf' | 'runs'>;
}

/** The baselines of a workspace. */
export interface TenantBaselines {
  /** @throws {StoreError} `not_found` when there is no such workflow; `conflict` when it has one of the name */
  create(baseline: NewBaseline): Promise<Baseline>;
  /** Oldest first; of all workflows where none is named. */
  list(filter: PageRequest & { readonly workflowId?: string }): Promise<Page<Baseline>>;
  get(id: string): Promise<Baseline | null>;
  /** The one that is a workflow's default. */
  defaultOf(workflowId: string): Promise<Baseline | null>;
  /** Its executions, oldest first; none where there is no such baseline. */
  runs(id: string): Promise<readonly HistoryRun[]>;
  /** Null when there is no such baseline. @throws {StoreError} `conflict` when the workflow has another one of the name */
  update(id: string, change: BaselineChange): Promise<Baseline | null>;
  /** Says whether it was there. */
  delete(id: string): Promise<boolean>;
}
