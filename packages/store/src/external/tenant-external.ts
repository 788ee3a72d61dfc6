import type { Execution } from '../api.ts';
import { StoreError } from '../errors.ts';
import { inWorkspaceTelling, type TellingContext } from '../live/teller.ts';
import { lockExternal } from '../queries/lock-external.ts';
import { selectKept } from '../queries/select-kept.ts';
import { isUuid } from '@flowprof/model';
import type { ExternalExecution, TenantExternal, Told } from './api.ts';
import { ensure, ensured } from './ensure.ts';
import { keepTrace } from './kept.ts';
import { record } from './record.ts';

/** See `TenantExternal`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantExternal implements TenantExternal {
  readonly #workspaceId: string;
  readonly #context: TellingContext;

  constructor(workspaceId: string, context: TellingContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  async ensure(execution: ExternalExecution): Promise<Execution> {
    if (!isUuid(execution.id)) throw new StoreError('bad_value');
    const { database } = this.#context;
    const known = await database.inWorkspace(this.#workspaceId, (sql) => ensured(sql, this.#workspaceId, execution));
    if (known !== null) return known;
    return inWorkspaceTelling(this.#context, this.#workspaceId, (sql, teller) =>
      ensure(sql, teller, this.#context, this.#workspaceId, execution),
    );
  }

  record(executionId: string, told: Told): Promise<void> {
    return inWorkspaceTelling(this.#context, this.#workspaceId, (sql, teller) => {
      const now = this.#context.clock.now();
      return record({ sql, workspaceId: this.#workspaceId, executionId, teller, now }, told);
    });
  }

  settle(executionId: string): Promise<boolean> {
    const { database, clock } = this.#context;
    return database.inWorkspace(this.#workspaceId, async (sql) => {
      const known = await lockExternal(sql, this.#workspaceId, executionId);
      if (known === null || !known.isTold || known.end === null) return false;
      if ((await selectKept(sql, this.#workspaceId, executionId)) !== null) return false;
      return keepTrace(sql, this.#workspaceId, executionId, clock.now());
    });
  }
}
