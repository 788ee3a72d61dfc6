import type { JsonObject } from '../../json.ts';
import { NONE, spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { isWorthSaying, severityOf, type Findings, type InsightRule } from './insight.ts';
import { urlIn } from './requests.ts';

/** Twice may be a check. */
const LEAST_TIMES = 3;
const MOST_TEXT = 80;
const METHODS = ['method', 'http.request.method', 'http.method'];
const STATEMENTS = ['db.query.text', 'db.statement'];

function textAt(metadata: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const value = metadata[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/** What a span does, if the same again gives the same: the URL of a request that changes nothing, or a query. */
function sameIn(metadata: JsonObject): string | null {
  // What a server does is told by the request of its client.
  if (metadata['span.kind'] === 'server') return null;
  const url = urlIn(metadata);
  if (url !== null && /^get$/i.test(textAt(metadata, METHODS) ?? '')) return url;
  const statement = textAt(metadata, STATEMENTS);
  // With parameters left out, the same text may ask for something else each time.
  return statement !== null && /^\s*select\b/i.test(statement) && !/\?|\$\d|%s|:\w/.test(statement) ? statement : null;
}

interface Repeated {
  readonly what: string;
  readonly rows: number[];
  /** How long each of `rows` holds the critical path, with what is inside it; microseconds. */
  readonly critical: number[];
}

/** What is done several times over. */
function repeatedIn({ graph }: Findings): Repeated[] {
  const groups = new Map<string, Repeated>();
  for (const [row, metadata] of graph.trace.spans.metadata) {
    const what = sameIn(metadata);
    if (what === null) continue;
    const known = groups.get(what);
    if (known === undefined) {
      groups.set(what, { what, rows: [row], critical: [0] });
    } else {
      known.rows.push(row);
      known.critical.push(0);
    }
  }
  return [...groups.values()].filter(({ rows }) => rows.length >= LEAST_TIMES);
}

/** Adds up what of the critical path each repeated span holds, with the spans inside it. */
function addCritical({ graph, accounting }: Findings, groups: readonly Repeated[]): void {
  const { parent } = graph.trace.spans;
  const group = new Int32Array(graph.trace.spans.length).fill(NONE);
  const place = new Uint32Array(graph.trace.spans.length);
  for (const [i, { rows }] of groups.entries()) {
    for (const [k, row] of rows.entries()) {
      group[row] = i;
      place[row] = k;
    }
  }
  for (const row of graph.tree.order) {
    const up = parent[row];
    if (group[row] !== NONE || up === NONE) continue;
    group[row] = group[up];
    place[row] = place[up];
  }
  for (const { spanRow, fromUs, toUs } of accounting.segments) {
    if (spanRow === null || group[spanRow] === NONE) continue;
    const { critical } = groups[group[spanRow]];
    critical[place[spanRow]] += toUs - fromUs;
  }
}

/** The same request that changes nothing, or the same query, is made again and again on the critical path. */
export const duplicateWork: InsightRule = (findings) => {
  const { measures, graph } = findings;
  const groups = repeatedIn(findings);
  if (groups.length === 0) return null;
  addCritical(findings, groups);
  let worst: { readonly of: Repeated; readonly gain: number } | null = null;
  for (const of of groups) {
    // One of them is needed, and it may be the longest.
    let [sum, longest] = [0, 0];
    for (const time of of.critical) {
      sum += time;
      longest = Math.max(longest, time);
    }
    const gain = sum - longest;
    if (worst === null || gain > worst.gain) worst = { of, gain };
  }
  if (worst === null || !isWorthSaying(worst.gain, measures.makespan)) return null;
  const { what, rows } = worst.of;
  const text = what.length > MOST_TEXT ? `${what.slice(0, MOST_TEXT)}…` : what;
  return {
    rule: 'duplicate_work',
    severity: severityOf(worst.gain, measures.makespan),
    title: `The same is asked ${rows.length} times: ${text}`,
    advice:
      'Ask once and hand the answer on, keep it in a cache, or, where it is asked until it changes, have the change reported.',
    gain: asMicros(worst.gain),
    evidence: {
      what: text,
      times: rows.length,
      repeated_ms: msFromMicros(asMicros(worst.gain)),
      span_id: spanIdAt(graph.trace.spans.ids, rows[0]),
    },
  };
};
