import { NONE, spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { isWorthSaying, severityOf, type InsightRule } from './insight.ts';
import { hostIn, numberIn, requestAround } from './requests.ts';

/** From this size on. */
const LARGE_BYTES = 1_000_000;
/** The phases in which a body is on its way, with what tells its size. */
const BODIES: ReadonlyMap<string, string> = new Map([
  ['download', 'bytes'],
  ['request', 'request_bytes'],
  ['decode', 'bytes'],
]);

/** A size in words. */
function sizeText(bytes: number): string {
  return `${Math.round(bytes / 100_000) / 10} MB`;
}

/** The critical path waits for large bodies of requests to be sent, to arrive, or to be decoded. */
export const oversizedPayload: InsightRule = ({ accounting, graph, measures }) => {
  const { spans, nodes } = graph.trace;
  const bodies = spans.names.map((name) => BODIES.get(name) ?? null);
  let time = 0;
  let largest = { bytes: 0, row: NONE, nodeRow: NONE };
  const requests = new Set<number>();
  let before = NONE;
  for (const { spanRow, nodeRow, fromUs, toUs } of accounting.segments) {
    if (spanRow === null) continue;
    const size = bodies[spans.name[spanRow]];
    // What is decoded is what was asked for just before.
    const request = size === null ? NONE : requestAround(spans, spanRow);
    const of = request === NONE ? before : request;
    if (request !== NONE) before = request;
    const bytes = size === null || of === NONE ? null : numberIn(spans.metadata.get(of), size);
    if (bytes === null || bytes < LARGE_BYTES || spans.node[of] !== spans.node[spanRow]) continue;
    time += toUs - fromUs;
    requests.add(of);
    if (bytes > largest.bytes) largest = { bytes, row: of, nodeRow: nodeRow ?? NONE };
  }
  if (largest.row === NONE || !isWorthSaying(time, measures.makespan)) return null;
  const host = hostIn(spans.metadata.get(largest.row) ?? {});
  const who = largest.nodeRow === NONE ? 'a request' : `"${nodes.name[largest.nodeRow]}"`;
  return {
    rule: 'oversized_payload',
    severity: severityOf(time, measures.makespan),
    title: `${who} moves ${sizeText(largest.bytes)}${host === null ? '' : ` from or to ${host}`}`,
    advice: `Ask for fewer fields or pages, compress the body, or pass a reference to it, for the critical path waits while ${who} moves it.`,
    gain: asMicros(time),
    evidence: {
      time_ms: msFromMicros(asMicros(time)),
      requests: requests.size,
      largest_bytes: largest.bytes,
      host,
      span_id: spanIdAt(spans.ids, largest.row),
    },
  };
};
