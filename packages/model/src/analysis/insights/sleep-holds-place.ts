import { KIND, spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { isWorthSaying, percentOf, severityOf, type Findings, type InsightRule } from './insight.ts';

/** The queues for places that a sleeping node may hold. */
const PLACES: ReadonlySet<string> = new Set(['concurrency', 'type', 'pool', 'task_queue']);

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly row: number;
}

/** The phases in which nodes sleep, by start, overlapping ones joined. */
function sleeps({ graph }: Findings): Stretch[] {
  const { spans } = graph.trace;
  const code = spans.names.indexOf('sleep');
  if (code === -1) return [];
  const found: Stretch[] = [];
  for (let row = 0; row < spans.length; row++) {
    const isSleep = spans.name[row] === code && spans.kind[row] === KIND.phase;
    if (isSleep && graph.ends[row] > spans.start[row]) found.push({ from: spans.start[row], to: graph.ends[row], row });
  }
  found.sort((a, b) => a.from - b.from || b.to - a.to);
  const joined: Stretch[] = [];
  for (const stretch of found) {
    const last = joined.at(-1);
    if (last !== undefined && stretch.from <= last.to) {
      joined[joined.length - 1] = { ...last, to: Math.max(last.to, stretch.to) };
    } else joined.push(stretch);
  }
  return joined;
}

/** Nodes that only sleep hold places for which the critical path waits. */
export const sleepHoldsPlace: InsightRule = (findings) => {
  const { accounting, measures, graph } = findings;
  const stretches = sleeps(findings);
  let time = 0;
  let longest = { time: 0, row: -1, nodeRow: -1 };
  let next = 0;
  for (const { cause, reason, fromUs, toUs, nodeRow } of accounting.segments) {
    if (cause !== 'queue' || reason === null || !PLACES.has(reason.kind)) continue;
    while (next < stretches.length && stretches[next].to <= fromUs) next++;
    for (let i = next; i < stretches.length && stretches[i].from < toUs; i++) {
      const overlap = Math.min(toUs, stretches[i].to) - Math.max(fromUs, stretches[i].from);
      time += overlap;
      if (overlap > longest.time) longest = { time: overlap, row: stretches[i].row, nodeRow: nodeRow ?? -1 };
    }
  }
  if (longest.row === -1 || !isWorthSaying(time, measures.makespan)) return null;
  const { nodes, spans } = graph.trace;
  const sleeper = nodes.name[spans.node[longest.row]] ?? 'a node';
  return {
    rule: 'sleep_holds_place',
    severity: severityOf(time, measures.makespan),
    title: `For ${percentOf(time, measures.makespan)}% of the makespan, nodes wait for places while others sleep in theirs`,
    advice: `Give "${sleeper}" a pool of its own or raise the limit, for it holds a place while it sleeps and "${nodes.name[longest.nodeRow] ?? 'another node'}" waits for one.`,
    gain: asMicros(time),
    evidence: {
      time_ms: msFromMicros(asMicros(time)),
      percent_of_makespan: percentOf(time, measures.makespan),
      longest_ms: msFromMicros(asMicros(longest.time)),
      span_id: spanIdAt(spans.ids, longest.row),
      node_key: nodes.key[longest.nodeRow] ?? null,
    },
  };
};
