import type { Timers } from '@flowprof/conductor';
import {
  evaluateUnderWay,
  isOfThePast,
  since,
  toEpochMicros,
  type AlertRule,
  type AlertState,
  type Clock,
  type EpochMicros,
} from '@flowprof/model';
import type {
  EndOfExecution,
  ExecutionUnderWay,
  KeptAlertRule,
  NewAlertEvent,
  Store,
  TenantStore,
  WorkflowToEvaluate,
  Workspace,
} from '@flowprof/store';
import type { Logger } from 'pino';
import { ApiError } from '../../http/errors.ts';
import { conditionOf } from './config.ts';
import { Facts, hasEnded, type FactSources } from './facts.ts';
import type { AlertJudge } from './judge.ts';
import type { AlertMessages } from './message.ts';
import { readState, writeState } from './state.ts';

/** How long it looks away at most: so late are ends seen that were not heard of. */
const LOOK_MS = 5000;
/** How long it lets ends gather that are heard of, so that many are looked at together. */
const GATHER_MS = 200;
/** How often runs that are under way are held against their deadlines. */
const DEADLINE_MS = 5000;
/** How long a rule is this server's while it evaluates it: after that, another one may. */
const CLAIM_US = 60_000_000;
/** How many workflows are looked at in one go, and how many ends of one. */
const WORKFLOWS = 100;
const ENDS = 100;
/** How many runs of a workflow that are under way are held against a deadline. */
const UNDER_WAY = 500;
/** How many of them are looked at for their risk in one go, the earliest first. */
const PROJECTIONS = 20;

export interface EvaluatorOptions extends FactSources {
  readonly store: Pick<Store, 'live' | 'workflowsToEvaluate' | 'workflowsWithDeadlines' | 'tenant' | 'findWorkspace'>;
  readonly judge: Pick<AlertJudge, 'judge'>;
  readonly messages: AlertMessages;
  /** Told when there is something to deliver. */
  readonly onEvents: () => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
}

/** A rule while it is evaluated. */
interface Evaluation {
  readonly kept: KeptAlertRule;
  readonly rule: AlertRule;
  state: AlertState;
  revision: number;
  cursor: number;
  readonly events: NewAlertEvent[];
}

/**
 * Evaluates alert rules: by the ends of executions that workflows tell of, whatever way these came, and by the clock for
 * deadlines. Of several servers one claims a rule; what it finds counts in the transaction that moves the rule on, and
 * only if nobody else has. Only workflows that have rules cost anything.
 */
export class AlertEvaluator {
  readonly #options: EvaluatorOptions;
  #sleeping = new AbortController();
  #isAwaited = false;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /** Goes on until the signal fires; resolves when nothing is under way any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { store } = this.#options;
    const wake = (): void => {
      this.#isAwaited = true;
      this.#sleeping.abort();
    };
    const stopListening = store.live.listen(({ type }) => {
      if (type !== 'cancel') wake();
    });
    signal.addEventListener('abort', wake);
    await Promise.all([this.#watchEnds(signal), this.#watchDeadlines(signal)]);
    signal.removeEventListener('abort', wake);
    stopListening();
  }

  async #watchEnds(signal: AbortSignal): Promise<void> {
    const { timers, logger } = this.#options;
    while (!signal.aborted) {
      this.#sleeping = new AbortController();
      this.#isAwaited = false;
      await this.look().catch((error: unknown) => logger.warn({ err: error }, 'alert rules could not be looked at'));
      if (!this.#isAwaited) await timers.sleep(LOOK_MS, this.#sleeping.signal).catch(() => undefined);
      if (!signal.aborted) await timers.sleep(GATHER_MS, signal).catch(() => undefined);
    }
  }

  async #watchDeadlines(signal: AbortSignal): Promise<void> {
    const { timers, logger } = this.#options;
    while (!signal.aborted) {
      await timers.sleep(DEADLINE_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.lookAtDeadlines().catch((error: unknown) => {
        logger.warn({ err: error }, 'deadlines could not be looked at');
      });
    }
  }

  /** Evaluates the rules that are behind the events of their workflows. */
  async look(): Promise<void> {
    for (const workflow of await this.#options.store.workflowsToEvaluate(WORKFLOWS)) {
      await this.#guarded(workflow, (tenant, workspace) => this.#evaluate(tenant, workspace, workflow.workflowId));
    }
  }

  /** Holds runs that are under way against their deadlines. */
  async lookAtDeadlines(): Promise<void> {
    for (const workflow of await this.#options.store.workflowsWithDeadlines(WORKFLOWS)) {
      await this.#guarded(workflow, (tenant, workspace) =>
        this.#holdToDeadlines(tenant, workspace, workflow.workflowId),
      );
    }
  }

  /** What fails with one workflow does not keep the others from their turn. */
  async #guarded(
    { workspaceId, workflowId }: WorkflowToEvaluate,
    work: (tenant: TenantStore, workspace: Workspace) => Promise<void>,
  ): Promise<void> {
    const { store, logger } = this.#options;
    try {
      const workspace = await store.findWorkspace(workspaceId);
      if (workspace !== null) await work(store.tenant(workspaceId), workspace);
    } catch (error) {
      logger.warn({ err: error, workflow: workflowId }, 'alert rules of a workflow could not be evaluated');
    }
  }

  async #evaluate(tenant: TenantStore, workspace: Workspace, workflowId: string): Promise<void> {
    const { clock, logger } = this.#options;
    const until = toEpochMicros(clock.now() + CLAIM_US);
    const claimed = await tenant.alerts.claimRules(workflowId, until);
    const facts = new Facts(tenant, workflowId, this.#options);
    for (const kept of claimed) {
      await this.#evaluateRule(tenant, workspace, facts, kept, until).catch((error: unknown) => {
        // What is wrong with one rule does not keep the others from their turn.
        logger.warn({ err: error, rule: kept.id }, 'an alert rule could not be evaluated');
      });
    }
  }

  async #evaluateRule(
    tenant: TenantStore,
    workspace: Workspace,
    facts: Facts,
    kept: KeptAlertRule,
    until: EpochMicros,
  ): Promise<void> {
    const evaluation = this.#begin(kept);
    let isOurs = true;
    // What was claimed for a while is not gone on with for longer; the rest is looked at again.
    while (isOurs && this.#options.clock.now() < until) {
      const { items, cursor } = await tenant.alerts.listEnds(kept.workflowId, evaluation.cursor, ENDS);
      if (cursor === evaluation.cursor) return;
      for (const end of items) await this.#judge(evaluation, workspace, facts, end);
      isOurs = await this.#advance(tenant, evaluation, cursor);
    }
  }

  #begin(kept: KeptAlertRule): Evaluation {
    const { fireAfter, resolveAfter, effectiveFrom: from, revision, cursor } = kept;
    const rule = { condition: conditionOf(kept), fireAfter, resolveAfter, from };
    return { kept, rule, state: readState(kept.state), revision, cursor, events: [] };
  }

  async #judge(evaluation: Evaluation, workspace: Workspace, facts: Facts, end: EndOfExecution): Promise<void> {
    const { rule, state, kept, events } = evaluation;
    // Whoever imports years of history pays nothing for it.
    if (!hasEnded(end) || isOfThePast(rule, state, end)) return;
    const step = await this.#options.judge.judge(rule, state, await facts.of(rule.condition, end));
    evaluation.state = step.state;
    if (step.transition !== null) {
      events.push(this.#options.messages.event(kept, workspace, step.transition, end));
    }
  }

  /** Writes down how far a rule is; says whether nobody else has changed it. */
  async #advance(tenant: TenantStore, evaluation: Evaluation, cursor: number): Promise<boolean> {
    const { kept, state, revision, events } = evaluation;
    const isOurs = await tenant.alerts.advance({
      ruleId: kept.id,
      expected: revision,
      cursor,
      state: writeState(state),
      status: state.status,
      events: [...events],
    });
    if (!isOurs) return false;
    for (const { type, executionId } of events) {
      this.#options.logger.info({ rule: kept.id, execution: executionId }, `an alert was ${type}`);
    }
    if (events.length > 0) this.#options.onEvents();
    events.length = 0;
    evaluation.revision++;
    evaluation.cursor = cursor;
    return true;
  }

  async #holdToDeadlines(tenant: TenantStore, workspace: Workspace, workflowId: string): Promise<void> {
    const rules = await tenant.alerts.listDeadlines(workflowId);
    const underWay = await tenant.alerts.listUnderWay(workflowId, UNDER_WAY);
    const facts = new Facts(tenant, workflowId, this.#options);
    for (const kept of rules) {
      const evaluation = this.#begin(kept);
      const before = evaluation.state;
      let projections = PROJECTIONS;
      for (const execution of underWay) {
        const risk = projections > 0 ? await this.#riskOf(evaluation, facts, execution) : null;
        if (risk !== null) projections--;
        this.#holdToDeadline(evaluation, workspace, execution, risk);
      }
      if (evaluation.state !== before) await this.#advance(tenant, evaluation, evaluation.cursor);
    }
  }

  /** How likely a run is to be late, where the rule asks for that and does not know it to be. */
  async #riskOf(evaluation: Evaluation, facts: Facts, execution: ExecutionUnderWay): Promise<number | null> {
    const { rule, state } = evaluation;
    const { id, startedAt } = execution;
    const { condition } = rule;
    const elapsed = since(startedAt, this.#options.clock.now());
    if (condition.kind !== 'deadline' || condition.riskPercent === null || elapsed > condition.limit) return null;
    if (state.judged.some((one) => one.id === id)) return null;
    return facts.riskOf(execution, condition.limit).catch((error: unknown) => {
      // It may have ended or gone meanwhile, or others may have the threads; the next look comes soon.
      if (error instanceof ApiError) return null;
      throw error;
    });
  }

  #holdToDeadline(
    evaluation: Evaluation,
    workspace: Workspace,
    execution: ExecutionUnderWay,
    riskPercent: number | null,
  ): void {
    const { id, number, startedAt } = execution;
    const elapsed = since(startedAt, this.#options.clock.now());
    const step = evaluateUnderWay(evaluation.rule, evaluation.state, { id, elapsed, riskPercent });
    evaluation.state = step.state;
    if (step.transition === null) return;
    const told = { id, number, status: 'running', startedAt, duration: null } as const;
    evaluation.events.push(this.#options.messages.event(evaluation.kept, workspace, step.transition, told));
  }
}
