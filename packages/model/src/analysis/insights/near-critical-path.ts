import { spanIdAt } from '../../trace/trace.ts';
import { asMicros, msFromMicros } from '../../units.ts';
import { leafId, leafName } from '../leaf-graph.ts';
import { shortened } from '../shortened.ts';
import { workOnPath } from './one-node-dominates.ts';
import { durationText, isWorthSaying, severityOf, type InsightRule } from './insight.ts';

/** The top bottleneck holds at least this part of the makespan. */
const LEAST_SHARE = 0.2;
/** Without it, less than this part of what it holds is gained. */
const LITTLE = 0.5;

/**
 * The node that holds the critical path longest looks worth making faster, but another path is nearly as long: if it took
 * no time at all, less than half of what it holds would be gained.
 */
export const nearCriticalPath: InsightRule = ({ path, graph, measures, bottlenecks, accounting }) => {
  const top = bottlenecks[0];
  if (path.kind !== 'dependencies' || top === undefined || top.critical < measures.makespan * LEAST_SHARE) return null;
  const { leaves, trace } = graph;
  // A node that mostly waits invites nobody to make it faster.
  if (workOnPath(accounting, trace.nodes.key, top.id) < top.critical / 2) return null;
  const run = new Float64Array(leaves.length);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    if (trace.nodes.key[leaves.node[leaf]] === top.id) run[leaf] = leaves.end[leaf] - leaves.start[leaf];
  }
  const without = shortened(graph, measures, { run });
  const gain = asMicros(measures.makespan - without.makespan);
  if (gain > top.critical * LITTLE || !isWorthSaying(top.critical - gain, measures.makespan)) return null;
  const onPath = new Set(path.leaves);
  const others = without.path.filter((leaf) => !onPath.has(leaf));
  if (others.length === 0) return null;
  const next = others.reduce((most, leaf) => (leaves.run[leaf] > leaves.run[most] ? leaf : most));
  const isNamesake = leafName(graph, next) === top.name;
  const [name, topName] = isNamesake ? [leafId(graph, next), top.id] : [leafName(graph, next), top.name];
  return {
    rule: 'near_critical_path',
    severity: severityOf(top.critical - gain, measures.makespan) === 'high' ? 'medium' : 'low',
    title: `Making "${topName}" faster gains at most ${durationText(gain)} of its ${durationText(top.critical)}`,
    advice: `Make "${name}" shorter together with "${topName}", for the path through it is nearly as long.`,
    gain,
    evidence: {
      node_key: top.id,
      critical_ms: msFromMicros(top.critical),
      gain_ms: msFromMicros(gain),
      next_node_key: leafId(graph, next),
      next_run_ms: msFromMicros(asMicros(leaves.run[next])),
      span_id: spanIdAt(trace.spans.ids, leaves.span[next]),
    },
  };
};
