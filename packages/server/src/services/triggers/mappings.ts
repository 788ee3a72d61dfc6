import { compileCondition, compileMapping, type Mapping } from '@flowprof/conductor';
import type { Trigger } from '@flowprof/store';
import { webhookConfig, type WebhookConfig } from './config.ts';

/** What a webhook does with a delivery, ready to be used. */
export interface Receiver {
  readonly config: WebhookConfig;
  readonly input: Mapping;
  /** Null where every delivery is wanted. */
  readonly filter: Mapping | null;
}

/** @throws {MappingError} */
export function receiverOf(config: WebhookConfig): Receiver {
  return {
    config,
    input: compileMapping(config.input),
    filter: config.filter === null ? null : compileCondition(config.filter),
  };
}

/** How many webhooks are kept compiled. */
const MAX_KEPT = 500;

/** The receivers of webhooks, compiled once for each change of them; those not used for longest are forgotten. */
export class Receivers {
  readonly #kept = new Map<string, Receiver>();

  of({ workspaceId, id, updatedAt, config }: Trigger): Receiver {
    const key = `${workspaceId} ${id} ${updatedAt}`;
    const receiver = this.#kept.get(key) ?? receiverOf(webhookConfig.parse(config));
    this.#kept.delete(key);
    this.#kept.set(key, receiver);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return receiver;
  }
}
