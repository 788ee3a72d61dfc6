import { isDeepStrictEqual } from 'node:util';
import {
  FRESH_ALERT,
  toEpochMicros,
  uuidv7,
  type Clock,
  type EpochMicros,
  type JsonObject,
  type RandomBytes,
} from '@flowprof/model';
import { StoreError, type AlertRuleText, type KeptAlertRule, type Store, type TenantStore } from '@flowprof/store';
import { ApiError, notFound } from '../../http/errors.ts';
import type { AlertMessages } from './message.ts';
import { writeState } from './state.ts';

/** How many rules a workspace may have. */
const MAX_RULES = 500;
/** How often a change is tried again where the rule was evaluated at the same moment. */
const TRIES = 5;

export interface AlertRuleServiceOptions {
  readonly store: Pick<Store, 'findWorkspace'>;
  readonly messages: AlertMessages;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Told when there is something to deliver. */
  readonly onEvents: () => void;
}

/** A rule to be made. */
export type WantedAlertRule = AlertRuleText & Pick<KeptAlertRule, 'workflowId' | 'kind'>;

const fresh = (): JsonObject => writeState(FRESH_ALERT);

/** Keeps alert rules. */
export class AlertRuleService {
  readonly #options: AlertRuleServiceOptions;

  constructor(options: AlertRuleServiceOptions) {
    this.#options = options;
  }

  /** @throws {ApiError} `too_many_alert_rules`; {StoreError} `not_found` when there is no such workflow */
  async create(tenant: TenantStore, wanted: WantedAlertRule): Promise<KeptAlertRule> {
    const { clock, random } = this.#options;
    const id = uuidv7(clock.now(), random);
    const made = await tenant.alerts.createRule({ id, ...wanted, state: fresh() }, MAX_RULES);
    if (made === null) throw new ApiError('too_many_alert_rules', `A workspace has at most ${MAX_RULES} alert rules.`);
    return made;
  }

  /**
   * Changes a rule; what is absent stays. One that looks at something else from now on begins anew, and so does one that
   * is switched on or off: an alert of it is over then.
   * @throws {ApiError} `not_found`; {StoreError} `conflict` when it changes all the time
   */
  async update(tenant: TenantStore, id: string, change: Partial<AlertRuleText>): Promise<KeptAlertRule> {
    for (let tried = 1; ; tried++) {
      const known = await tenant.alerts.getRule(id);
      if (known === null) throw notFound();
      try {
        return await this.#change(tenant, known, change);
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'conflict' || tried === TRIES) throw error;
      }
    }
  }

  /** Nobody is told that it fires until then. @throws {ApiError} `not_found` */
  async mute(tenant: TenantStore, id: string, seconds: number | null): Promise<KeptAlertRule> {
    const now: EpochMicros = this.#options.clock.now();
    const muted = await tenant.alerts.muteRule(id, seconds === null ? null : toEpochMicros(now + seconds * 1e6));
    if (muted === null) throw notFound();
    return muted;
  }

  async #change(tenant: TenantStore, known: KeptAlertRule, change: Partial<AlertRuleText>): Promise<KeptAlertRule> {
    const { name, config, severity, enabled, fireAfter, resolveAfter, channelIds } = { ...known, ...change };
    const wanted = { name, config, severity, enabled, fireAfter, resolveAfter, channelIds };
    const isAnew = enabled !== known.enabled || !isDeepStrictEqual(config, known.config);
    const workspace = await this.#options.store.findWorkspace(tenant.workspaceId);
    const isOver = isAnew && known.status === 'firing' && workspace !== null;
    const changed = await tenant.alerts.updateRule(known.id, {
      ...wanted,
      expected: known.revision,
      anew: isAnew ? fresh() : null,
      resolved: isOver ? this.#options.messages.changed(known, workspace, !enabled) : null,
    });
    if (changed === null) throw notFound();
    if (isOver) this.#options.onEvents();
    return changed;
  }
}
