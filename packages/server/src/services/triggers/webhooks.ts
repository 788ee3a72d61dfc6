import { setImmediate as turn } from 'node:timers/promises';
import { createRedactor, MappingError } from '@flowprof/conductor';
import {
  asMicros,
  isJsonObject,
  isUuid,
  since,
  type Clock,
  type EpochMicros,
  type JsonObject,
  type JsonValue,
} from '@flowprof/model';
import {
  StoreError,
  type Execution,
  type Store,
  type TenantStore,
  type Trigger,
  type TriggerSecret,
} from '@flowprof/store';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ApiError, type FieldError } from '../../http/errors.ts';
import { parseJsonBody } from '../../http/json-body.ts';
import { jsonValue } from '../../http/shapes/common.ts';
import type { ExecutionService } from '../executions.ts';
import { derivedId } from '../start-request.ts';
import { Turnstile } from '../turnstile.ts';
import { webhookConfig } from './config.ts';
import { Receivers, type Receiver } from './mappings.ts';
import { receiptToJson, type Receipt } from './receipt.ts';
import { provenId } from './signature.ts';

/** A request to a webhook, as it came. */
export interface Incoming {
  readonly workspaceId: string;
  readonly triggerId: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  /** When its headers were there. */
  readonly receivedAt: EpochMicros;
}

/** What became of a delivery. */
export type Received =
  | { readonly kind: 'started'; readonly execution: Execution; readonly deliveryId: string }
  | { readonly kind: 'ignored' };

export interface WebhookOptions {
  readonly store: Pick<Store, 'tenant'>;
  readonly executions: Pick<ExecutionService, 'start'>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'error'>;
}

/** A delivery that has been proven. */
interface Proven {
  readonly tenant: TenantStore;
  readonly trigger: Trigger;
  readonly deliveryId: string;
}

const MINUTE_SECONDS = 60;
const MAX_NOTED = 500;
/** Nobody's trigger has so large a limit; what counts is the number of requests. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * How many webhooks are looked for at once. Whoever sends has proven nothing then, and each workspace that is named, be
 * there one or not, takes turns with the others for the connections of the database.
 */
const LOOKED_FOR_AT_ONCE = 4;

/** One and the same for a webhook that is not there and for a signature that is not right. */
function refused(): ApiError {
  const headers = { 'www-authenticate': 'Webhook-Signature realm="flowprof"' };
  return new ApiError('webhook_refused', 'There is no such webhook, or the delivery is not signed with its secret.', {
    headers,
  });
}

function limited(limit: number, msBefore: number): ApiError {
  const seconds = Math.max(1, Math.ceil(msBefore / 1000));
  return new ApiError('rate_limited', 'Too many deliveries to this webhook.', {
    members: { limit, remaining: 0, reset: seconds },
    headers: { 'retry-after': String(seconds) },
  });
}

/** What the sender is told of an expression that failed: where it stands, and nothing of what it says. */
function expressionFailed(error: MappingError, part: 'input' | 'filter'): ApiError {
  const errors: FieldError[] = error.faults.map(({ pointer, line, column }) => ({
    pointer: `/config/${part}${pointer}`,
    code: 'expression_failed',
    detail: 'cannot be evaluated with this payload',
    line,
    column,
  }));
  return new ApiError('expression_failed', `The ${part} of the webhook cannot be made of this payload.`, { errors });
}

/** Receives deliveries to webhooks: proves them, makes an input of them and starts the workflow, each once. */
export class WebhookService {
  readonly #options: WebhookOptions;
  readonly #receivers = new Receivers();
  readonly #finding = new Turnstile(LOOKED_FOR_AT_ONCE);
  readonly #limiter = new RateLimiterMemory({ points: UNLIMITED, duration: MINUTE_SECONDS });

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /**
   * The same delivery again gives the execution that it has started.
   * @throws {ApiError} `webhook_refused`, `rate_limited`, `trigger_disabled`, `malformed_json`, `too_deep`,
   *   `expression_failed`, and those of `ExecutionService.start`
   */
  async receive(incoming: Incoming): Promise<Received> {
    const { clock } = this.#options;
    const readAt = clock.now();
    const proven = await this.#prove(incoming);
    const { tenant, trigger, deliveryId } = proven;
    const id = derivedId('delivery', tenant.workspaceId, trigger.id, deliveryId);
    const known = await tenant.getExecution(id);
    if (known !== null) return { kind: 'started', execution: known, deliveryId };
    try {
      return await this.#start(proven, incoming, id, readAt);
    } catch (error) {
      if (error instanceof ApiError) await this.#note(proven, error);
      throw error;
    }
  }

  async #prove(incoming: Incoming): Promise<Proven> {
    const { store, clock } = this.#options;
    const { workspaceId, triggerId } = incoming;
    const tenant = isUuid(workspaceId) && isUuid(triggerId) ? store.tenant(workspaceId) : null;
    const found = tenant && (await this.#finding.pass(() => this.#find(tenant, triggerId)));
    const config = found && webhookConfig.parse(found.trigger.config);
    const deliveryId = provenId(incoming, config?.signature ?? 'standard', found?.secrets ?? [], clock.now());
    if (tenant === null || found === null || config === null || deliveryId === null) throw refused();
    await this.#limit(found.trigger, config.rate_limit_per_minute);
    if (!found.trigger.enabled) throw new ApiError('trigger_disabled', 'The webhook is switched off.');
    return { tenant, trigger: found.trigger, deliveryId };
  }

  /** A webhook with its secrets. One whose secrets cannot be read is as good as none. */
  async #find(
    tenant: TenantStore,
    triggerId: string,
  ): Promise<{ readonly trigger: Trigger; readonly secrets: readonly TriggerSecret[] } | null> {
    try {
      const found = await tenant.triggers.withSecrets(triggerId);
      return found?.trigger.kind === 'webhook' ? found : null;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'secret_unreadable') throw error;
      this.#options.logger.error({ err: error, trigger: triggerId }, 'the secrets of a webhook cannot be read');
      return null;
    }
  }

  /** Counts only what is proven, so that nobody else can use a webhook's limit up. */
  async #limit({ workspaceId, id }: Trigger, perMinute: number): Promise<void> {
    const { consumedPoints, msBeforeNext } = await this.#limiter.consume(`${workspaceId} ${id}`);
    if (consumedPoints > perMinute) throw limited(perMinute, msBeforeNext);
  }

  async #start(proven: Proven, incoming: Incoming, id: string, readAt: EpochMicros): Promise<Received> {
    const { clock, executions } = this.#options;
    const { tenant, trigger, deliveryId } = proven;
    const { receivedAt, body } = incoming;
    const provenAt = clock.now();
    const payload = jsonValue.parse(parseJsonBody(body));
    const parsedAt = clock.now();
    const receiver = this.#receivers.of(trigger);
    const input = await makeInput(receiver, { payload, headers: pick(incoming, receiver.config.headers) });
    if (input === null) return { kind: 'ignored' };
    const [parsed, end] = [since(receivedAt, parsedAt), since(receivedAt, clock.now())];
    const metadata = {
      bytes: body.byteLength,
      read_ms: ms(receivedAt, readAt),
      verify_ms: ms(readAt, provenAt),
      parse_ms: ms(provenAt, parsedAt),
    };
    const receipt: Receipt = {
      nodeKey: receiver.config.node_key,
      receivedAt,
      phases: [
        { name: 'payload_parse', start: asMicros(0), end: parsed, metadata },
        { name: 'expression_eval', start: parsed, end, metadata: {} },
      ],
    };
    const execution = await executions.start(tenant, {
      workflowId: trigger.workflowId,
      input,
      trigger: 'webhook',
      triggerDetails: { trigger_id: trigger.id, delivery_id: deliveryId, receipt: receiptToJson(receipt) },
      once: { id, requestHash: null },
    });
    await tenant.triggers.note(trigger.id, { runAt: receivedAt });
    return { kind: 'started', execution, deliveryId };
  }

  /** Keeps with the trigger what went wrong. What cannot be kept is not worth failing for. */
  async #note({ tenant, trigger }: Proven, error: ApiError): Promise<void> {
    const places = (error.parts.errors ?? []).map(({ pointer, line, column }) => {
      return line === undefined ? pointer : `${pointer} line ${line}, column ${column ?? 1}`;
    });
    const text = createRedactor([]).text([`${error.code}: ${error.message}`, ...places].join(' '));
    await tenant.triggers.note(trigger.id, { error: text.slice(0, MAX_NOTED) }).catch(() => undefined);
  }
}

function ms(from: EpochMicros, to: EpochMicros): number {
  return (to - from) / 1000;
}

/** The headers that expressions may read; `constructor` is the name of one like any other. */
function pick({ headers }: Incoming, allowed: readonly string[]): JsonObject {
  const picked = allowed.flatMap((name) => {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const];
  });
  return Object.fromEntries(picked);
}

/** The input that a delivery makes; null where it is not wanted. Others have their turn between the two evaluations. */
async function makeInput(
  { filter, input }: Receiver,
  delivery: { readonly payload: JsonValue; readonly headers: JsonObject },
): Promise<JsonObject | null> {
  if (filter !== null) {
    const wanted = attempt('filter', () => filter.evaluate(delivery));
    if (typeof wanted !== 'boolean') {
      throw new ApiError('expression_failed', 'The filter of the webhook is neither true nor false.', {
        errors: [
          { pointer: '/config/filter', code: 'not_boolean', detail: 'expected true or false', line: 1, column: 1 },
        ],
      });
    }
    if (!wanted) return null;
    await turn();
  }
  const made = attempt('input', () => input.evaluate(delivery));
  return isJsonObject(made) ? made : {};
}

function attempt<T>(part: 'input' | 'filter', work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof MappingError) throw expressionFailed(error, part);
    throw error;
  }
}
