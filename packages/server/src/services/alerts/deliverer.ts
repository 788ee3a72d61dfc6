import { NodeFailure, post, type NetworkPolicy, type PostAnswer, type Timers } from '@flowprof/conductor';
import { toEpochMicros, type Clock, type EpochMicros, type RandomBytes } from '@flowprof/model';
import type { ClaimedDelivery, DeliveryOutcome, Store, WaitingDelivery } from '@flowprof/store';
import type { Logger } from 'pino';
import { Looker } from '../looker.ts';
import { signedHeaders } from '../triggers/signature.ts';

/** How long it looks away at most. */
const DELIVERY_LOOK_MS = 5000;
/** How long it waits after a look that failed. */
const AGAIN_MS = 1000;
/** How long a try may take, and until when another server keeps off a delivery that one is at. */
const TRY_MS = 15_000;
const CLAIM_US = 60_000_000;
/** How many tries are under way at once; each channel has one. */
const AT_ONCE = 16;
/** How many deliveries are looked at in one go. */
const PAGE = 200;
/** After so many tries a delivery is given up: some 20 hours after the first. */
export const MAX_TRIES = 10;
/** The wait after the first try, in seconds; each further one is four times as long, up to six hours, 20% more or less. */
const FIRST_WAIT_S = 5;
const WAIT_FACTOR = 4;
const LONGEST_WAIT_S = 6 * 3600;
const JITTER = 0.2;
/** No receiver is left alone for longer because it asks for that. */
const LONGEST_ASKED_MS = 3_600_000;
/** Nothing of an answer is looked at but its status. */
const MAX_ANSWER_BYTES = 1_048_576;
/** Longer texts of errors are cut. */
const MAX_ERROR = 300;

export interface DelivererOptions {
  readonly store: Pick<Store, 'waitingDeliveries' | 'tenant'>;
  readonly network: NetworkPolicy;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  /** Told of each try that came to an end, what came of it. */
  readonly count: (outcome: 'delivered' | 'failed' | 'dead') => void;
}

/** How long to wait after a try, in microseconds. @param chance from 0 to 1 */
export function waitAfter(attempt: number, chance: number, askedMs: number | null): number {
  const seconds = Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * WAIT_FACTOR ** (attempt - 1));
  const ours = seconds * 1e6 * (1 + JITTER * (2 * chance - 1));
  return Math.round(Math.max(ours, Math.min(askedMs ?? 0, LONGEST_ASKED_MS) * 1000));
}

/**
 * Delivers what waits in the outbox, as Standard Webhooks. Any number of servers do this side by side. A delivery that was
 * taken and whose server died is taken again, so that it comes at least once, always under the same id.
 */
export class AlertDeliverer {
  readonly #options: DelivererOptions;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #looker: Looker;

  constructor(options: DelivererOptions) {
    this.#options = options;
    const failure = 'deliveries of alerts could not be looked at';
    this.#looker = new Looker({ ...options, failure, againMs: AGAIN_MS });
  }

  /** Looks at once: there may be something to deliver. */
  wake(): void {
    this.#looker.wake();
  }

  /** Goes on until the signal fires; resolves when nothing is under way any more. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#looker.run(signal, () => this.#look(signal));
    await Promise.all(this.#busy.values());
  }

  /** Begins what is due; returns how many milliseconds later it is to look again. */
  async #look(signal: AbortSignal): Promise<number> {
    const { store, clock } = this.#options;
    const waiting = await store.waitingDeliveries(PAGE);
    const now = clock.now();
    for (const delivery of waiting) {
      const untilDue = Math.ceil((delivery.dueAt - now) / 1000);
      if (untilDue > 0) return Math.min(DELIVERY_LOOK_MS, untilDue);
      // Whoever ends makes room, and wakes it.
      if (this.#busy.size >= AT_ONCE) return DELIVERY_LOOK_MS;
      const channel = `${delivery.workspaceId} ${delivery.channelId}`;
      if (!this.#busy.has(channel)) this.#begin(channel, delivery, signal);
    }
    return DELIVERY_LOOK_MS;
  }

  #begin(channel: string, delivery: WaitingDelivery, signal: AbortSignal): void {
    const { logger } = this.#options;
    const delivering = this.#deliver(delivery, signal)
      .catch((error: unknown) => logger.warn({ err: error, delivery: delivery.id }, 'an alert could not be delivered'))
      .finally(() => {
        this.#busy.delete(channel);
        this.wake();
      });
    this.#busy.set(channel, delivering);
  }

  async #deliver({ workspaceId, id }: WaitingDelivery, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#options;
    const { alerts } = store.tenant(workspaceId);
    const claimed = await alerts.claimDelivery(id, toEpochMicros(clock.now() + CLAIM_US));
    if (claimed === null) return;
    const tried = await this.#post(claimed, signal);
    // A server that stops has not learned anything of the receiver: whoever is there next tries again.
    const outcome = tried === 'stopped' ? this.#cutOff() : this.#outcomeOf(claimed, tried);
    await alerts.endTry(id, claimed.attempt, outcome);
    if (tried !== 'stopped') this.#options.count(outcome.state === 'waiting' ? 'failed' : outcome.state);
    this.#log(claimed, outcome);
  }

  async #post(claimed: ClaimedDelivery, signal: AbortSignal): Promise<PostAnswer | NodeFailure | 'stopped'> {
    const { clock, timers, network } = this.#options;
    const { id, body, secrets, url } = claimed;
    const timeout = new AbortController();
    const ended = new AbortController();
    const late = new NodeFailure('http_timeout', `no answer within ${TRY_MS / 1000} s`);
    timers.sleep(TRY_MS, AbortSignal.any([ended.signal, signal])).then(
      () => timeout.abort(late),
      () => undefined,
    );
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'flowprof',
      ...signedHeaders(`msg_${id}`, body, secrets, clock.now()),
    };
    try {
      const limit = AbortSignal.any([timeout.signal, signal]);
      return await post({ url, headers, body, maxResponseBytes: MAX_ANSWER_BYTES }, network, limit);
    } catch (error) {
      if (signal.aborted) return 'stopped';
      if (error instanceof NodeFailure) return error;
      throw error;
    } finally {
      ended.abort();
    }
  }

  #outcomeOf({ attempt }: ClaimedDelivery, tried: PostAnswer | NodeFailure): DeliveryOutcome {
    const { clock, random } = this.#options;
    const none = { status: null, error: null, nextTryAt: null, switchOff: null };
    const isAnswer = !(tried instanceof NodeFailure);
    const status = isAnswer ? tried.status : null;
    if (status !== null && status >= 200 && status < 300) return { ...none, state: 'delivered', status };
    if (status === 410) {
      return {
        ...none,
        state: 'dead',
        status,
        error: 'it wants no more (410)',
        switchOff: 'the receiver answered 410',
      };
    }
    const error = isAnswer ? answerText(tried.status) : failureText(tried);
    const isFinal = attempt >= MAX_TRIES || (!isAnswer && !tried.retryable);
    if (isFinal) return { ...none, state: 'dead', status, error };
    const chance = (random(new Uint8Array(1))[0] ?? 128) / 255;
    const wait = waitAfter(attempt, chance, isAnswer ? tried.retryAfterMs : null);
    const nextTryAt: EpochMicros = toEpochMicros(clock.now() + wait);
    return { ...none, state: 'waiting', status, error, nextTryAt };
  }

  #cutOff(): DeliveryOutcome {
    const nextTryAt = this.#options.clock.now();
    return { state: 'waiting', status: null, error: 'the server stopped', nextTryAt, switchOff: null };
  }

  /** Never the address: with some services whoever knows it may send. */
  #log({ id, channelId, attempt }: ClaimedDelivery, { state, status, error }: DeliveryOutcome): void {
    const { logger } = this.#options;
    const said = { delivery: id, channel: channelId, attempt, status, error };
    if (state === 'delivered') logger.info(said, 'an alert was delivered');
    else logger.warn(said, state === 'dead' ? 'an alert is given up' : 'an alert was not taken');
  }
}

function answerText(status: number): string {
  const isRedirect = status >= 300 && status < 400;
  return isRedirect ? `it answered ${status}; redirects are not followed` : `it answered ${status}`;
}

function failureText({ code, message }: NodeFailure): string {
  return `${code}: ${message}`.slice(0, MAX_ERROR);
}
