import { isTerminal, type Micros, type Status } from '@flowprof/model';
import type { AlertLoad, ConnectionUse, TemporalLoad } from '@flowprof/store';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What is read when the metrics are. */
export interface MetricSources {
  readonly executions: () => { readonly waiting: number; readonly running: number };
  readonly isDatabaseUp: () => Promise<boolean>;
  readonly pool: () => ConnectionUse;
  readonly otlpBacklog: () => Promise<{
    readonly spans: number;
    readonly bytes: number;
    readonly oldestSeconds: number;
  }>;
  readonly alerts: () => Promise<AlertLoad>;
  /** And for how long the run has been due that waits longest, in seconds. */
  readonly temporal: () => Promise<TemporalLoad & { readonly oldestSeconds: number }>;
}

/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of its route, never its path. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const EXECUTION_SECONDS = [0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];

/** Methods that have a series of their own; anybody may invent others. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * What the server tells Prometheus of itself. No label holds an id, a name or anything else that a request chooses, so
 * the number of series is bounded by the number of routes.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #requestSeconds: Histogram<'method' | 'route'>;
  readonly #limited: Counter;
  readonly #ended: Counter<'status'>;
  readonly #executionSeconds: Histogram<'status'>;
  readonly #imports: Counter<'outcome'>;
  readonly #liveEvents: Counter<'outcome'>;
  readonly #sockets: Gauge;
  readonly #otlpSpans: Counter<'outcome'>;
  readonly #otlpMade: Counter<'outcome'>;
  readonly #otlpMadeSpans: Counter<'outcome'>;
  readonly #alertTries: Counter<'outcome'>;
  readonly #temporalSyncs: Counter<'outcome'>;
  readonly #temporalEvents: Counter;
  readonly #temporalSeconds: Histogram;
  readonly #temporalListings: Counter<'outcome'>;

  constructor(version: string) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: 'flowprof_http_requests_total',
      help: 'Requests that were answered.',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.#requestSeconds = new Histogram({
      name: 'flowprof_http_request_duration_seconds',
      help: 'Time until an answer was sent.',
      labelNames: ['method', 'route'],
      buckets: REQUEST_SECONDS,
      registers,
    });
    const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
      new Counter({ name, help, labelNames, registers });
    this.#limited = counter('flowprof_rate_limited_requests_total', 'Requests over a limit, answered with 429.', []);
    this.#ended = counter('flowprof_executions_ended_total', 'Executions that this server ran to an end.', ['status']);
    this.#executionSeconds = new Histogram({
      name: 'flowprof_execution_duration_seconds',
      help: 'How long executions ran.',
      labelNames: ['status'],
      buckets: EXECUTION_SECONDS,
      registers,
    });
    this.#imports = counter('flowprof_imports_total', 'Executions of imported files.', ['outcome']);
    this.#liveEvents = counter('flowprof_live_events_total', 'Live events for subscribers.', ['outcome']);
    this.#sockets = new Gauge({ name: 'flowprof_sockets', help: 'Open WebSockets.', registers });
    this.#otlpSpans = counter('flowprof_otlp_spans_total', 'Spans that came by OTLP.', ['outcome']);
    this.#otlpMade = counter('flowprof_otlp_executions_total', 'Executions made, or made again, of spans.', [
      'outcome',
    ]);
    this.#otlpMadeSpans = counter('flowprof_otlp_execution_spans_total', 'The spans of these executions.', ['outcome']);
    this.#alertTries = counter('flowprof_alert_deliveries_total', 'Tries to tell a webhook of an alert.', ['outcome']);
    this.#temporalSyncs = counter('flowprof_temporal_syncs_total', 'Executions of Temporal that were synced.', [
      'outcome',
    ]);
    this.#temporalEvents = counter('flowprof_temporal_events_total', 'Events that were read from Temporal.', []);
    this.#temporalListings = counter('flowprof_temporal_listings_total', 'Listings of executions of Temporal.', [
      'outcome',
    ]);
    this.#temporalSeconds = new Histogram({
      name: 'flowprof_temporal_sync_duration_seconds',
      help: 'How long the sync of an execution took.',
      buckets: REQUEST_SECONDS,
      registers,
    });
    const info = new Gauge({ name: 'flowprof_info', help: 'The version.', labelNames: ['version'], registers });
    info.set({ version }, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Adds what is read from elsewhere, once. */
  watch({ executions, isDatabaseUp, pool, otlpBacklog, alerts, temporal }: MetricSources): void {
    const registers: [] = [];
    const running = new Gauge({
      name: 'flowprof_executions',
      help: 'Executions that wait for their turn or run on this server.',
      labelNames: ['state'],
      registers,
      collect() {
        const load = executions();
        this.set({ state: 'waiting' }, load.waiting);
        this.set({ state: 'running' }, load.running);
      },
    });
    const connections = new Gauge({
      name: 'flowprof_store_connections',
      help: 'Connections to the database, and calls that wait for one.',
      labelNames: ['state'],
      registers,
      collect() {
        const { inUse, idle, waiting } = pool();
        this.set({ state: 'in_use' }, inUse);
        this.set({ state: 'idle' }, idle);
        this.set({ state: 'waiting' }, waiting);
      },
    });
    const database = new Gauge({
      name: 'flowprof_database_up',
      help: 'Whether the database answers.',
      registers,
      async collect() {
        this.set((await isDatabaseUp()) ? 1 : 0);
      },
    });
    const backlog = new Gauge({
      name: 'flowprof_otlp_backlog',
      help: 'What came by OTLP and waits to become executions, of all workspaces: spans, bytes, the age of the oldest.',
      labelNames: ['of'],
      registers,
      async collect() {
        const { spans, bytes, oldestSeconds } = await otlpBacklog();
        this.set({ of: 'spans' }, spans);
        this.set({ of: 'bytes' }, bytes);
        this.set({ of: 'oldest_seconds' }, oldestSeconds);
      },
    });
    this.#watchAlerts(alerts);
    this.#watchTemporal(temporal);
    for (const gauge of [running, connections, database, backlog]) this.#registry.registerMetric<string>(gauge);
  }

  #watchAlerts(load: MetricSources['alerts']): void {
    const alerts = new Gauge({
      name: 'flowprof_alerts',
      help: 'Alert rules that fire, and deliveries that wait for a try, of all workspaces.',
      labelNames: ['of'],
      registers: [],
      async collect() {
        const { firing, waiting } = await load();
        this.set({ of: 'firing_rules' }, firing);
        this.set({ of: 'waiting_deliveries' }, waiting);
      },
    });
    this.#registry.registerMetric<string>(alerts);
  }

  #watchTemporal(load: MetricSources['temporal']): void {
    const temporal = new Gauge({
      name: 'flowprof_temporal',
      help: 'Connections to Temporal and executions that are to be synced, of all workspaces, and the longest wait.',
      labelNames: ['of'],
      registers: [],
      async collect() {
        const { connections, failingConnections, waiting, failing, oldestSeconds } = await load();
        this.set({ of: 'connections' }, connections);
        this.set({ of: 'failing_connections' }, failingConnections);
        this.set({ of: 'waiting_runs' }, waiting);
        this.set({ of: 'failing_runs' }, failing);
        this.set({ of: 'oldest_seconds' }, oldestSeconds);
      },
    });
    this.#registry.registerMetric<string>(temporal);
  }

  requestAnswered({ method, route, status, seconds }: AnsweredRequest): void {
    const labels = { method: METHODS.has(method) ? method : 'other', route };
    this.#requests.inc({ ...labels, status });
    this.#requestSeconds.observe(labels, seconds);
    if (status === 429) this.#limited.inc();
  }

  executionEnded(status: Status, duration: Micros): void {
    if (!isTerminal(status)) return;
    this.#ended.inc({ status });
    this.#executionSeconds.observe({ status }, duration / 1_000_000);
  }

  imported(outcome: 'stored' | 'known' | 'refused', count = 1): void {
    this.#imports.inc({ outcome }, count);
  }

  /** Live events that went to subscribers, or that a slow one did not get. */
  liveEvents(outcome: 'sent' | 'dropped', count = 1): void {
    this.#liveEvents.inc({ outcome }, count);
  }

  /** Spans that were kept, or will never be. */
  otlpSpans(outcome: 'accepted' | 'rejected', count: number): void {
    this.#otlpSpans.inc({ outcome }, count);
  }

  /** What became of traces: executions, parts of executions that called, too many spans for one, or nothing yet. */
  otlpMade(outcome: 'made' | 'joined' | 'refused' | 'failed', executions: number, spans: number): void {
    this.#otlpMade.inc({ outcome }, executions);
    this.#otlpMadeSpans.inc({ outcome }, spans);
  }

  /** A try to tell a webhook of an alert: it took it, did not and is tried again, or is given up. */
  alertTried(outcome: 'delivered' | 'failed' | 'dead'): void {
    this.#alertTries.inc({ outcome });
  }

  /** A sync of an execution of Temporal that came to an end. */
  temporalSynced(outcome: 'recorded' | 'unchanged' | 'failed', events: number, seconds: number): void {
    this.#temporalSyncs.inc({ outcome });
    this.#temporalEvents.inc(events);
    this.#temporalSeconds.observe(seconds);
  }

  temporalListed(outcome: 'listed' | 'failed'): void {
    this.#temporalListings.inc({ outcome });
  }

  sockets(open: number): void {
    this.#sockets.set(open);
  }

  /** Everything, in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
