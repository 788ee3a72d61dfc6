import { toEpochMicros, uuidv7, type Clock, type RandomBytes } from '@flowprof/model';
import type { AlertChannel, AlertDelivery, KeptAlertRule, Store, TenantStore } from '@flowprof/store';
import { ApiError, notFound } from '../../http/errors.ts';
import { newSecret } from '../triggers/signature.ts';
import type { AlertMessages } from './message.ts';

/** How many channels a workspace may have. */
const MAX_CHANNELS = 50;
/** How many secrets a delivery is signed with at most. */
const MAX_SECRETS = 3;
/** How many channels a test of a rule goes to at most. */
const TESTED = 100;
/** A part of a path as long as this may be what lets one in. */
const SECRET_LENGTH = 16;

export interface ChannelServiceOptions {
  readonly store: Pick<Store, 'findWorkspace'>;
  readonly messages: AlertMessages;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Told when there is something to deliver. */
  readonly onEvents: () => void;
}

function badUrl(detail: string): ApiError {
  const errors = [{ pointer: '/url', code: 'bad_url', detail }];
  return new ApiError('validation_failed', '1 field is invalid.', { errors });
}

/** An address without what may be secret in it: its query, and long parts of its path. */
function shownUrl(url: URL): string {
  const path = url.pathname
    .split('/')
    .map((part) => (part.length >= SECRET_LENGTH ? '…' : part))
    .join('/');
  return `${url.origin}${path}${url.search === '' ? '' : '?…'}`;
}

/** @throws {ApiError} `validation_failed` for what cannot be posted to */
function addressOf(text: string): { readonly url: string; readonly shownUrl: string } {
  if (!URL.canParse(text)) throw badUrl('expected an http or https URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw badUrl('expected an http or https URL');
  // A name and password in an address end up in logs of proxies; the signature proves who sends.
  if (url.username !== '' || url.password !== '') throw badUrl('expected no name and password in it');
  url.hash = '';
  return { url: url.href, shownUrl: shownUrl(url) };
}

/** Keeps the webhooks that alerts are told to. */
export class AlertChannelService {
  readonly #options: ChannelServiceOptions;

  constructor(options: ChannelServiceOptions) {
    this.#options = options;
  }

  /**
   * @returns it, and the secret that its deliveries are signed with, which is told only now
   * @throws {ApiError} `validation_failed`, `too_many_alert_channels`
   */
  async create(
    tenant: TenantStore,
    { name, url, enabled }: { readonly name: string; readonly url: string; readonly enabled: boolean },
  ): Promise<{ readonly channel: AlertChannel; readonly secret: string }> {
    const { clock, random } = this.#options;
    const address = addressOf(url);
    const secret = newSecret(random);
    const id = uuidv7(clock.now(), random);
    const wanted = { id, name, enabled, ...address, secrets: [{ secret, expiresAt: null }] };
    const channel = await tenant.alerts.createChannel(wanted, MAX_CHANNELS);
    if (channel === null) {
      throw new ApiError('too_many_alert_channels', `A workspace has at most ${MAX_CHANNELS} alert channels.`);
    }
    return { channel, secret };
  }

  /** @throws {ApiError} `not_found`, `validation_failed` */
  async update(
    tenant: TenantStore,
    id: string,
    { name, enabled, url }: { readonly name?: string; readonly enabled?: boolean; readonly url?: string },
  ): Promise<AlertChannel> {
    const changed = await tenant.alerts.updateChannel(id, {
      ...(name !== undefined && { name }),
      ...(enabled !== undefined && { enabled }),
      ...(url !== undefined && { address: addressOf(url) }),
    });
    if (changed === null) throw notFound();
    return changed;
  }

  /**
   * Gives a channel a new secret. Deliveries are signed with those before as well for a while.
   * @returns the secret, which is told only now
   * @throws {ApiError} `not_found`
   */
  async rotate(tenant: TenantStore, id: string, keepSeconds: number): Promise<string> {
    const before = await tenant.alerts.channelSecrets(id);
    if (before === null) throw notFound();
    const { clock, random } = this.#options;
    const now = clock.now();
    const until = toEpochMicros(now + keepSeconds * 1e6);
    const secret = newSecret(random);
    const kept = before
      .map(({ secret: old, expiresAt }) => ({
        secret: old,
        expiresAt: expiresAt !== null && expiresAt < until ? expiresAt : until,
      }))
      .filter(({ expiresAt }) => expiresAt > now)
      .slice(0, MAX_SECRETS - 1);
    if (!(await tenant.alerts.setChannelSecrets(id, [{ secret, expiresAt: null }, ...kept]))) throw notFound();
    return secret;
  }

  /** Sends a test to a channel. @throws {ApiError} `not_found` */
  async test(tenant: TenantStore, channelId: string): Promise<AlertDelivery> {
    const sent = await this.#send(tenant, channelId, null);
    if (sent === null) throw notFound();
    return sent;
  }

  /** Sends a test in the form of a rule to the channels that it tells. @throws {ApiError} `not_found` */
  async testRule(tenant: TenantStore, rule: KeptAlertRule): Promise<readonly AlertDelivery[]> {
    const { items } = await tenant.alerts.listChannels({ skip: 0, limit: TESTED });
    const told = items.filter(({ id, enabled }) => enabled && (rule.channelIds?.includes(id) ?? true));
    const sent: AlertDelivery[] = [];
    for (const { id } of told) {
      const delivery = await this.#send(tenant, id, rule);
      if (delivery !== null) sent.push(delivery);
    }
    return sent;
  }

  async #send(tenant: TenantStore, channelId: string, rule: KeptAlertRule | null): Promise<AlertDelivery | null> {
    const { store, messages, clock, random, onEvents } = this.#options;
    const workspace = await store.findWorkspace(tenant.workspaceId);
    if (workspace === null) return null;
    const id = uuidv7(clock.now(), random);
    const sent = await tenant.alerts.enqueueTest(channelId, id, messages.test(workspace, rule));
    onEvents();
    return sent;
  }
}
