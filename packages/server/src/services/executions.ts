import { setMaxListeners } from 'node:events';
import {
  isTerminal,
  uuidv7,
  type Clock,
  type JsonObject,
  type RandomBytes,
  type Trace,
  type TraceEvent,
} from '@flowprof/model';
import type { ExecutionResult, Journal, Timers } from '@flowprof/conductor';
import { StoreError, type Execution, type ExecutionOutcome, type TenantStore } from '@flowprof/store';
import type { Logger } from 'pino';
import { notFound, unavailable } from '../http/errors.ts';
import { cancelElsewhere } from './cancel-elsewhere.ts';
import type { Engine } from './engine.ts';
import { newJob, sizeOf, type Job } from './jobs.ts';
import { outcomeOf, unrunOutcome } from './outcomes.ts';
import { againRequest, type Again } from './run-again.ts';
import { openAgain } from './reopen.ts';
import { untilItPasses } from './retry.ts';
import { continuePlan, createPlan, NotRunnable, type RunPlan } from './run-plan.ts';
import type { HeldServices, ServiceHost } from './service-host.ts';
import type { Once, StartRequest } from './start-request.ts';
import { definitionToRun, isConflict, startedBefore } from './startable.ts';

/** How much may run and wait at once; what comes on top is refused. */
export interface ExecutionLimits {
  readonly running: number;
  readonly pending: number;
  /** Characters of JSON, input and definitions together, of all that wait. */
  readonly pendingSize: number;
  /** How long an execution may run whose workflow sets no limit of its own. */
  readonly runTimeoutMs: number;
}

export const DEFAULT_LIMITS: ExecutionLimits = {
  running: 8,
  pending: 1000,
  pendingSize: 64 * 1024 * 1024,
  runTimeoutMs: 3_600_000,
};

export interface ExecutionServiceOptions {
  readonly engine: Engine;
  readonly services: ServiceHost;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly limits: ExecutionLimits;
  /** Whether `command` nodes may start processes on this machine. */
  readonly commands: boolean;
  /** Whether an error of the store may go away by itself. */
  readonly mayPass: (error: unknown) => boolean;
  /** Told of each end that is stored. */
  readonly onEnded: (outcome: ExecutionOutcome) => void;
}

const RETRY_AFTER_SECONDS = 5;

/**
 * Runs workflows in this process and stores what happens. States of an execution:
 *
 *     start() ── committed as pending ──► waiting ──► running ──► completed | failed | timeout
 *                                            │           │
 *                                            └─ cancel() ┴─────► cancelled
 *
 * Whatever `start`, `resume` and `cancel` return is in the database, and so is every node that has ended before what
 * depends on it starts. The executions of a server that died are claimed by another, which hands them to `adopt`.
 */
export class ExecutionService {
  readonly #options: ExecutionServiceOptions;
  /** By execution id: those that wait, then those that run. */
  readonly #jobs = new Map<string, Job>();
  readonly #waiting: Job[] = [];
  /** The ids of those that are on their way to be jobs. */
  readonly #started: string[] = [];
  /** Ends the waiting for a database that does not come back. */
  readonly #giveUp = new AbortController();
  #reserved = 0;
  #size = 0;
  #running = 0;
  #stopping = false;

  constructor(options: ExecutionServiceOptions) {
    this.#options = options;
    // Each execution that waits for the database listens; all of them may.
    setMaxListeners(0, this.#giveUp.signal);
  }

  /** How many wait and run now. */
  get load(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#waiting.length, running: this.#running };
  }

  /** How many more may wait. */
  get room(): number {
    return this.#stopping ? 0 : Math.max(0, this.#options.limits.pending - this.#waiting.length - this.#reserved);
  }

  /**
   * Accepts an execution of a workflow; it is committed as pending when this resolves. Of a request that may start
   * something once only and has, gives what was started.
   * @throws {ApiError} `not_found`, `imported_workflow`, `workflow_disabled`, `unknown_version`, `unknown_subworkflow`,
   *   `idempotency_conflict`, `overloaded`, `shutting_down`
   */
  async start(tenant: TenantStore, request: StartRequest): Promise<Execution> {
    const { once } = request;
    const known = once === undefined ? null : await startedBefore(tenant, once);
    return known ?? this.#reserving(() => this.#startNew(tenant, request));
  }

  /**
   * Accepts a new execution with the inputs of one that has ended.
   * @throws {ApiError} as `start`, and `not_ended`, `secret_inputs_required`, `validation_failed`
   */
  async startAgain(tenant: TenantStore, executionId: string, again: Again, once?: Once): Promise<Execution> {
    const known = once === undefined ? null : await startedBefore(tenant, once);
    if (known) return known;
    const request = await againRequest(this.#options.engine, tenant, executionId, again);
    return this.start(tenant, { ...request, ...(once !== undefined && { once }) });
  }

  async #startNew(tenant: TenantStore, request: StartRequest): Promise<Execution> {
    const { clock, random, mayPass } = this.#options;
    const id = request.once?.id ?? uuidv7(clock.now(), random);
    const definition = await definitionToRun(tenant, request);
    try {
      return await this.#accept(tenant, definition, { ...request, id });
    } catch (error) {
      const isThere = request.once !== undefined && isConflict(error);
      // Of two requests for the same, the one that has stored it may not know, while the other found it stored.
      if (isThere || mayPass(error)) void this.#runIfCommitted(tenant, id);
      const known = isThere && request.once ? await startedBefore(tenant, request.once) : null;
      if (known !== null) return known;
      throw error;
    }
  }

  #accept(
    tenant: TenantStore,
    definition: JsonObject,
    request: StartRequest & { readonly id: string },
  ): Promise<Execution> {
    return this.#starting(request.id, async () => {
      const { execution, plan, record } = await createPlan(this.#options.engine, tenant, definition, request);
      const job = newJob(tenant, execution, { plan: async () => plan, goesOn: false, size: sizeOf(plan) });
      if (record) await this.#keepRecord(job, record);
      this.#enqueue(job);
      return execution;
    });
  }

  async #starting<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.#started.push(id);
    try {
      return await work();
    } finally {
      this.#started.splice(this.#started.indexOf(id), 1);
    }
  }

  /** Runs an execution of which the database did not tell whether it was committed: if so, nobody else runs it. */
  async #runIfCommitted(tenant: TenantStore, id: string): Promise<void> {
    try {
      const isOurs = await this.#stored(id, () => tenant.isPendingHere(id));
      // The same request may have come again meanwhile: then that one has stored it, and runs it.
      if (!isOurs || this.#jobs.has(id) || this.#started.includes(id)) return;
      await this.#starting(id, () => this.adopt(tenant, id));
    } catch (error) {
      this.#options.logger.error({ err: error, execution: id }, 'an execution that may have been stored was not run');
    }
  }

  /**
   * Lets an execution go on that failed, was cancelled, ran out of time or was interrupted, without running again what
   * is done. It is committed as running (or pending, when it had never started) when this resolves.
   * @param given the secret inputs, which are not kept
   * @throws {ApiError} `not_found`, `not_ended`, `already_completed`, `imported_workflow`, `rows_removed`,
   *   `secret_inputs_required`, `validation_failed`, `overloaded`, `shutting_down`
   */
  resume(tenant: TenantStore, executionId: string, given: JsonObject): Promise<Execution> {
    return this.#reserving(async () => {
      const { engine } = this.#options;
      // What has ended for its readers may still be on its way out here.
      await this.#settledIfEnded(tenant, executionId);
      const { execution, earlier } = await openAgain(engine, tenant, executionId, given);
      const plan = (): Promise<RunPlan> => continuePlan(engine, tenant, execution, given, earlier);
      this.#enqueue(newJob(tenant, execution, { plan, goesOn: true, size: JSON.stringify(execution.input).length }));
      return execution;
    });
  }

  /** Runs on an execution that this server has claimed. Resolves when it waits for its turn, or has been deleted. */
  async adopt(tenant: TenantStore, executionId: string): Promise<void> {
    const execution = await this.#stored(executionId, () => tenant.getExecution(executionId));
    if (!execution) return;
    const plan = (): Promise<RunPlan> => continuePlan(this.#options.engine, tenant, execution, {}, null);
    this.#enqueue(newJob(tenant, execution, { plan, goesOn: true, size: JSON.stringify(execution.input).length }));
    this.#startWaiting();
  }

  /**
   * Cancels an execution, whichever server runs it, and resolves once that is stored.
   * @throws {ApiError} `not_found`, `already_ended`, `not_running_here`, `cancel_pending`
   */
  async cancel(tenant: TenantStore, executionId: string): Promise<Execution> {
    const execution = await tenant.getExecution(executionId);
    if (!execution) throw notFound();
    const job = this.#jobs.get(executionId);
    if (!job) return cancelElsewhere(tenant, execution, this.#options.timers);
    this.#cancelJob(job);
    await job.done;
    return (await tenant.getExecution(executionId)) ?? execution;
  }

  /** Begins to cancel an execution, if this server has it. */
  cancelHere(executionId: string): void {
    const job = this.#jobs.get(executionId);
    if (job) this.#cancelJob(job);
  }

  /** Cancels the executions of a workflow that this server has, and resolves once that is stored. */
  async cancelAllOf(tenant: TenantStore, workflowId: string): Promise<void> {
    const ofWorkflow = ({ tenant: owner, execution }: Job): boolean =>
      owner.workspaceId === tenant.workspaceId && execution.workflowId === workflowId;
    const jobs = [...this.#jobs.values()].filter(ofWorkflow);
    for (const job of jobs) this.#cancelJob(job);
    await Promise.all(jobs.map((job) => job.done));
  }

  /** Resolves when an execution that this server accepted has ended and is stored; at once for any other. */
  async settled(executionId: string): Promise<void> {
    await this.#jobs.get(executionId)?.done;
  }

  /**
   * Takes nothing new and cancels what waits. What runs may go on until the signal fires and is cancelled then; all of
   * it is stored when this resolves.
   */
  async stop(deadline: AbortSignal): Promise<void> {
    this.#stopping = true;
    for (const job of this.#waiting.slice()) this.#cancelJob(job);
    const cancelAll = (): void => {
      for (const job of this.#jobs.values()) this.#cancelJob(job);
      this.#giveUp.abort();
    };
    if (deadline.aborted) cancelAll();
    else deadline.addEventListener('abort', cancelAll, { once: true });
    while (this.#jobs.size > 0) await Promise.all(Array.from(this.#jobs.values(), (job) => job.done));
    deadline.removeEventListener('abort', cancelAll);
    this.#giveUp.abort();
  }

  #refuseOverload(): void {
    const { pending, pendingSize } = this.#options.limits;
    if (this.#stopping) throw unavailable('shutting_down', 'The server is stopping.', RETRY_AFTER_SECONDS);
    if (this.#waiting.length + this.#reserved >= pending || this.#size >= pendingSize) {
      throw unavailable('overloaded', 'Too many executions are waiting.', RETRY_AFTER_SECONDS);
    }
  }

  /** Does what accepts an execution, for which there is room as long as it takes. */
  async #reserving<T>(accept: () => Promise<T>): Promise<T> {
    this.#refuseOverload();
    this.#reserved++;
    try {
      return await accept();
    } finally {
      this.#reserved--;
      this.#startWaiting();
    }
  }

  #enqueue(job: Job): void {
    this.#jobs.set(job.execution.id, job);
    this.#waiting.push(job);
    this.#size += job.size;
    if (this.#stopping) this.#cancelJob(job);
  }

  /** Commits what the execution's row does not tell; an execution whose start is not known whole is ended. */
  async #keepRecord(job: Job, record: Parameters<TenantStore['commitNodes']>[1][number]): Promise<void> {
    try {
      await this.#stored(job.execution.id, () => job.tenant.commitNodes(job.execution.id, [record]));
    } catch (error) {
      await this.#endUnrun(job, 'failed', { code: codeOf(error), message: 'Its start could not be stored.' });
      throw error;
    }
  }

  async #settledIfEnded(tenant: TenantStore, executionId: string): Promise<void> {
    const job = this.#jobs.get(executionId);
    const execution = job && (await tenant.getExecution(executionId));
    if (job && execution && isTerminal(execution.status)) await job.done;
  }

  #cancelJob(job: Job): void {
    job.abort.abort(new Error('cancelled'));
    const at = this.#waiting.indexOf(job);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#size -= job.size;
    const message = job.goesOn ? 'Cancelled before it went on.' : 'Cancelled before it started.';
    void this.#endUnrun(job, 'cancelled', { code: 'cancelled', message });
  }

  #startWaiting(): void {
    while (this.#running < this.#options.limits.running) {
      const job = this.#waiting.shift();
      if (!job) return;
      this.#size -= job.size;
      this.#running++;
      void this.#run(job);
    }
  }

  async #run(job: Job): Promise<void> {
    let held: HeldServices | null = null;
    try {
      const plan = await this.#stored(job.execution.id, job.plan);
      held = await this.#options.services.acquire(plan.services);
      await this.#end(job, outcomeOf(await this.#execute(job, plan, held), plan, job.execution));
    } catch (error) {
      const isExpected = error instanceof NotRunnable;
      const message = isExpected ? error.message : 'The execution could not be run.';
      const line = { ...(!isExpected && { err: error }), execution: job.execution.id, code: codeOf(error) };
      this.#options.logger.error(line, 'execution could not be run');
      await this.#endUnrun(job, 'failed', { code: codeOf(error), message });
    } finally {
      held?.release();
    }
    this.#running--;
    this.#startWaiting();
  }

  #execute(job: Job, plan: RunPlan, held: HeldServices): Promise<ExecutionResult> {
    const { engine, limits, commands } = this.#options;
    const { summary, resume, trigger } = plan;
    const journal: Journal = { commit: (_, entries) => this.#commit(job, entries) };
    return engine.run(plan.definition, {
      executionId: job.execution.id,
      input: plan.input,
      services: held.services,
      signal: job.abort.signal,
      sink: { write: (_, batch) => this.#record(job, batch) },
      journal,
      ...(resume !== null && { resume }),
      ...(trigger !== null && { trigger }),
      workflows: plan.called.definitions,
      network: { privateAddresses: false, allow: held.allow },
      commands,
      ...(summary.timeoutMs === null && { timeoutMs: limits.runTimeoutMs }),
    });
  }

  /** Makes nodes that have ended durable. An execution that another server has taken over is let go of. */
  async #commit(job: Job, entries: Parameters<Journal['commit']>[1]): Promise<void> {
    try {
      await this.#stored(job.execution.id, () => job.tenant.commitNodes(job.execution.id, entries));
    } catch (error) {
      if (isLost(error)) job.abort.abort(new Error('another server runs it'));
      throw error;
    }
  }

  async #record(job: Job, batch: readonly TraceEvent[]): Promise<void> {
    // The end is stored with the results and the trace, in one transaction: nobody sees the one without the others.
    const events = batch.filter(({ type }) => type !== 'execution_finished');
    if (events.length > 0)
      await this.#stored(job.execution.id, () => job.tenant.recordEvents(job.execution.id, events));
  }

  /** Ends an execution that was not run here, with the trace of what was run of it before. */
  async #endUnrun(job: Job, status: 'failed' | 'cancelled', error: { code: string; message: string }): Promise<void> {
    const { tenant, execution, goesOn } = job;
    let earlier: Trace | null = null;
    try {
      if (goesOn && execution.startedAt !== null) {
        earlier = await this.#stored(job.execution.id, () => tenant.getTrace(execution.id));
      }
    } catch (fault) {
      this.#options.logger.error({ err: fault, execution: execution.id }, 'the trace so far could not be read');
    }
    await this.#end(job, unrunOutcome(execution, status, error, earlier));
  }

  /** Stores how an execution ended. What cannot be stored is logged, and run on by the next server. */
  async #end(job: Job, outcome: ExecutionOutcome): Promise<void> {
    const { logger } = this.#options;
    const { id, workflowName, executionNumber } = job.execution;
    try {
      await this.#stored(job.execution.id, () => job.tenant.finishExecution(id, outcome));
      this.#options.onEnded(outcome);
      logger.info(
        { execution: id, status: outcome.status, ms: outcome.duration / 1000 },
        `${workflowName} #${executionNumber} ended`,
      );
    } catch (error) {
      if (isLost(error)) logger.warn({ execution: id }, 'another server has taken the execution over');
      else logger.error({ err: error, execution: id }, 'the end of an execution could not be stored');
    } finally {
      this.#jobs.delete(id);
      job.settle();
    }
  }

  #stored<T>(execution: string, work: () => Promise<T>): Promise<T> {
    return untilItPasses(work, {
      timers: this.#options.timers,
      signal: this.#giveUp.signal,
      isPassing: this.#options.mayPass,
      onRetry: (error, attempt) =>
        this.#options.logger.warn({ err: error, execution, attempt }, 'the database cannot store it now, trying again'),
    });
  }
}

/** Whether an error says that the execution is another server's now. */
function isLost(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'not_owner';
}

function codeOf(error: unknown): string {
  const coded = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
  return coded && typeof error.code === 'string' ? error.code : 'engine_error';
}
