import { spanIdAt, spanNameAt, NONE } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { isWorthSaying, severityOf, type Findings, type InsightRule } from './insight.ts';
import { hostIn, requestAround } from './requests.ts';

/** The steps before a connection can be used, as the conductor and OpenTelemetry's instrumentations call them. */
const SETUP: ReadonlySet<string> = new Set(['dns', 'tcp', 'tls', 'dns.lookup', 'tcp.connect', 'tls.connect']);
/** Fewer connections than this could have been saved: no habit. */
const LEAST_AVOIDABLE = 2;

interface Host {
  readonly host: string;
  /** The spans of requests that opened a connection. */
  readonly opening: Set<number>;
  /** All spans of requests. */
  readonly requests: number[];
  /** The time on the critical path that setting up took; microseconds. */
  critical: number;
  slowest: number;
  slowestTime: number;
}

/** How many of some spans run at once at most. */
function mostAtOnce({ graph }: Findings, rows: readonly number[]): number {
  const starts = Float64Array.from(rows, (row) => graph.trace.spans.start[row]).sort();
  const ends = Float64Array.from(rows, (row) => graph.ends[row]).sort();
  let most = 0;
  let ended = 0;
  for (let i = 0; i < starts.length; i++) {
    while (ends[ended] <= starts[i]) ended++;
    most = Math.max(most, i + 1 - ended);
  }
  return most;
}

/** The hosts to which connections were opened. */
function hostsOf({ graph, accounting }: Findings): Host[] {
  const { spans } = graph.trace;
  const isSetup = spans.names.map((name) => SETUP.has(name));
  const hosts = new Map<string, Host>();
  if (!isSetup.includes(true)) return [];
  for (const [row, metadata] of spans.metadata) {
    const host = hostIn(metadata);
    if (host === null) continue;
    const known = hosts.get(host);
    if (known !== undefined) known.requests.push(row);
    else hosts.set(host, { host, opening: new Set(), requests: [row], critical: 0, slowest: NONE, slowestTime: -1 });
  }
  const hostOf = (row: number) => {
    const request = requestAround(spans, row);
    return request === NONE ? null : { request, host: hosts.get(hostIn(spans.metadata.get(request) ?? {}) ?? '') };
  };
  for (let row = 0; row < spans.length; row++) {
    const found = isSetup[spans.name[row]] && graph.ends[row] > spans.start[row] ? hostOf(row) : null;
    found?.host?.opening.add(found.request);
  }
  for (const { spanRow, fromUs, toUs } of accounting.segments) {
    if (spanRow === null || !isSetup[spans.name[spanRow]]) continue;
    const host = hostOf(spanRow)?.host;
    if (host === undefined) continue;
    host.critical += toUs - fromUs;
    if (toUs - fromUs <= host.slowestTime) continue;
    host.slowestTime = toUs - fromUs;
    host.slowest = spanRow;
  }
  return [...hosts.values()];
}

/**
 * Requests to one host open a connection each time (name, TCP, TLS) although earlier ones could have been used again.
 * As many as there are requests at once are needed; the others could be saved.
 */
export const connectionSetup: InsightRule = (findings) => {
  const { measures, graph } = findings;
  let worst: { readonly host: Host; readonly avoidable: number; readonly gain: number } | null = null;
  for (const host of hostsOf(findings)) {
    const avoidable = host.opening.size - mostAtOnce(findings, host.requests);
    if (avoidable < LEAST_AVOIDABLE) continue;
    const gain = Math.floor((host.critical * avoidable) / host.opening.size);
    if (worst === null || gain > worst.gain) worst = { host, avoidable, gain };
  }
  if (worst === null || !isWorthSaying(worst.gain, measures.makespan)) return null;
  const { host, avoidable } = worst;
  const { spans } = graph.trace;
  return {
    rule: 'connection_setup',
    severity: severityOf(worst.gain, measures.makespan),
    title: `${host.opening.size} of ${host.requests.length} requests to ${host.host} open a new connection`,
    advice: `Keep connections to ${host.host} open and use them again, for ${avoidable} times name, TCP and TLS were set up anew without need.`,
    gain: asMicros(worst.gain),
    evidence: {
      host: host.host,
      requests: host.requests.length,
      connections: host.opening.size,
      avoidable,
      critical_ms: msFromMicros(asMicros(host.critical)),
      slowest_ms: msFromMicros(asMicros(Math.max(0, host.slowestTime))),
      ...(host.slowest !== NONE && {
        phase: spanNameAt(spans, host.slowest),
        span_id: spanIdAt(spans.ids, host.slowest),
      }),
    },
  };
};
