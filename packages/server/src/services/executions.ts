import { EMPTY_EXECUTION, isTerminal, microsFromMs, TraceAssembler, uuidv7, ZERO } from '@flowprof/model';
import type { Clock, JsonObject, RandomBytes, TraceError, TraceEvent, TraceSink } from '@flowprof/model';
import type { ExecutionResult, Timers } from '@flowprof/conductor';
import type { Execution, ExecutionOutcome, TenantStore } from '@flowprof/store';
import type { Logger } from 'pino';
import { ApiError, notFound, unavailable } from '../http/errors.ts';
import type { Engine } from './engine.ts';
import { isImported } from './imports.ts';
import { untilItPasses } from './retry.ts';
import type { HeldServices, ServiceHost } from './service-host.ts';

/** How much may run and wait at once; what comes on top is refused. */
export interface ExecutionLimits {
  readonly running: number;
  readonly pending: number;
  /** Characters of JSON, input and definition together, of all that wait. */
  readonly pendingSize: number;
}

export const DEFAULT_LIMITS: ExecutionLimits = { running: 8, pending: 1000, pendingSize: 64 * 1024 * 1024 };

export interface ExecutionServiceOptions {
  readonly engine: Engine;
  readonly services: ServiceHost;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly limits: ExecutionLimits;
  /** Whether an error of the store may go away by itself. */
  readonly mayPass: (error: unknown) => boolean;
}

/** An execution that this server has accepted and that has not ended. */
interface Job {
  readonly tenant: TenantStore;
  readonly execution: Execution;
  readonly definition: JsonObject;
  readonly size: number;
  readonly abort: AbortController;
  /** Resolves when the outcome is stored, or could not be. */
  readonly done: Promise<void>;
  readonly settle: () => void;
}

const RETRY_AFTER_SECONDS = 5;
const VERSION_TRIES = 5;

/**
 * Runs workflows in this process and stores what happens. States of an execution:
 *
 *     start() ── committed as pending ──► waiting ──► running ──► completed | failed | timeout
 *                                            │           │
 *                                            └─ cancel() ┴─────► cancelled
 *
 * Whatever `start` and `cancel` return is in the database. A server that dies leaves rows that are neither running nor
 * ended; `Store.recoverInterrupted` marks them at the next start.
 */
export class ExecutionService {
  readonly #options: ExecutionServiceOptions;
  /** By execution id: those that wait, then those that run. */
  readonly #jobs = new Map<string, Job>();
  readonly #waiting: Job[] = [];
  /** Ends the waiting for a database that does not come back. */
  readonly #giveUp = new AbortController();
  #reserved = 0;
  #size = 0;
  #running = 0;
  #stopping = false;

  constructor(options: ExecutionServiceOptions) {
    this.#options = options;
  }

  /** How many wait and run now. */
  get load(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#waiting.length, running: this.#running };
  }

  /**
   * Accepts an execution of a workflow's newest version; it is committed as pending when this resolves.
   * @throws {ApiError} `not_found`, `imported_workflow`, `overloaded`, `shutting_down`
   */
  async start(
    tenant: TenantStore,
    request: { readonly workflowId: string; readonly input: JsonObject; readonly trigger: string },
  ): Promise<Execution> {
    this.#refuseOverload();
    this.#reserved++;
    try {
      const { execution, definition } = await this.#create(tenant, request);
      const size = JSON.stringify(definition).length + JSON.stringify(execution.input).length;
      const { done, settle } = pendingEnd();
      const job: Job = { tenant, execution, definition, size, abort: new AbortController(), done, settle };
      this.#jobs.set(execution.id, job);
      this.#waiting.push(job);
      this.#size += size;
      return execution;
    } finally {
      this.#reserved--;
      this.#startWaiting();
    }
  }

  /**
   * Cancels an execution and resolves once that is stored.
   * @throws {ApiError} `not_found`, `already_ended`, `not_running_here`
   */
  async cancel(tenant: TenantStore, executionId: string): Promise<Execution> {
    const execution = await tenant.getExecution(executionId);
    if (!execution) throw notFound();
    const job = this.#jobs.get(executionId);
    if (!job) {
      const ended = isTerminal(execution.status);
      throw ended
        ? new ApiError('already_ended', 'The execution ended before it could be cancelled.')
        : new ApiError('not_running_here', 'The execution does not run on this server.');
    }
    this.#cancelJob(job);
    await job.done;
    return (await tenant.getExecution(executionId)) ?? execution;
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
  }

  #refuseOverload(): void {
    const { pending, pendingSize } = this.#options.limits;
    if (this.#stopping) throw unavailable('shutting_down', 'The server is stopping.', RETRY_AFTER_SECONDS);
    if (this.#waiting.length + this.#reserved >= pending || this.#size >= pendingSize) {
      throw unavailable('overloaded', 'Too many executions are waiting.', RETRY_AFTER_SECONDS);
    }
  }

  /** Commits the execution and finds the definition of exactly the version that it was made with. */
  async #create(
    tenant: TenantStore,
    request: { readonly workflowId: string; readonly input: JsonObject; readonly trigger: string },
  ): Promise<{ readonly execution: Execution; readonly definition: JsonObject }> {
    const { clock, random } = this.#options;
    const before = await tenant.getWorkflow(request.workflowId);
    if (!before) throw notFound();
    if (isImported(before)) throw new ApiError('imported_workflow', 'An imported workflow cannot be executed.');
    const execution = await tenant.createExecution({ id: uuidv7(clock.now(), random), ...request });
    if (!execution) throw notFound();
    let workflow: typeof before | null = before;
    for (let i = 0; workflow && workflow.version < execution.workflowVersion && i < VERSION_TRIES; i++) {
      workflow = await tenant.getWorkflow(request.workflowId);
    }
    if (!workflow) throw notFound();
    return { execution, definition: workflow.definition };
  }

  #cancelJob(job: Job): void {
    job.abort.abort(new Error('cancelled'));
    const at = this.#waiting.indexOf(job);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#size -= job.size;
    void this.#end(job, unrunOutcome(job, 'cancelled', { code: 'cancelled', message: 'Cancelled before it started.' }));
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
    let outcome: ExecutionOutcome;
    try {
      held = await this.#options.services.acquire(this.#options.engine.servicesOf(job.definition));
      outcome = outcomeOf(await this.#execute(job, held));
    } catch (error) {
      this.#options.logger.error({ err: error, execution: job.execution.id }, 'execution could not be run');
      outcome = unrunOutcome(job, 'failed', { code: codeOf(error), message: 'The execution could not be run.' });
    } finally {
      held?.release();
    }
    await this.#end(job, outcome);
    this.#running--;
    this.#startWaiting();
  }

  async #execute(job: Job, held: HeldServices): Promise<ExecutionResult> {
    const sink: TraceSink = { write: (_, batch) => this.#record(job, batch) };
    return this.#options.engine.run(job.definition, {
      executionId: job.execution.id,
      input: job.execution.input,
      services: held.services,
      signal: job.abort.signal,
      sink,
      network: { privateAddresses: false, allow: held.allow },
    });
  }

  async #record(job: Job, batch: readonly TraceEvent[]): Promise<void> {
    // The end is stored with the results and the trace, in one transaction: nobody sees the one without the others.
    const events = batch.filter(({ type }) => type !== 'execution_finished');
    if (events.length > 0) await this.#stored(job, () => job.tenant.recordEvents(job.execution.id, events));
  }

  /** Stores how an execution ended. What cannot be stored is logged and marked as interrupted at the next start. */
  async #end(job: Job, outcome: ExecutionOutcome): Promise<void> {
    const { logger } = this.#options;
    const { id, workflowName, executionNumber } = job.execution;
    try {
      await this.#stored(job, () => job.tenant.finishExecution(id, outcome));
      logger.info(
        { execution: id, status: outcome.status, ms: outcome.duration / 1000 },
        `${workflowName} #${executionNumber} ended`,
      );
    } catch (error) {
      logger.error({ err: error, execution: id }, 'the end of an execution could not be stored');
    } finally {
      this.#jobs.delete(id);
      job.settle();
    }
  }

  #stored<T>(job: Job, work: () => Promise<T>): Promise<T> {
    return untilItPasses(work, {
      timers: this.#options.timers,
      signal: this.#giveUp.signal,
      isPassing: this.#options.mayPass,
      onRetry: (error, attempt) =>
        this.#options.logger.warn(
          { err: error, execution: job.execution.id, attempt },
          'the database cannot store it now, trying again',
        ),
    });
  }
}

const ignore = (): void => {};

/** A promise with the function that resolves it. */
function pendingEnd(): Pick<Job, 'done' | 'settle'> {
  let settle = ignore;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { done, settle };
}

function codeOf(error: unknown): string {
  const coded = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
  return coded && typeof error.code === 'string' ? error.code : 'engine_error';
}

function outcomeOf(result: ExecutionResult): ExecutionOutcome {
  return {
    status: result.status,
    results: result.data ?? null,
    error: result.error ?? null,
    duration: microsFromMs(result.duration),
    trace: result.recording,
  };
}

/** The outcome of an execution of which no node ran. */
function unrunOutcome(job: Job, status: 'failed' | 'cancelled', error: TraceError): ExecutionOutcome {
  const { id, workflowName } = job.execution;
  const info = {
    ...EMPTY_EXECUTION,
    id,
    name: workflowName,
    workflow: workflowName,
    sourceFormat: 'conductor',
    status,
    error,
  };
  return { status, results: null, error, duration: ZERO, trace: new TraceAssembler(info).finish() };
}
