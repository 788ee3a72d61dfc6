import { KIND, spanIdAt, spanNameAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { durationText, isWorthSaying, percentOf, severityOf, type Findings, type InsightRule } from './insight.ts';

/** Fewer than this are no habit. */
const LEAST_RUNS = 20;

/** All runs of one thing that hold the critical path. */
interface Runs {
  readonly name: string;
  time: number;
  readonly rows: Set<number>;
  longest: number;
  longestTime: number;
}

/** What works on the critical path: nodes by key, and other spans by their name and the node they are in. */
function runsOf({ accounting, graph }: Findings): Iterable<Runs> {
  const { nodes, spans } = graph.trace;
  const groups = new Map<string, Runs>();
  const add = (id: string, name: string, run: number, row: number, time: number) => {
    let runs = groups.get(id);
    if (runs === undefined) groups.set(id, (runs = { name, time: 0, rows: new Set(), longest: row, longestTime: -1 }));
    runs.time += time;
    runs.rows.add(run);
    if (time <= runs.longestTime) return;
    runs.longestTime = time;
    runs.longest = row;
  };
  for (const { cause, nodeRow, spanRow, fromUs, toUs } of accounting.segments) {
    if (cause !== 'work' || spanRow === null) continue;
    const time = toUs - fromUs;
    if (nodeRow !== null) add(`node ${nodes.key[nodeRow]}`, nodes.name[nodeRow], nodeRow, spanRow, time);
    const isInside = nodeRow === null || spans.kind[spanRow] === KIND.phase;
    if (isInside) add(`${nodeRow ?? ''} ${spans.name[spanRow]}`, spanNameAt(spans, spanRow), spanRow, spanRow, time);
  }
  return groups.values();
}

/**
 * Very many short runs of one thing, one after the other, add up to a good part of the critical path: a request for each
 * of many items, a query in a loop. At most all but one of them could be saved.
 */
export const manyShortRuns: InsightRule = (findings) => {
  const { measures, graph } = findings;
  let most: Runs | null = null;
  for (const runs of runsOf(findings)) {
    if (runs.rows.size >= LEAST_RUNS && runs.time > (most?.time ?? 0)) most = runs;
  }
  if (most === null) return null;
  const count = most.rows.size;
  const gain = asMicros(Math.floor(most.time - most.time / count));
  if (!isWorthSaying(gain, measures.makespan)) return null;
  const mean = asMicros(Math.round(most.time / count));
  return {
    rule: 'many_short_runs',
    severity: severityOf(gain, measures.makespan),
    title: `"${most.name}" runs ${count} times one after the other, ${durationText(mean)} each, and holds ${percentOf(most.time, measures.makespan)}% of the makespan`,
    advice: `Let one "${most.name}" do the work of many, or run several at once, for each is short and all together are long.`,
    gain,
    evidence: {
      runs: count,
      critical_ms: msFromMicros(asMicros(most.time)),
      mean_ms: msFromMicros(mean),
      longest_ms: msFromMicros(asMicros(most.longestTime)),
      span_id: spanIdAt(graph.trace.spans.ids, most.longest),
    },
  };
};
