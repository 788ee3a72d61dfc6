import { NONE, spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { criticalOfLeaves } from '../bottlenecks.ts';
import { leafName } from '../leaf-graph.ts';
import { isWorthSaying, percentOf, severityOf, type Findings, type InsightRule } from './insight.ts';

/** So many misses at least. */
const LEAST_MISSES = 3;

/** The leaves that asked a cache, by what it answered. */
function answersOf({ graph }: Findings): { readonly hits: Set<number>; readonly misses: Set<number> } {
  const { spans, annotations } = graph.trace;
  const hits = new Set<number>();
  const misses = new Set<number>();
  const note = (row: number, isHit: boolean) => {
    const leaf = graph.leaves.ofSpan[row] ?? NONE;
    if (leaf !== NONE) (isHit ? hits : misses).add(leaf);
  };
  for (let i = 0; i < annotations.length; i++) {
    if (annotations.type[i] !== 'cache') continue;
    const isHit = /\b(?:hit|validated)\b/i.test(annotations.label[i]);
    if (isHit || /\bmiss\b/i.test(annotations.label[i])) note(annotations.span[i], isHit);
  }
  for (const [row, { cache_hit: isHit }] of spans.metadata) if (typeof isHit === 'boolean') note(row, isHit);
  return { hits, misses };
}

/** A cache is there and answers some, but most of what is asked is not in it, and the critical path pays for that. */
export const cacheMisses: InsightRule = (findings) => {
  const { graph, measures, accounting } = findings;
  const { hits, misses } = answersOf(findings);
  if (hits.size === 0 || misses.size < LEAST_MISSES || misses.size <= hits.size) return null;
  const critical = criticalOfLeaves(graph, accounting.held);
  let time = 0;
  let worst = NONE;
  for (const leaf of misses) {
    time += critical[leaf];
    if (worst === NONE || critical[leaf] > critical[worst]) worst = leaf;
  }
  if (!isWorthSaying(time, measures.makespan)) return null;
  const all = hits.size + misses.size;
  return {
    rule: 'cache_misses',
    severity: severityOf(time, measures.makespan),
    title: `The cache misses ${misses.size} of ${all} times`,
    advice: `Look at what makes the keys of the cache differ between runs, or fill it beforehand, beginning with "${leafName(graph, worst)}".`,
    gain: asMicros(time),
    evidence: {
      misses: misses.size,
      hits: hits.size,
      percent_missed: percentOf(misses.size, all),
      critical_ms: msFromMicros(asMicros(time)),
      span_id: spanIdAt(graph.trace.spans.ids, graph.leaves.span[worst]),
    },
  };
};
