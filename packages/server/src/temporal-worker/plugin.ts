import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory, Worker, WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import { Attempt, type AttemptInfo, type Cancellation, type WorkerFacts } from './attempt.ts';
import { DayClock } from './clock.ts';
import { settingsOf, type ReportingOptions, type Settings } from './options.ts';
import { AttemptReporter, systemLater } from './reporter.ts';
import { sendAttempts } from './sender.ts';

/** What is known of a worker, filled in once it is made. */
type Facts = { -readonly [key in keyof WorkerFacts]: WorkerFacts[key] };

/** Null for an activity that no workflow has started: there is no execution that it is a part of. */
function infoOf({ info }: Context): AttemptInfo | null {
  const { workflowExecution, activityNamespace } = info;
  if (workflowExecution === undefined) return null;
  // Older SDKs have the namespace under its old name only.
  return { ...info, workflowExecution, namespace: info.namespace ?? activityNamespace };
}

function cancellationOf(context: Context): Cancellation {
  const details = context.cancellationDetails;
  return {
    isAborted: context.cancellationSignal.aborted,
    timedOut: details?.timedOut === true,
    isGone: details?.notFound === true,
    workerShutdown: details?.workerShutdown === true,
  };
}

/**
 * Reports every attempt of every activity of a worker to flowprof, local ones too: when it was scheduled, started and
 * ended by the worker's own clock, its heartbeats, how it ended, and where it ran.
 *
 *     const worker = await Worker.create({ …, plugins: [new FlowprofPlugin()] });
 *
 * It never throws into an activity, waits for nothing in it, and tells what is left when the worker ends.
 */
export class FlowprofPlugin implements WorkerPlugin {
  readonly name = 'FlowprofPlugin';
  readonly #settings: Settings;
  readonly #clock = new DayClock();
  readonly #reporter: AttemptReporter;
  readonly #facts = new WeakMap<ActivityInterceptorsFactory, Facts>();

  /** @throws {TypeError} for an address that is none */
  constructor(options: ReportingOptions = {}) {
    const settings = settingsOf(options, process.env);
    this.#settings = settings;
    this.#reporter = new AttemptReporter({
      settings,
      clock: this.#clock,
      later: systemLater,
      random: Math.random,
      send: (attempts, signal) => sendAttempts(settings, attempts, signal),
    });
  }

  /** Puts the interceptors around those of others, so that their time counts. */
  configureWorker(options: WorkerOptions): WorkerOptions {
    const activity = options.interceptors?.activity ?? [];
    // A plugin of the connection and of the worker is asked twice.
    const isThere = activity.some((factory) => this.#facts.has(factory));
    if (!this.#settings.isEnabled || isThere) return options;
    const own = this.interceptors({ identity: options.identity ?? null });
    return { ...options, interceptors: { ...options.interceptors, activity: [own, ...activity] } };
  }

  /** Runs the worker, and tells what is left when it has ended. */
  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    this.#learn(worker);
    try {
      await next(worker);
    } finally {
      await this.flush();
    }
  }

  /** For workers whose SDK has no plugins: `interceptors: { activity: [flowprof.interceptors()] }`, and `flush` at the end. */
  interceptors(worker: Partial<WorkerFacts> = {}): ActivityInterceptorsFactory {
    const facts: Facts = { identity: worker.identity ?? null, buildId: worker.buildId ?? null };
    const factory: ActivityInterceptorsFactory = (context) => ({
      inbound: { execute: (input, next) => this.#watch(context, facts, () => next(input)) },
    });
    this.#facts.set(factory, facts);
    return factory;
  }

  /** Tells what is left, for as long as `closeMs` allows. Never fails. */
  async flush(): Promise<void> {
    await this.#reporter.flush(this.#settings.closeMs).catch((error: unknown) => this.#fault(error));
  }

  #learn({ options }: Worker): void {
    const { identity, buildId, workerDeploymentOptions } = options;
    for (const factory of options.interceptors.activity) {
      const facts = this.#facts.get(factory);
      if (facts === undefined) continue;
      facts.identity ??= identity;
      facts.buildId ??= workerDeploymentOptions?.version.buildId ?? buildId ?? null;
    }
  }

  async #watch(context: Context, facts: WorkerFacts, run: () => Promise<unknown>): Promise<unknown> {
    const attempt = this.#begin(context, facts);
    if (attempt === null) return run();
    let result: unknown;
    try {
      result = await run();
    } catch (error) {
      this.#end(attempt, () => attempt.failed(error, cancellationOf(context)));
      throw error;
    }
    this.#end(attempt, () => attempt.completed(cancellationOf(context)));
    return result;
  }

  #begin(context: Context, facts: WorkerFacts): Attempt | null {
    try {
      const info = infoOf(context);
      if (info === null) return null;
      const attempt = new Attempt(info, facts, this.#clock);
      if (!info.isLocal) this.#watchHeartbeats(context, attempt);
      this.#reporter.began(attempt);
      return attempt;
    } catch (error) {
      this.#fault(error);
      return null;
    }
  }

  /** There is no interceptor for heartbeats: the function that gives them is the context's own. */
  #watchHeartbeats(context: Context, attempt: Attempt): void {
    const { heartbeat } = context;
    const watched = (details?: unknown): void => {
      this.#note(() => this.#reporter.heartbeat(attempt));
      heartbeat.call(context, details);
    };
    Object.defineProperty(context, 'heartbeat', { value: watched, configurable: true, writable: true });
  }

  #end(attempt: Attempt, end: () => void): void {
    this.#note(() => {
      end();
      this.#reporter.over(attempt);
    });
  }

  /** Whatever is wrong with us is not the activity's fault. */
  #note(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    this.#reporter.problem('fault', `an attempt could not be noted: ${String(error)}`, 1);
  }
}
