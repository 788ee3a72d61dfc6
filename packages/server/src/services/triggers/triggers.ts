import { MappingError } from '@flowprof/conductor';
import {
  toEpochMicros,
  uuidv7,
  type Clock,
  type EpochMicros,
  type JsonObject,
  type RandomBytes,
} from '@flowprof/model';
import type { NextRun, TenantStore, Trigger, TriggerKind, TriggerSecret } from '@flowprof/store';
import { ApiError, notFound, type FieldError } from '../../http/errors.ts';
import type { Engine } from '../engine.ts';
import { isImported } from '../imports.ts';
import { scheduleConfig, type ScheduleConfig, type WebhookConfig } from './config.ts';
import { CronError, CronTimes } from './cron.ts';
import { ScheduleTimes } from './due.ts';
import { receiverOf } from './mappings.ts';
import { newSecret } from './signature.ts';

/** How many coming times are told of a schedule. */
const UPCOMING = 5;
/** How many secrets count at once. */
const MAX_SECRETS = 5;
/** How many triggers a workflow may have. */
const MAX_TRIGGERS = 100;
/** How large an input may be that is kept with a trigger, in characters. */
const MAX_INPUT = 65_536;

/** A trigger to be made or changed, its configuration already of the right form. */
export type WantedConfig =
  | { readonly kind: 'webhook'; readonly config: WebhookConfig }
  | { readonly kind: 'schedule'; readonly config: ScheduleConfig };

export interface TriggerServiceOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Called when a schedule may have come nearer. */
  readonly onScheduled: () => void;
}

function invalid(errors: readonly FieldError[]): ApiError {
  const detail = errors.length === 1 ? 'The trigger has 1 fault.' : `The trigger has ${errors.length} faults.`;
  return new ApiError('invalid_trigger', detail, { errors });
}

/** Keeps triggers; only such as can work. */
export class TriggerService {
  readonly #options: TriggerServiceOptions;

  constructor(options: TriggerServiceOptions) {
    this.#options = options;
  }

  /**
   * @returns it, and its secret, which is told only now
   * @throws {ApiError} `not_found`, `imported_workflow`, `invalid_trigger`, `too_many_triggers`
   */
  async create(
    tenant: TenantStore,
    workflowId: string,
    wanted: WantedConfig & { readonly name: string; readonly enabled: boolean },
  ): Promise<{ readonly trigger: Trigger; readonly secret: string | null }> {
    const { kind, config, name, enabled } = wanted;
    await this.#check(tenant, workflowId, wanted);
    const { total } = await tenant.triggers.list(workflowId, { skip: 0, limit: 1 });
    if (total >= MAX_TRIGGERS)
      throw new ApiError('too_many_triggers', `A workflow has at most ${MAX_TRIGGERS} triggers.`);
    const { clock, random } = this.#options;
    const secret = kind === 'webhook' ? newSecret(random) : null;
    const secrets: TriggerSecret[] = secret === null ? [] : [{ secret, expiresAt: null }];
    const kept: JsonObject = { ...config };
    const id = uuidv7(clock.now(), random);
    const next = enabled ? this.#nextOf({ kind, id, config: kept }) : null;
    const made = { id, workflowId, kind, name, enabled, config: kept, next, secrets };
    const trigger = await tenant.triggers.create(made);
    this.#options.onScheduled();
    return { trigger, secret };
  }

  /** @throws {ApiError} `not_found`, `invalid_trigger` */
  async update(
    tenant: TenantStore,
    trigger: Trigger,
    change: { readonly name?: string; readonly enabled?: boolean; readonly wanted?: WantedConfig },
  ): Promise<Trigger> {
    const { name, enabled, wanted } = change;
    if (wanted !== undefined) await this.#check(tenant, trigger.workflowId, wanted);
    const config: JsonObject | undefined = wanted && { ...wanted.config };
    const after = { ...trigger, ...(enabled !== undefined && { enabled }), ...(config && { config }) };
    // From now on: what passed while it was switched off or was another one is not missed.
    const isMoved = config !== undefined || (enabled !== undefined && enabled !== trigger.enabled);
    const changed = await tenant.triggers.update(trigger.id, {
      ...(name !== undefined && { name }),
      ...(enabled !== undefined && { enabled }),
      ...(config && { config }),
      ...(isMoved && { next: after.enabled ? this.#nextOf(after) : null }),
    });
    if (!changed) throw notFound();
    this.#options.onScheduled();
    return changed;
  }

  /**
   * Gives a webhook a new secret.
   * @param keepSeconds how long the ones before still count
   * @returns the secret, which is told only now
   * @throws {ApiError} `not_found`
   */
  async rotate(tenant: TenantStore, id: string, keepSeconds: number): Promise<string> {
    const found = await tenant.triggers.withSecrets(id);
    if (found === null || found.trigger.kind !== 'webhook') throw notFound();
    const { clock, random } = this.#options;
    const now = clock.now();
    const until = toEpochMicros(now + keepSeconds * 1_000_000);
    const secret = newSecret(random);
    const kept = found.secrets
      .map(({ secret: old, expiresAt }) => ({ secret: old, expiresAt: earlier(expiresAt, until) }))
      .filter(({ expiresAt }) => expiresAt > now)
      .slice(0, MAX_SECRETS - 1);
    if (!(await tenant.triggers.setSecrets(id, [{ secret, expiresAt: null }, ...kept]))) throw notFound();
    return secret;
  }

  /** The next times of a schedule; none of one that is switched off or comes no more. */
  upcoming({ kind, enabled, config }: Trigger): readonly EpochMicros[] {
    if (kind !== 'schedule' || !enabled) return [];
    const { cron, timezone } = scheduleConfig.parse(config);
    return new CronTimes(cron, timezone).upcoming(this.#options.clock.now(), UPCOMING);
  }

  #nextOf({
    kind,
    id,
    config,
  }: {
    readonly kind: TriggerKind;
    readonly id: string;
    readonly config: JsonObject;
  }): NextRun | null {
    if (kind !== 'schedule') return null;
    return new ScheduleTimes(id, scheduleConfig.parse(config)).next(this.#options.clock.now());
  }

  async #check(tenant: TenantStore, workflowId: string, { kind, config }: WantedConfig): Promise<void> {
    const workflow = await tenant.getWorkflow(workflowId);
    if (!workflow) throw notFound();
    if (isImported(workflow)) throw new ApiError('imported_workflow', 'An imported workflow cannot be executed.');
    if (JSON.stringify(config.input).length > MAX_INPUT) {
      throw invalid([
        { pointer: '/config/input', code: 'too_big', detail: `expected at most ${MAX_INPUT} characters` },
      ]);
    }
    if (kind === 'webhook') {
      checkWebhook(config);
      return;
    }
    this.#checkSchedule(config);
    const { secretInputs } = await this.#options.engine.describe(workflow.definition);
    const secret = Object.keys(config.input).filter((name) => secretInputs.includes(name));
    if (secret.length === 0) return;
    const detail = 'is declared to be secret, and what is secret is not kept';
    throw invalid(secret.map((name) => ({ pointer: `/config/input/${name}`, code: 'secret_input', detail })));
  }

  #checkSchedule({ cron, timezone }: ScheduleConfig): void {
    try {
      const times = new CronTimes(cron, timezone);
      if (times.next(this.#options.clock.now()) !== null) return;
      throw new CronError('cron', 'no such time ever comes');
    } catch (error) {
      if (!(error instanceof CronError)) throw error;
      throw invalid([{ pointer: `/config/${error.field}`, code: `bad_${error.field}`, detail: error.message }]);
    }
  }
}

function earlier(a: EpochMicros | null, b: EpochMicros): EpochMicros {
  return a !== null && a < b ? a : b;
}

/** @throws {ApiError} `invalid_trigger` with each expression that is no CEL over what a delivery brings */
function checkWebhook(config: WebhookConfig): void {
  const errors: FieldError[] = [];
  const parts = [
    ['input', { ...config, filter: null }],
    ['filter', { ...config, input: {} }],
  ] as const;
  for (const [part, alone] of parts) {
    try {
      receiverOf(alone);
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      const detail = 'must be a CEL expression over payload and headers';
      const shared = { code: 'bad_expression', detail, expected: 'a CEL expression' };
      for (const { pointer, line, column } of error.faults) {
        errors.push({ pointer: `/config/${part}${pointer}`, ...shared, line, column });
      }
    }
  }
  if (errors.length > 0) throw invalid(errors);
}
