import { NONE, spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { hostIn, requestAround } from './requests.ts';

/** From this part of the makespan on. */
const LARGE_SHARE = 0.3;
/** Of one node, the node itself is the bottleneck. */
const LEAST_NODES = 2;

interface Service {
  readonly host: string;
  time: number;
  readonly nodes: Set<number>;
  readonly requests: Set<number>;
  longest: number;
  longestTime: number;
}

/** Several nodes wait on the critical path for one host to answer; as with a node, twice as fast is what may be hoped for. */
export const slowService: InsightRule = ({ accounting, graph, measures }) => {
  const { spans } = graph.trace;
  const firstByte = spans.names.indexOf('first_byte');
  if (firstByte === -1) return null;
  const services = new Map<string, Service>();
  for (const { spanRow, nodeRow, fromUs, toUs } of accounting.segments) {
    if (spanRow === null || nodeRow === null || spans.name[spanRow] !== firstByte) continue;
    const request = requestAround(spans, spanRow);
    const host = request === NONE ? null : hostIn(spans.metadata.get(request) ?? {});
    if (host === null) continue;
    let service = services.get(host);
    if (service === undefined) {
      service = { host, time: 0, nodes: new Set(), requests: new Set(), longest: spanRow, longestTime: 0 };
      services.set(host, service);
    }
    service.time += toUs - fromUs;
    service.nodes.add(nodeRow);
    service.requests.add(request);
    if (toUs - fromUs <= service.longestTime) continue;
    service.longestTime = toUs - fromUs;
    service.longest = spanRow;
  }
  let worst: Service | null = null;
  for (const service of services.values()) if (worst === null || service.time > worst.time) worst = service;
  if (worst === null || worst.nodes.size < LEAST_NODES || worst.time < measures.makespan * LARGE_SHARE) return null;
  const gain = asMicros(Math.floor(worst.time / 2));
  if (!isWorthSaying(gain, measures.makespan)) return null;
  return {
    rule: 'slow_service',
    severity: severityOf(gain, measures.makespan),
    title: `${percentOf(worst.time, measures.makespan)}% of the makespan waits for ${worst.host} to answer`,
    advice: `Look at what ${worst.host} does with these requests, or ask it earlier or for several things at once, for ${worst.nodes.size} nodes wait for it one after the other.`,
    gain,
    evidence: {
      host: worst.host,
      time_ms: msFromMicros(asMicros(worst.time)),
      percent_of_makespan: percentOf(worst.time, measures.makespan),
      nodes: worst.nodes.size,
      requests: worst.requests.size,
      longest_ms: msFromMicros(asMicros(worst.longestTime)),
      span_id: spanIdAt(spans.ids, worst.longest),
    },
  };
};
