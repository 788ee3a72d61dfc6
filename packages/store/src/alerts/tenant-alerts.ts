import { isoFromEpoch, uuidv7, type EpochMicros } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { LiveChange } from '../live/api.ts';
import type { TellingContext } from '../live/teller.ts';
import { acknowledgeAlertRule, deleteAlertRule, muteAlertRule, updateAlertRule } from '../queries/update-alert-rule.ts';
import { advanceAlertRule, insertAlertEvent, noteTold, type AdvancedRule } from '../queries/advance-alert-rule.ts';
import {
  deleteAlertChannel,
  getAlertChannel,
  insertAlertChannel,
  listAlertChannels,
  selectChannelSeals,
  setChannelSecrets,
  updateAlertChannel,
} from '../queries/alert-channels.ts';
import {
  claimDelivery,
  endTry,
  getDelivery,
  insertDelivery,
  listChannelsToTell,
  listDeliveries,
  pruneTests,
} from '../queries/alert-deliveries.ts';
import { claimAlertRules } from '../queries/claim-alert-rules.ts';
import { insertAlertRule } from '../queries/insert-alert-rule.ts';
import { listAlertEvents } from '../queries/list-alert-events.ts';
import { listEnds, listUnderWay } from '../queries/list-ends.ts';
import { getAlertRule, listAlertRules, listDeadlines } from '../queries/select-alert-rules.ts';
import { tellMade, type MadeEvent } from '../queries/tell-made.ts';
import { openSecrets, sealSecrets } from '../triggers/seal-secrets.ts';
import type { TriggerSecret } from '../triggers/api.ts';
import type {
  AlertChannel,
  AlertChannelChange,
  AlertDelivery,
  AlertEventFilter,
  AlertEventPage,
  AlertProgress,
  AlertRuleChange,
  AlertRuleFilter,
  ClaimedDelivery,
  DeliveryOutcome,
  EndsOfExecutions,
  ExecutionUnderWay,
  KeptAlertRule,
  NewAlertChannel,
  NewAlertEvent,
  NewAlertRule,
  TenantAlerts,
} from './api.ts';
import { openUrl, sealUrl } from './seal-url.ts';

interface AlertContext extends TellingContext {
  readonly instanceId: string;
  /** The installation's key. */
  readonly key: () => Promise<Uint8Array>;
}

/** See `TenantAlerts`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantAlerts implements TenantAlerts {
  readonly #workspaceId: string;
  readonly #context: AlertContext;

  constructor(workspaceId: string, context: AlertContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  createRule(rule: NewAlertRule, maxRules: number): Promise<KeptAlertRule | null> {
    return this.#run(async (sql) => {
      const made = await insertAlertRule(sql, this.#workspaceId, rule, maxRules, this.#now);
      return made ? getAlertRule(sql, this.#workspaceId, rule.id) : null;
    });
  }

  listRules(filter: AlertRuleFilter): Promise<Page<KeptAlertRule>> {
    return this.#run((sql) => listAlertRules(sql, this.#workspaceId, filter));
  }

  getRule(id: string): Promise<KeptAlertRule | null> {
    return this.#run((sql) => getAlertRule(sql, this.#workspaceId, id));
  }

  async updateRule(id: string, change: AlertRuleChange): Promise<KeptAlertRule | null> {
    const told: LiveChange[] = [];
    const changed = await this.#run(async (sql) => {
      const known = await getAlertRule(sql, this.#workspaceId, id);
      if (known === null) return null;
      if (!(await updateAlertRule(sql, this.#workspaceId, id, change, this.#now))) throw new StoreError('conflict');
      if (change.resolved !== null) {
        const rule = { ...known, isMuted: false, wasTold: known.isTold };
        told.push(...(await this.#tell(sql, id, rule, [change.resolved])));
      }
      return getAlertRule(sql, this.#workspaceId, id);
    });
    this.#context.announce(told);
    return changed;
  }

  deleteRule(id: string): Promise<boolean> {
    return this.#run((sql) => deleteAlertRule(sql, this.#workspaceId, id));
  }

  muteRule(id: string, until: EpochMicros | null): Promise<KeptAlertRule | null> {
    return this.#run(async (sql) => {
      const isThere = await muteAlertRule(sql, this.#workspaceId, id, until);
      return isThere ? getAlertRule(sql, this.#workspaceId, id) : null;
    });
  }

  acknowledgeRule(id: string, by: string): Promise<KeptAlertRule | null> {
    return this.#run(async (sql) => {
      const isFiring = await acknowledgeAlertRule(sql, this.#workspaceId, id, by, this.#now);
      return isFiring ? getAlertRule(sql, this.#workspaceId, id) : null;
    });
  }

  async claimRules(workflowId: string, until: EpochMicros): Promise<readonly KeptAlertRule[]> {
    const claim = { instanceId: this.#context.instanceId, now: this.#now, until };
    return this.#run((sql) => claimAlertRules(sql, this.#workspaceId, workflowId, claim));
  }

  listDeadlines(workflowId: string): Promise<readonly KeptAlertRule[]> {
    return this.#run((sql) => listDeadlines(sql, this.#workspaceId, workflowId));
  }

  listEnds(workflowId: string, after: number, limit: number): Promise<EndsOfExecutions> {
    return this.#run((sql) => listEnds(sql, this.#workspaceId, workflowId, after, limit));
  }

  listUnderWay(workflowId: string, limit: number): Promise<readonly ExecutionUnderWay[]> {
    return this.#run((sql) => listUnderWay(sql, this.#workspaceId, workflowId, limit));
  }

  async advance(progress: AlertProgress): Promise<boolean> {
    const told: LiveChange[] = [];
    const isOurs = await this.#run(async (sql) => {
      const rule = await advanceAlertRule(sql, this.#workspaceId, progress, this.#now);
      if (rule !== null) told.push(...(await this.#tell(sql, progress.ruleId, rule, progress.events)));
      return rule !== null;
    });
    this.#context.announce(told);
    return isOurs;
  }

  listEvents(filter: AlertEventFilter): Promise<AlertEventPage> {
    return this.#run((sql) => listAlertEvents(sql, this.#workspaceId, filter));
  }

  async createChannel(channel: NewAlertChannel, maxChannels: number): Promise<AlertChannel | null> {
    const { id, url, secrets, ...shown } = channel;
    const key = await this.#context.key();
    const sealed = {
      ...shown,
      id,
      url: sealUrl(key, this.#workspaceId, id, url),
      secrets: sealSecrets(key, this.#workspaceId, id, secrets),
    };
    return this.#run(async (sql) => {
      const made = await insertAlertChannel(sql, this.#workspaceId, sealed, maxChannels, this.#now);
      return made ? getAlertChannel(sql, this.#workspaceId, id) : null;
    });
  }

  listChannels(page: PageRequest): Promise<Page<AlertChannel>> {
    return this.#run((sql) => listAlertChannels(sql, this.#workspaceId, page));
  }

  getChannel(id: string): Promise<AlertChannel | null> {
    return this.#run((sql) => getAlertChannel(sql, this.#workspaceId, id));
  }

  async updateChannel(id: string, { name, enabled, address }: AlertChannelChange): Promise<AlertChannel | null> {
    const key = await this.#context.key();
    return this.#run(async (sql) => {
      const known = await getAlertChannel(sql, this.#workspaceId, id);
      if (known === null) return null;
      const url = address === undefined ? null : sealUrl(key, this.#workspaceId, known.id, address.url);
      const change = { name: name ?? null, enabled: enabled ?? null, shownUrl: address?.shownUrl ?? null, url };
      await updateAlertChannel(sql, this.#workspaceId, id, change, this.#now);
      return getAlertChannel(sql, this.#workspaceId, id);
    });
  }

  deleteChannel(id: string): Promise<boolean> {
    return this.#run((sql) => deleteAlertChannel(sql, this.#workspaceId, id));
  }

  async channelSecrets(id: string): Promise<readonly TriggerSecret[] | null> {
    const seals = await this.#run((sql) => selectChannelSeals(sql, this.#workspaceId, id));
    return seals && openSecrets(await this.#context.key(), this.#workspaceId, id, seals.secrets);
  }

  async setChannelSecrets(id: string, secrets: readonly TriggerSecret[]): Promise<boolean> {
    const sealed = sealSecrets(await this.#context.key(), this.#workspaceId, id, secrets);
    return this.#run((sql) => setChannelSecrets(sql, this.#workspaceId, id, sealed, this.#now));
  }

  enqueueTest(channelId: string, id: string, body: string): Promise<AlertDelivery | null> {
    return this.#run(async (sql) => {
      if ((await getAlertChannel(sql, this.#workspaceId, channelId)) === null) return null;
      await insertDelivery(sql, this.#workspaceId, { id, channelId, eventId: null, body }, this.#now);
      await pruneTests(sql, this.#workspaceId, channelId);
      return getDelivery(sql, this.#workspaceId, id);
    });
  }

  listDeliveries(channelId: string, page: PageRequest): Promise<Page<AlertDelivery>> {
    return this.#run((sql) => listDeliveries(sql, this.#workspaceId, channelId, page));
  }

  async claimDelivery(id: string, until: EpochMicros): Promise<ClaimedDelivery | null> {
    const found = await this.#run(async (sql) => {
      const claimed = await claimDelivery(sql, this.#workspaceId, id, this.#now, until);
      const seals = claimed && (await selectChannelSeals(sql, this.#workspaceId, claimed.channelId));
      return claimed && seals && { ...claimed, seals };
    });
    if (found === null) return null;
    const { seals, isTest, ...claimed } = found;
    // A test is asked for by whoever wants to know whether it works.
    if (!seals.isEnabled && !isTest) return this.#giveUp(id, claimed.attempt, 'the channel is switched off');
    const key = await this.#context.key();
    try {
      const url = openUrl(key, this.#workspaceId, claimed.channelId, seals.url);
      const secrets = openSecrets(key, this.#workspaceId, claimed.channelId, seals.secrets);
      return { ...claimed, id, url, secrets };
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'secret_unreadable') throw error;
      return this.#giveUp(id, claimed.attempt, 'the address was sealed with another key');
    }
  }

  endTry(id: string, attempt: number, outcome: DeliveryOutcome): Promise<void> {
    return this.#run((sql) => endTry(sql, this.#workspaceId, id, attempt, outcome, this.#now));
  }

  get #now(): EpochMicros {
    return this.#context.clock.now();
  }

  async #giveUp(id: string, attempt: number, error: string): Promise<null> {
    await this.endTry(id, attempt, { state: 'dead', status: null, error, nextTryAt: null, switchOff: null });
    return null;
  }

  /** Writes down what happened to a rule that is locked, what channels are to be told, and what those who watch are. */
  async #tell(
    sql: Sql,
    ruleId: string,
    rule: AdvancedRule,
    events: readonly NewAlertEvent[],
  ): Promise<readonly LiveChange[]> {
    if (events.length === 0) return [];
    let { wasTold } = rule;
    for (const event of events) {
      await insertAlertEvent(sql, this.#workspaceId, ruleId, event, this.#now);
      // Whoever was told that it fires is told that it is over, and nobody else.
      const isToTell = event.type === 'fired' ? !rule.isMuted : wasTold;
      if (isToTell) await this.#enqueue(sql, rule.channelIds, event);
      wasTold = event.type === 'fired' && isToTell;
    }
    await noteTold(sql, this.#workspaceId, ruleId, wasTold);
    const live = events.flatMap((event) => this.#liveEvent(ruleId, rule, event));
    return tellMade(sql, this.#workspaceId, live, this.#now);
  }

  async #enqueue(sql: Sql, channelIds: readonly string[] | null, { id: eventId, body }: NewAlertEvent): Promise<void> {
    for (const channelId of await listChannelsToTell(sql, this.#workspaceId, channelIds)) {
      const id = uuidv7(this.#now, this.#context.random);
      await insertDelivery(sql, this.#workspaceId, { id, channelId, eventId, body }, this.#now);
    }
  }

  #liveEvent(ruleId: string, { workflowId, name }: AdvancedRule, event: NewAlertEvent): MadeEvent[] {
    const { type, executionId, sentence, path } = event;
    if (executionId === null) return [];
    const data = {
      execution_id: executionId,
      workflow_id: workflowId,
      rule_id: ruleId,
      rule_name: name,
      sentence,
      path,
      timestamp: isoFromEpoch(this.#now),
    };
    return [{ workflowId, executionId, type: `alert_${type}`, data: JSON.stringify(data) }];
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.#workspaceId, work);
  }
}
