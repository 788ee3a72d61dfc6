import {
  alertSentence,
  isoFromEpoch,
  msFromMicros,
  uuidv7,
  type AlertTransition,
  type Clock,
  type EpochMicros,
  type JsonObject,
  type Micros,
  type RandomBytes,
  type Status,
} from '@flowprof/model';
import type { KeptAlertRule, NewAlertEvent, Workspace } from '@flowprof/store';

/** What a message says of an execution. */
export interface ToldExecution {
  readonly id: string;
  readonly number: number;
  readonly status: Status;
  readonly startedAt: EpochMicros | null;
  readonly duration: Micros | null;
}

/** Around what is to be looked at, as a part of its length. */
const MARGIN = 0.1;

/** Where the web app shows a transition: the execution, at the part of it that matters. */
function pathOf(
  transition: Pick<AlertTransition, 'executionId' | 'place'>,
  workspace: Pick<Workspace, 'slug'>,
): string {
  const { executionId, place } = transition;
  const query = new URLSearchParams({ workspace: workspace.slug });
  if (place !== null && place.to > place.from) {
    const margin = (place.to - place.from) * MARGIN;
    query.set('from', String(Math.max(0, Math.round(place.from - margin))));
    query.set('to', String(Math.round(place.to + margin)));
    query.set('q', place.node);
  }
  return `/executions/${executionId}?${query.toString()}`;
}

/** Makes what channels are sent, in the form of Standard Webhooks: `type`, `timestamp` and `data`. */
export class AlertMessages {
  readonly #publicUrl: () => string;
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  /** @param publicUrl where people reach the server, without a slash at its end */
  constructor(publicUrl: () => string, clock: Clock, random: RandomBytes) {
    this.#publicUrl = publicUrl;
    this.#clock = clock;
    this.#random = random;
  }

  /** An address that opens a path of the web app. */
  link(path: string): string {
    return this.#publicUrl() + path;
  }

  /** What a transition of a rule is written down and told as. */
  event(
    rule: KeptAlertRule,
    workspace: Workspace,
    transition: AlertTransition,
    execution: ToldExecution,
  ): NewAlertEvent {
    const { type, executionId, evidence } = transition;
    const sentence = alertSentence(transition, `${rule.workflowName} #${execution.number}`);
    return this.#event(rule, workspace, {
      type,
      executionId,
      evidence,
      sentence,
      path: pathOf(transition, workspace),
      execution: executionOf(execution),
    });
  }

  /** That an alert is over because its rule was changed or switched off. */
  changed(rule: KeptAlertRule, workspace: Workspace, isOff: boolean): NewAlertEvent {
    const { executionId } = rule;
    const why = isOff ? 'was switched off' : 'was changed';
    return this.#event(rule, workspace, {
      type: 'resolved',
      executionId,
      evidence: { reason: isOff ? 'rule_disabled' : 'rule_changed' },
      sentence: `The rule ${rule.name} of ${rule.workflowName} ${why}; its alert is over.`,
      path: executionId === null ? '/alerts' : pathOf({ executionId, place: null }, workspace),
      execution: null,
    });
  }

  /** What is sent to try a channel out. @param rule in whose form; null for a channel by itself */
  test(workspace: Workspace, rule: KeptAlertRule | null): string {
    return this.#body('alert.test', {
      sentence: rule === null ? 'A test of this webhook.' : `A test of the rule ${rule.name} of ${rule.workflowName}.`,
      link: this.link(`/alerts?workspace=${workspace.slug}`),
      workspace: workspaceOf(workspace),
      ...(rule && ruleOf(rule)),
    });
  }

  #event(
    rule: KeptAlertRule,
    workspace: Workspace,
    told: Omit<NewAlertEvent, 'id' | 'body'> & { readonly execution: JsonObject | null },
  ): NewAlertEvent {
    const { execution, ...event } = told;
    const id = uuidv7(this.#clock.now(), this.#random);
    const body = this.#body(`alert.${event.type}`, {
      event_id: id,
      state: event.type === 'fired' ? 'firing' : 'ok',
      sentence: event.sentence,
      link: this.link(event.path),
      workspace: workspaceOf(workspace),
      ...ruleOf(rule),
      execution,
      evidence: event.evidence,
    });
    return { ...event, id, body };
  }

  #body(type: string, data: JsonObject): string {
    return JSON.stringify({ type, timestamp: isoFromEpoch(this.#clock.now()), data });
  }
}

function workspaceOf({ id, slug, name }: Workspace): JsonObject {
  return { id, slug, name };
}

function ruleOf({ id, name, kind, severity, config, workflowId, workflowName }: KeptAlertRule): JsonObject {
  return { severity, rule: { id, name, kind, config }, workflow: { id: workflowId, name: workflowName } };
}

function executionOf({ id, number, status, startedAt, duration }: ToldExecution): JsonObject {
  return {
    id,
    number,
    status,
    started_at: startedAt === null ? null : isoFromEpoch(startedAt),
    duration_ms: duration === null ? null : msFromMicros(duration),
  };
}
