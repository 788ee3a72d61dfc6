import { fileURLToPath } from 'node:url';
import type { Timers } from '@flowprof/conductor';
import type { Clock, RandomBytes } from '@flowprof/model';
import { openStore, type InterruptedExecution, type Store } from '@flowprof/store';
import type { Logger } from 'pino';
import type { AccessService } from '../services/access.ts';
import { conductorEngine } from '../services/conductor-engine.ts';
import { DEFAULT_LIMITS, ExecutionService, type ExecutionLimits } from '../services/executions.ts';
import { BaselineService } from '../services/baselines.ts';
import { Histories } from '../services/histories.ts';
import { Analyst } from '../services/history/analyst.ts';
import { Projections } from '../services/history/projections.ts';
import { MergedRuns } from '../services/history/merged-runs.ts';
import { WorkflowHistory } from '../services/history/workflow-history.ts';
import { ImportJobs } from '../services/import-jobs.ts';
import { CallbackService, DEFAULT_CALLBACK_LIMITS } from '../services/callbacks.ts';
import { DEFAULT_IMPORT_LIMITS, ImportService, type ImportLimits } from '../services/imports.ts';
import { endsWithin, Lifecycle } from '../services/lifecycle.ts';
import { Metrics } from '../services/metrics.ts';
import { recoverInterrupted, watchForInterrupted, type RecoveryOptions } from '../services/recovery.ts';
import { watchRetention } from '../services/retention.ts';
import type { ServiceHost } from '../services/service-host.ts';
import { systemClock, systemRandom, systemTimers } from '../services/system.ts';
import { measureBacklog } from '../services/otlp/backlog.ts';
import { FullTraces } from '../services/otlp/full-traces.ts';
import { ThreadPool, type PoolOptions } from '../services/threads/pool.ts';
import { heedCancelRequests } from '../services/cancel-elsewhere.ts';
import { DEFAULT_MAKING_DELAYS, ExecutionMaker } from '../services/otlp/maker.ts';
import { DEFAULT_OTLP_LIMITS, SpanIntake, type OtlpLimits } from '../services/otlp/span-intake.ts';
import type { MakingDelays } from '../services/otlp/waiting.ts';
import { AlertChannelService } from '../services/alerts/channels.ts';
import { AlertDeliverer } from '../services/alerts/deliverer.ts';
import { AlertEvaluator, type EvaluatorOptions } from '../services/alerts/evaluator.ts';
import type { FactSources } from '../services/alerts/facts.ts';
import { AlertJudge } from '../services/alerts/judge.ts';
import { AlertMessages } from '../services/alerts/message.ts';
import { AlertRuleService } from '../services/alerts/rules.ts';
import { measureTemporal } from '../services/temporal/load.ts';
import { openTemporalServices } from '../services/temporal/open.ts';
import { Scheduler } from '../services/triggers/scheduler.ts';
import { TriggerService } from '../services/triggers/triggers.ts';
import { WebhookService } from '../services/triggers/webhooks.ts';
import type { OtlpIntake } from '../services/otlp/intake.ts';
import { OtlpReceiver } from '../services/otlp/receiver.ts';
import { TraceViews } from '../services/views.ts';
import { WhatIfs } from '../services/what-if/what-ifs.ts';
import { WorkflowService } from '../services/workflows.ts';
import { keepHistoryShort } from '../live/history.ts';
import { DEFAULT_LIVE_LIMITS, type LiveLimits } from '../live/limits.ts';
import { LiveService } from '../live/live.ts';
import { accessChecker } from './access.ts';
import { buildApp } from './app.ts';
import type { App } from './context.ts';
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './limits.ts';
import { listen, startError } from './listen.ts';
import { OtlpGrpc } from './otlp/grpc.ts';
import { shareConnections } from './otlp/protocol.ts';
import { createLogger } from './log.ts';
import { isLocalOnly, openAccess, refuseOthers, type AccessSettings } from './open-access.ts';
import { VERSION } from './openapi.ts';
import { mayPass } from './store-errors.ts';
import { sweepUploads } from './upload.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the embedded PostgreSQL keeps its data. */
  readonly dataDir: string;
  /** A PostgreSQL server to use instead of the embedded one. */
  readonly databaseUrl?: string | undefined;
  /** Starts the services that workflows ask for. */
  readonly services: ServiceHost;
  /** A logger, or the level of one that writes JSON lines to stderr; `info` when absent. */
  readonly log?: Logger | string;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  readonly timers?: Timers;
  /** Where the built web app is. */
  readonly webRoot?: string;
  readonly limits?: Partial<ExecutionLimits>;
  readonly importLimits?: Partial<ImportLimits>;
  readonly liveLimits?: Partial<LiveLimits>;
  readonly otlpLimits?: Partial<OtlpLimits>;
  /** How long is waited for more spans before executions are made of them. */
  readonly otlpDelays?: Partial<MakingDelays>;
  /** Whether workflows may start processes on this machine; they may not when absent. */
  readonly commands?: boolean;
  /** What seals the journals of executions; see `StoreOptions`. */
  readonly journalKey?: Uint8Array | undefined;
  readonly access?: AccessSettings;
  /** How long `close` lets executions run before it cancels them. */
  readonly graceMs?: number;
  /** How long `close` then waits for requests that are under way before it cuts their connections. */
  readonly drainMs?: number;
  readonly httpLimits?: Partial<HttpLimits>;
  /** Where people reach the server, for links in what it sends; where it listens when absent. */
  readonly publicUrl?: string | undefined;
  /** `host:port` pairs that alerts may be sent to although they are private. */
  readonly alertHosts?: readonly string[];
  /** Likewise for Temporal servers and their codec servers. */
  readonly temporalHosts?: readonly string[];
  /** What opens `/metrics` where a credential is asked for. */
  readonly metricsToken?: string | undefined;
  /** A port for OTLP by gRPC alone, besides that of the server, which takes it too; 0 takes any free one. */
  readonly otlpGrpcPort?: number | undefined;
  /** What keeps spans that come in by OTLP, in place of this server's own. */
  readonly otlpIntake?: OtlpIntake;
  /**
   * Whether the server looks after what is nobody's request: executions that other servers left, and whatever else runs
   * by the clock. It does when absent; a server that is there for one command does not.
   */
  readonly background?: boolean;
  /** The only credential that is let in, as this machine's user, whatever keys there are. For one command's server. */
  readonly operatorToken?: string;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** The port for OTLP by gRPC alone; null where there is none. */
  readonly otlpGrpcPort: number | null;
  /** What answers requests, e.g. to inject some without a socket. */
  readonly app: App;
  readonly store: Store;
  readonly access: AccessService;
  readonly workflows: WorkflowService;
  readonly executions: ExecutionService;
  /** The executions that a server left unfinished: this one runs them on, or they have failed with `interrupted`. */
  readonly interrupted: readonly InterruptedExecution[];
  /**
   * Is not ready any more and takes no new executions, lets those that run end, cancels what still runs after the grace
   * time, lets requests end, and stops listening and the database. May be called more than once.
   */
  close(): Promise<void>;
}

const WEB_ROOT = fileURLToPath(new URL('../../public', import.meta.url));
const GRACE_MS = 10_000;
const DRAIN_MS = 5000;

/** Threads for reading files: one file at a time, since each may take a processor and more than a gigabyte. */
const IMPORT_THREADS: PoolOptions = { threads: 1, waiting: 16, maxHeapMb: 3072, endAfterUse: true };
/** Threads for what is made of large traces. */
const VIEW_THREADS: PoolOptions = { threads: 2, waiting: 100, maxHeapMb: 2048, endAfterUse: false };
/** A thread that makes executions of spans: there is one who asks it. */
const MAKER_THREADS: PoolOptions = { threads: 1, waiting: 4, maxHeapMb: 2048, endAfterUse: false };
/** A thread for large requests of OpenTelemetry's exporters. */
const OTLP_THREADS: PoolOptions = { threads: 1, waiting: 64, maxHeapMb: 2048, endAfterUse: false };
/** A thread that makes executions of histories, which come from a few at once. */
const TEMPORAL_THREADS: PoolOptions = { threads: 1, waiting: 64, maxHeapMb: 2048, endAfterUse: false };
const VIEW_CACHE_BYTES = 64 * 1024 * 1024;
const MERGED_CACHE_BYTES = 16 * 1024 * 1024;

/**
 * Opens the store, goes on with what an earlier server left unfinished, and serves.
 * @throws {StartError} when it cannot listen
 * @throws {StoreError} when the store cannot be opened
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { clock = systemClock, random = systemRandom, timers = systemTimers } = options;
  refuseOthers(options);
  const logger = loggerOf(options.log ?? 'info');
  const surroundings = { clock, random, timers, logger };
  const store = await openStore({
    dataDir: options.dataDir,
    databaseUrl: options.databaseUrl,
    journalKey: options.journalKey,
    clock,
    random,
    log: (event) => logger.info(event, 'database'),
  });
  /** What ends what was begun, the last first, where the start fails. */
  const undo: (() => Promise<unknown>)[] = [() => store.close()];
  try {
    await sweepUploads();
    const { byTheClock, closeThreads, closeTemporal, place, ...shared } = openServices(store, options, surroundings);
    undo.unshift(closeThreads);
    undo.unshift(async () => closeTemporal());
    const { executions, workflows, lifecycle } = shared;
    const guards = await openAccess(store, { ...options, clock, random });
    const { access } = guards;
    const limits = { ...DEFAULT_LIVE_LIMITS, ...options.liveLimits };
    const { metrics } = shared;
    const live = new LiveService({ store, limits, timers, logger, metrics, mayStill: accessChecker(access) });
    undo.unshift(() => live.close());
    const context = { store, ...guards, clock, random, ...shared, live, metricsToken: options.metricsToken };
    const { webRoot = WEB_ROOT, access: { trustedProxies = [] } = {} } = options;
    const httpLimits = { ...DEFAULT_HTTP_LIMITS, ...options.httpLimits };
    const app = await buildApp({ context, random, logger, trustedProxies, webRoot, limits: httpLimits });
    undo.unshift(() => app.close());
    const grpc = new OtlpGrpc(context, logger);
    undo.unshift(() => grpc.close(0));
    const { url, otlpGrpcPort } = await listenToAll(app, grpc, options);
    place.url ??= url;
    // Nobody else is let into the server of one command.
    if (options.operatorToken === undefined) await store.announce(url);
    logger.info({ url }, 'serving');
    const looksAfter = options.background ?? true;
    const recovery = {
      store,
      room: () => executions.room,
      adopt: (workspaceId: string, id: string) => executions.adopt(store.tenant(workspaceId), id),
      timers,
      logger,
    };
    const interrupted = looksAfter ? await recoverAtStart(recovery) : [];
    const watches = looksAfter ? lookAfter(recovery, byTheClock) : [];
    // A server that is there for one command reads the files of that command.
    watches.push(inBackground((signal) => shared.importJobs.run(signal)));
    const cancelling = { store, cancel: (id: string) => executions.cancelHere(id), timers, logger };
    watches.push(inBackground((signal) => heedCancelRequests(cancelling, signal)));
    let closing: Promise<void> | null = null;
    const close = async (): Promise<void> => {
      lifecycle.drain();
      await stopWithin(executions, timers, options.graceMs ?? GRACE_MS);
      closeTemporal();
      await Promise.all([...watches.map((stop) => stop()), live.close()]);
      lifecycle.refuse();
      await closeApp(app, grpc, options.drainMs ?? DRAIN_MS, timers);
      await closeThreads();
      await store.close();
      logger.info('stopped');
    };
    return {
      url,
      otlpGrpcPort,
      app,
      store,
      access,
      workflows,
      executions,
      interrupted,
      close: () => (closing ??= close()),
    };
  } catch (error) {
    for (const end of undo) await end().catch((fault: unknown) => logger.warn({ err: fault }, 'not ended'));
    throw error;
  }
}

function loggerOf(log: Logger | string): Logger {
  return typeof log === 'string' ? createLogger(log) : log;
}

/** Listens for HTTP and, on the same port and where that is wanted on another, for gRPC. @throws {StartError} */
async function listenToAll(app: App, grpc: OtlpGrpc, { host, port, otlpGrpcPort: ownPort }: ServerOptions) {
  shareConnections(app.server, (socket) => grpc.take(socket));
  const url = await listen(app, host, port);
  if (ownPort === undefined) return { url, otlpGrpcPort: null };
  const otlpGrpcPort = await grpc.listen(host, ownPort, app.server.maxConnections).catch((error: unknown) => {
    throw startError(error, host, ownPort, 'FLOWPROF_OTLP_GRPC_PORT');
  });
  return { url, otlpGrpcPort };
}

/** Starts what runs by the clock. @returns what ends each of it */
function lookAfter(
  recovery: RecoveryOptions & { readonly store: Store; readonly logger: Logger },
  others: readonly { run(signal: AbortSignal): Promise<void> }[],
) {
  const { store, timers, logger } = recovery;
  return [
    inBackground((signal) => watchForInterrupted(recovery, signal)),
    ...others.map((one) => inBackground((signal) => one.run(signal))),
    inBackground((signal) => watchRetention({ store, timers, logger }, signal)),
    inBackground((signal) => keepHistoryShort({ store, timers, logger }, signal)),
  ];
}

/** What a server has of its own to be told apart from others, and to be tested. */
interface Surroundings {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** The services that routes and commands share, and the end of their threads. */
function openServices(store: Store, options: ServerOptions, surroundings: Surroundings) {
  const { clock } = surroundings;
  const metrics = new Metrics(VERSION);
  const engine = conductorEngine(surroundings);
  const executions = new ExecutionService({
    ...surroundings,
    engine,
    services: options.services,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    commands: options.commands ?? false,
    mayPass,
    onEnded: ({ status, duration }) => metrics.executionEnded(status, duration),
  });
  metrics.watch({
    executions: () => executions.load,
    isDatabaseUp: () => store.isReady(),
    pool: () => store.connections,
    otlpBacklog: () => measureBacklog(store, clock),
    // Nothing where the database cannot say it now.
    alerts: () => store.alertLoad().catch(() => ({ firing: 0, waiting: 0 })),
    temporal: () => measureTemporal(store, clock),
  });
  const scheduler = new Scheduler({ ...surroundings, store, executions, mayPass });
  const pools = {
    imports: new ThreadPool(IMPORT_THREADS),
    views: new ThreadPool(VIEW_THREADS),
    maker: new ThreadPool(MAKER_THREADS),
    otlp: new ThreadPool(OTLP_THREADS),
    callbacks: new ThreadPool(OTLP_THREADS),
    temporal: new ThreadPool(TEMPORAL_THREADS),
  };
  const histories = new Histories(pools.views, surroundings.logger);
  const views = new TraceViews(pools.views, clock, VIEW_CACHE_BYTES);
  const projections = new Projections({ histories, pool: pools.views, clock });
  const imports = new ImportService(pools.imports, { ...DEFAULT_IMPORT_LIMITS, ...options.importLimits });
  const { coordinator, systemWorkers, ...temporal } = openTemporalServices({
    ...surroundings,
    store,
    metrics,
    pool: pools.temporal,
    egress: { allow: options.temporalHosts ?? [], isLocal: isLocalOnly(options) },
  });
  const { maker, ...spans } = openOtlp(store, options, { ...surroundings, metrics, pools });
  const judge = new AlertJudge(pools.views);
  const facts = { ...surroundings, histories, views, projections, metrics, judge };
  const { evaluator, deliverer, ...alerts } = openAlerts(store, options, facts);
  return {
    byTheClock: [scheduler, maker, evaluator, deliverer, coordinator, systemWorkers],
    metrics,
    lifecycle: new Lifecycle(),
    executions,
    workflows: new WorkflowService(engine),
    triggers: new TriggerService({ ...surroundings, engine, onScheduled: () => scheduler.wake() }),
    webhooks: new WebhookService({ ...surroundings, store, executions }),
    imports,
    importJobs: new ImportJobs({ ...surroundings, store, imports, mayPass }),
    ...spans,
    callbacks: new CallbackService(DEFAULT_CALLBACK_LIMITS, pools.callbacks),
    workflowHistory: new WorkflowHistory(histories, new Analyst(pools.views)),
    mergedRuns: new MergedRuns(pools.views, MERGED_CACHE_BYTES),
    projections,
    baselines: new BaselineService({ ...surroundings, histories }),
    views,
    histories,
    ...alerts,
    ...temporal,
    whatIfs: new WhatIfs(pools.views, clock),
    closeThreads: async () => {
      await Promise.all(Object.values(pools).map((pool) => pool.close()));
    },
  };
}

interface OtlpParts extends Surroundings {
  readonly metrics: Metrics;
  readonly pools: { readonly maker: ThreadPool; readonly otlp: ThreadPool };
}

/** What takes spans of OpenTelemetry in, and makes executions of them. */
function openOtlp(store: Store, options: ServerOptions, parts: OtlpParts) {
  const { metrics, pools } = parts;
  const full = new FullTraces();
  const maker = new ExecutionMaker({
    ...parts,
    store,
    pool: pools.maker,
    delays: { ...DEFAULT_MAKING_DELAYS, ...options.otlpDelays },
    count: (outcome, count, spans) => metrics.otlpMade(outcome, count, spans),
    onFull: (workspaceId, traceId) => full.add(workspaceId, traceId),
  });
  const intake = new SpanIntake({
    limits: { ...DEFAULT_OTLP_LIMITS, ...options.otlpLimits },
    onKept: (workspaceId) => maker.notify(workspaceId),
    count: (outcome, spans) => metrics.otlpSpans(outcome, spans),
    isFull: (workspaceId, traceId) => full.has(workspaceId, traceId),
  });
  return { maker, otlp: new OtlpReceiver(options.otlpIntake ?? intake, pools.otlp) };
}

interface AlertParts extends Surroundings, FactSources, Pick<EvaluatorOptions, 'judge'> {
  readonly metrics: Metrics;
}

/** What evaluates alert rules and tells of it. */
function openAlerts(store: Store, options: ServerOptions, parts: AlertParts) {
  /** Known once the server listens. */
  const place = { url: options.publicUrl?.replace(/\/+$/, '') ?? null };
  const messages = new AlertMessages(() => place.url ?? '', parts.clock, parts.random);
  const network = { privateAddresses: false, allow: options.alertHosts ?? [] };
  const deliverer = new AlertDeliverer({
    ...parts,
    store,
    network,
    count: (outcome) => parts.metrics.alertTried(outcome),
  });
  const shared = { ...parts, store, messages, onEvents: () => deliverer.wake() };
  return {
    place,
    evaluator: new AlertEvaluator(shared),
    deliverer,
    alertMessages: messages,
    alertRules: new AlertRuleService(shared),
    alertChannels: new AlertChannelService(shared),
  };
}

async function recoverAtStart(recovery: RecoveryOptions): Promise<readonly InterruptedExecution[]> {
  return recoverInterrupted(recovery).catch((error: unknown) => {
    recovery.logger.warn({ err: error }, 'interrupted executions could not be looked for');
    return [];
  });
}

/** Starts what goes on until the server stops. @returns ends it */
function inBackground(work: (signal: AbortSignal) => Promise<void>): () => Promise<void> {
  const stop = new AbortController();
  const working = work(stop.signal);
  return async () => {
    stop.abort();
    await working;
  };
}

/** Stops listening, lets requests end that are under way, and cuts off those that do not in time. */
async function closeApp(app: App, grpc: OtlpGrpc, drainMs: number, timers: Timers): Promise<void> {
  const closing = Promise.all([app.close(), grpc.close(drainMs)]);
  if (await endsWithin(closing, drainMs, timers)) return;
  app.log.warn('requests that did not end are cut off');
  app.server.closeAllConnections();
  await endsWithin(closing, drainMs, timers);
}

async function stopWithin(executions: ExecutionService, timers: Timers, graceMs: number): Promise<void> {
  const deadline = new AbortController();
  const stopped = new AbortController();
  const timer = timers.sleep(graceMs, stopped.signal).then(
    () => deadline.abort(),
    () => undefined,
  );
  await executions.stop(deadline.signal);
  stopped.abort();
  await timer;
}
