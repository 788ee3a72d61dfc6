import { isUuid, type Clock, type EpochMicros } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { Database, Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { claimSchedule } from '../queries/claim-schedule.ts';
import { deleteTrigger } from '../queries/delete-trigger.ts';
import { getTrigger } from '../queries/get-trigger.ts';
import { insertTrigger } from '../queries/insert-trigger.ts';
import { isTriggerRunning } from '../queries/is-trigger-running.ts';
import { listTriggers } from '../queries/list-triggers.ts';
import { noteTrigger } from '../queries/note-trigger.ts';
import { setTriggerSecrets } from '../queries/set-trigger-secrets.ts';
import { updateTrigger } from '../queries/update-trigger.ts';
import type { NewTrigger, ScheduleClaim, TenantTriggers, Trigger, TriggerChange, TriggerSecret } from './api.ts';
import { openSecrets, sealSecrets } from './seal-secrets.ts';

interface TriggerContext {
  readonly database: Database;
  readonly clock: Clock;
  /** The installation's key. */
  readonly key: () => Promise<Uint8Array>;
}

/** See `TenantTriggers`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantTriggers implements TenantTriggers {
  readonly #workspaceId: string;
  readonly #context: TriggerContext;

  constructor(workspaceId: string, context: TriggerContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  async create({ secrets, ...trigger }: NewTrigger): Promise<Trigger> {
    if (!isUuid(trigger.workflowId)) throw new StoreError('not_found');
    const now = this.#context.clock.now();
    const sealed = secrets.length === 0 ? null : await this.#seal(trigger.id, secrets);
    const made = await this.#run((sql) => insertTrigger(sql, this.#workspaceId, trigger, sealed, now));
    if (made === null) throw new StoreError('database_error');
    return made;
  }

  list(workflowId: string, page: PageRequest): Promise<Page<Trigger>> {
    return this.#run((sql) => listTriggers(sql, this.#workspaceId, workflowId, page));
  }

  async get(id: string): Promise<Trigger | null> {
    const found = await this.#run((sql) => getTrigger(sql, this.#workspaceId, id));
    return found?.trigger ?? null;
  }

  update(id: string, change: TriggerChange): Promise<Trigger | null> {
    return this.#run((sql) => updateTrigger(sql, this.#workspaceId, id, change, this.#context.clock.now()));
  }

  delete(id: string): Promise<boolean> {
    return this.#run((sql) => deleteTrigger(sql, this.#workspaceId, id));
  }

  async withSecrets(
    id: string,
  ): Promise<{ readonly trigger: Trigger; readonly secrets: readonly TriggerSecret[] } | null> {
    const found = await this.#run((sql) => getTrigger(sql, this.#workspaceId, id));
    if (found === null) return null;
    const { trigger, sealed } = found;
    const secrets = sealed && openSecrets(await this.#context.key(), this.#workspaceId, trigger.id, sealed);
    return { trigger, secrets: secrets ?? [] };
  }

  async setSecrets(id: string, secrets: readonly TriggerSecret[]): Promise<boolean> {
    const sealed = await this.#seal(id, secrets);
    return this.#run((sql) => setTriggerSecrets(sql, this.#workspaceId, id, sealed, this.#context.clock.now()));
  }

  note(id: string, what: { readonly runAt: EpochMicros } | { readonly error: string }): Promise<void> {
    const noted = { runAt: null, error: null, ...what };
    return this.#run((sql) => noteTrigger(sql, this.#workspaceId, id, noted, this.#context.clock.now()));
  }

  isRunning(id: string): Promise<boolean> {
    return this.#run((sql) => isTriggerRunning(sql, this.#workspaceId, id));
  }

  passOver(claim: ScheduleClaim): Promise<boolean> {
    return this.#run((sql) => claimSchedule(sql, this.#workspaceId, claim));
  }

  async #seal(id: string, secrets: readonly TriggerSecret[]): Promise<Buffer> {
    return sealSecrets(await this.#context.key(), this.#workspaceId, id, secrets);
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.#workspaceId, work);
  }
}
