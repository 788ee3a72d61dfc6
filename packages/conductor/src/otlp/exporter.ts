import {
  Attributes,
  type Clock,
  type JsonValue,
  type OtlpSpan,
  type RandomBytes,
  type TraceEvent,
  type TraceSink,
} from '@flowprof/model';
import { systemClock, systemRandom, systemTimers } from '../clock.ts';
import type { Timers } from '../types.ts';
import { Delivery, type ExportStats } from './delivery.ts';
import { RunSpans } from './run-spans.ts';

/** The instrumentation scope that the spans are from; the version is that of this package. */
export const SCOPE = { name: '@flowprof/conductor', version: '0.1.0' } as const;

export interface OtlpExporterOptions {
  /** Where the receiver is, without `/v1/traces`: as in `OTEL_EXPORTER_OTLP_ENDPOINT`, e.g. `http://127.0.0.1:4318`. */
  readonly url: string | URL;
  /** Sent with every request, e.g. for authentication. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly compression?: 'gzip';
  /** How long a request may take; 10,000 when absent. */
  readonly timeoutMs?: number;
  /** How many ended spans are kept until they can be sent, about 2 KB each; 50,000 when absent. */
  readonly maxQueue?: number;
  /** Attributes of the resource; `service.name` is `flowprof` unless it is given. */
  readonly resource?: Readonly<Record<string, JsonValue>>;
  readonly timers?: Timers;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
}

/** A sink that sends runs to an OpenTelemetry collector, or anything else that speaks OTLP. */
export interface OtlpExporter extends TraceSink {
  readonly stats: ExportStats;
  /** Sends what is waiting, and resolves with the figures once that has been taken or given up. */
  flush(): Promise<ExportStats>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_QUEUE = 50_000;
/** How many runs may be under way at once; beyond that the oldest is forgotten. */
const MAX_RUNS = 1000;

function tracesUrl(base: string | URL): URL {
  const text = typeof base === 'string' ? base : base.href;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new RangeError('the url of an OTLP receiver must be an http or https URL');
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url;
}

/** The start and the end of every request: all that is said besides the spans. */
function envelopeOf(resource: Readonly<Record<string, JsonValue>>): (spans: readonly OtlpSpan[]) => string {
  const attributes = new Attributes();
  for (const [key, value] of Object.entries(resource)) attributes.add(key, value);
  attributes
    .add('service.name', 'flowprof')
    .add('telemetry.sdk.name', 'flowprof')
    .add('telemetry.sdk.language', 'nodejs')
    .add('telemetry.sdk.version', SCOPE.version);
  return (spans) =>
    JSON.stringify({
      resourceSpans: [{ resource: { attributes: attributes.list }, scopeSpans: [{ scope: SCOPE, spans }] }],
    });
}

class Exporter implements OtlpExporter {
  readonly #delivery: Delivery;
  readonly #runs = new Map<string, RunSpans>();

  constructor(options: OtlpExporterOptions) {
    const gzip = options.compression === 'gzip';
    this.#delivery = new Delivery({
      url: tracesUrl(options.url),
      headers: {
        'user-agent': `flowprof-otlp/${SCOPE.version}`,
        ...options.headers,
        'content-type': 'application/json',
        ...(gzip && { 'content-encoding': 'gzip' }),
      },
      gzip,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxQueue: options.maxQueue ?? DEFAULT_QUEUE,
      timers: options.timers ?? systemTimers,
      clock: options.clock ?? systemClock,
      random: options.random ?? systemRandom,
      envelope: envelopeOf(options.resource ?? {}),
    });
  }

  get stats(): ExportStats {
    return this.#delivery.stats;
  }

  // Async, so that everything that goes wrong is a rejection: what the run then warns of.
  async write(executionId: string, batch: readonly TraceEvent[]): Promise<void> {
    const run = this.#runOf(executionId, batch);
    if (run === undefined) throw new Error('the exporter does not know the run: it has not seen its start');
    this.#delivery.add(run, run.take(batch));
    if (batch.some(({ type }) => type === 'execution_finished')) this.#runs.delete(executionId);
    if (run.problem === null) return;
    const { lost, problem } = run;
    run.lost = 0;
    run.problem = null;
    throw new Error(lost > 0 ? `${lost} spans were not exported: ${problem}` : problem);
  }

  async flush(): Promise<ExportStats> {
    await this.#delivery.flush();
    return this.stats;
  }

  #runOf(executionId: string, batch: readonly TraceEvent[]): RunSpans | undefined {
    const started = batch.find((event) => event.type === 'execution_started');
    if (started === undefined) return this.#runs.get(executionId);
    const oldest = this.#runs.keys().next();
    if (this.#runs.size >= MAX_RUNS && oldest.done !== true) this.#runs.delete(oldest.value);
    const run = new RunSpans(started);
    this.#runs.set(executionId, run);
    return run;
  }
}

/**
 * Makes a sink that sends every span of a run, once it has ended, as OTLP/HTTP in JSON (OTLP 1.x) to `<url>/v1/traces`.
 *
 * It never holds up a run: spans wait in a queue of limited length, a batch goes out every second or as soon as 1,000
 * wait, and is tried five times with growing waits (or those of `Retry-After`) where the protocol allows that. What is lost
 * is counted in `stats`, and the run, while it goes on, says it as a `sink_failed` warning. Call `flush()` before the
 * process ends, or it stays for as long as the sending takes.
 *
 * The trace id is the execution's id without dashes, or that of the caller's `traceparent`; one more span at the top, whose
 * id is the second half of the execution's, stands for the execution.
 * @throws {RangeError} when the url is not an http or https URL
 */
export function otlpExporter(options: OtlpExporterOptions): OtlpExporter {
  return new Exporter(options);
}
