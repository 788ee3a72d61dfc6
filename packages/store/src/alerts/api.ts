import type { AlertKind, AlertStatus, EpochMicros, JsonObject, Micros, Severity, Status } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { TriggerSecret } from '../triggers/api.ts';

/** A rule as it is kept, with what has become of it. */
export interface KeptAlertRule {
  readonly id: string;
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly name: string;
  readonly kind: AlertKind;
  /** By its kind, as it was asked for. */
  readonly config: JsonObject;
  readonly severity: Severity;
  readonly enabled: boolean;
  readonly fireAfter: number;
  readonly resolveAfter: number;
  /** The channels that are told; null for all that there are. */
  readonly channelIds: readonly string[] | null;
  readonly status: AlertStatus;
  /** Since when it has been so, and the execution that made it so; null before the first change. */
  readonly since: EpochMicros | null;
  readonly executionId: string | null;
  /** Whether the channels were told that it fires. */
  readonly isTold: boolean;
  /** What it remembers of runs; an `AlertState` as JSON. */
  readonly state: JsonObject;
  readonly effectiveFrom: EpochMicros;
  /** The events of the workflow up to this one have been looked at. */
  readonly cursor: number;
  /** Counted up by every change of what is above. */
  readonly revision: number;
  readonly mutedUntil: EpochMicros | null;
  /** Of the alert that is firing. */
  readonly acknowledgedAt: EpochMicros | null;
  readonly acknowledgedBy: string | null;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

/** What a person says of a rule. */
export interface AlertRuleText {
  readonly name: string;
  readonly config: JsonObject;
  readonly severity: Severity;
  readonly enabled: boolean;
  readonly fireAfter: number;
  readonly resolveAfter: number;
  readonly channelIds: readonly string[] | null;
}

export interface NewAlertRule extends AlertRuleText {
  readonly id: string;
  readonly workflowId: string;
  readonly kind: AlertKind;
  /** The state of a rule that has seen nothing. */
  readonly state: JsonObject;
}

/** What happens to a rule when it is changed. */
export interface AlertRuleChange extends AlertRuleText {
  /** The `revision` that the change was made from. */
  readonly expected: number;
  /** The state that it begins anew with; null where it goes on as it was. */
  readonly anew: JsonObject | null;
  /** That an alert is over because of the change; null where none is. */
  readonly resolved: NewAlertEvent | null;
}

/** Something that is written down and told. */
export interface NewAlertEvent {
  readonly id: string;
  readonly type: 'fired' | 'resolved';
  /** Null where no execution made it so. */
  readonly executionId: string | null;
  readonly evidence: JsonObject;
  /** One sentence that says what happened. */
  readonly sentence: string;
  /** Where the web app shows it, from the root of the server on. */
  readonly path: string;
  /** What channels are sent. */
  readonly body: string;
}

/** What became of a rule. */
export interface AlertProgress {
  readonly ruleId: string;
  /** The `revision` that it was found with. */
  readonly expected: number;
  readonly cursor: number;
  readonly state: JsonObject;
  readonly status: AlertStatus;
  /** In the order in which they happened. */
  readonly events: readonly NewAlertEvent[];
}

/** An execution that has ended, as an event of its workflow tells. */
export interface EndOfExecution {
  readonly seq: number;
  readonly toldAt: EpochMicros;
  readonly id: string;
  readonly number: number;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  readonly endedAt: EpochMicros | null;
  readonly duration: Micros | null;
}

/** The ends that follow a number, and the number up to which there are no others. */
export interface EndsOfExecutions {
  readonly items: readonly EndOfExecution[];
  readonly cursor: number;
}

/** An execution that runs. */
export interface ExecutionUnderWay {
  readonly id: string;
  readonly number: number;
  readonly startedAt: EpochMicros;
}

export interface AlertEvent {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly severity: Severity;
  readonly type: 'fired' | 'resolved';
  readonly executionId: string | null;
  readonly evidence: JsonObject;
  readonly sentence: string;
  readonly path: string;
  readonly createdAt: EpochMicros;
  /** How many channels are to be told, have been, and could not be. */
  readonly waiting: number;
  readonly delivered: number;
  readonly dead: number;
}

export interface AlertEventPage extends Page<AlertEvent> {
  /** Where the next page begins; null after the last. */
  readonly nextCursor: string | null;
}

export interface AlertEventFilter extends PageRequest {
  readonly cursor?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly workflowId?: string | undefined;
  readonly type?: 'fired' | 'resolved' | undefined;
}

/** A webhook that is told of alerts. */
export interface AlertChannel {
  readonly id: string;
  readonly name: string;
  /** Without what may be secret in it. */
  readonly shownUrl: string;
  readonly enabled: boolean;
  /** Why the server has switched it off. */
  readonly offReason: string | null;
  readonly lastTryAt: EpochMicros | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly lastSuccessAt: EpochMicros | null;
  /** How many deliveries wait for their next try. */
  readonly waiting: number;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

export interface NewAlertChannel {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Kept sealed. */
  readonly url: string;
  readonly shownUrl: string;
  readonly secrets: readonly TriggerSecret[];
}

/** What is changed of a channel; what is absent stays. */
export interface AlertChannelChange {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly address?: { readonly url: string; readonly shownUrl: string };
}

/** Something that waits to be told to a channel. */
export interface WaitingDelivery {
  readonly workspaceId: string;
  readonly id: string;
  readonly channelId: string;
  readonly dueAt: EpochMicros;
}

/** What there is of alerts at a moment. */
export interface AlertLoad {
  /** How many rules fire. */
  readonly firing: number;
  /** How many deliveries wait for their next try, or are under way. */
  readonly waiting: number;
}

/** A delivery that this server is at, with where to and what it is signed with. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly channelId: string;
  /** From 1. */
  readonly attempt: number;
  readonly body: string;
  readonly url: string;
  readonly secrets: readonly TriggerSecret[];
}

/** What came of a try. */
export interface DeliveryOutcome {
  readonly state: 'delivered' | 'waiting' | 'dead';
  readonly status: number | null;
  readonly error: string | null;
  /** Of one that waits. */
  readonly nextTryAt: EpochMicros | null;
  /** Switches the channel off, with a reason. */
  readonly switchOff: string | null;
}

/** A delivery as people are shown it. */
export interface AlertDelivery {
  readonly id: string;
  readonly eventId: string | null;
  readonly state: 'delivered' | 'waiting' | 'dead';
  readonly attempts: number;
  readonly nextTryAt: EpochMicros | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: EpochMicros;
  readonly endedAt: EpochMicros | null;
}

/** A workflow whose rules there is something to do for. */
export interface WorkflowToEvaluate {
  readonly workspaceId: string;
  readonly workflowId: string;
}

export interface AlertRuleFilter extends PageRequest {
  readonly workflowId?: string | undefined;
  readonly status?: AlertStatus | undefined;
}

/** The alert rules of a workspace, and whom they tell. */
export interface TenantAlerts {
  /** Null when there are `maxRules` already. @throws {StoreError} `not_found` when there is no such workflow */
  createRule(rule: NewAlertRule, maxRules: number): Promise<KeptAlertRule | null>;
  /** Those that fire first, then by name. */
  listRules(filter: AlertRuleFilter): Promise<Page<KeptAlertRule>>;
  getRule(id: string): Promise<KeptAlertRule | null>;
  /** Null when there is no such rule. @throws {StoreError} `conflict` when it has changed meanwhile */
  updateRule(id: string, change: AlertRuleChange): Promise<KeptAlertRule | null>;
  /** Says whether it was there. Its events go with it, and what is not delivered yet. */
  deleteRule(id: string): Promise<boolean>;
  /** Nobody is told that it fires until then. Null when there is no such rule. */
  muteRule(id: string, until: EpochMicros | null): Promise<KeptAlertRule | null>;
  /** Notes that somebody knows of the alert that fires. Null when there is no such rule, or it does not fire. */
  acknowledgeRule(id: string, by: string): Promise<KeptAlertRule | null>;
  /** Takes the rules of a workflow that are behind its events, unless another server is at them. */
  claimRules(workflowId: string, until: EpochMicros): Promise<readonly KeptAlertRule[]>;
  /** The rules of a workflow for a deadline. */
  listDeadlines(workflowId: string): Promise<readonly KeptAlertRule[]>;
  /** The ends of executions after an event of the workflow, in the order of commits. */
  listEnds(workflowId: string, after: number, limit: number): Promise<EndsOfExecutions>;
  /** The executions of a workflow that run, the earliest first. */
  listUnderWay(workflowId: string, limit: number): Promise<readonly ExecutionUnderWay[]>;
  /** Writes down what became of a rule, and for whom; says whether nobody had changed it meanwhile. */
  advance(progress: AlertProgress): Promise<boolean>;
  /** Newest first. @throws {StoreError} `bad_cursor` */
  listEvents(filter: AlertEventFilter): Promise<AlertEventPage>;

  /** Null when there are `maxChannels` already. */
  createChannel(channel: NewAlertChannel, maxChannels: number): Promise<AlertChannel | null>;
  /** By name. */
  listChannels(page: PageRequest): Promise<Page<AlertChannel>>;
  getChannel(id: string): Promise<AlertChannel | null>;
  updateChannel(id: string, change: AlertChannelChange): Promise<AlertChannel | null>;
  /** Says whether it was there. What it was to be told goes with it. */
  deleteChannel(id: string): Promise<boolean>;
  /** Null when there is no such channel. @throws {StoreError} `secret_unreadable` */
  channelSecrets(id: string): Promise<readonly TriggerSecret[] | null>;
  setChannelSecrets(id: string, secrets: readonly TriggerSecret[]): Promise<boolean>;
  /** Something to be told to one channel that is no event. Null when there is no such channel. */
  enqueueTest(channelId: string, id: string, body: string): Promise<AlertDelivery | null>;
  /** Newest first. */
  listDeliveries(channelId: string, page: PageRequest): Promise<Page<AlertDelivery>>;
  /**
   * Takes a delivery that is due, unless another server does; until then no other will. One that cannot be made, as its
   * channel is switched off or was sealed with another key, is given up.
   */
  claimDelivery(id: string, until: EpochMicros): Promise<ClaimedDelivery | null>;
  /** Notes what came of a try, unless another server has taken it over. */
  endTry(id: string, attempt: number, outcome: DeliveryOutcome): Promise<void>;
}
