import { NONE } from '../trace/trace.ts';
import { asMicros } from '../units.ts';
import type { LeafGraph } from './leaf-graph.ts';
import type { NodeGroups } from './node-groups.ts';
import type { Slack, SlackAndDrag } from './slack.ts';

/** When the last leaf would end if those of a group took no time; see `dependencySlack` for what stays. */
function endWithout(graph: LeafGraph, { of }: NodeGroups, group: number, { waitsFor }: Slack): number {
  const { leaves, order, offsets, deps, vertexCount } = graph;
  const { start, end, node } = leaves;
  const moved = new Float64Array(vertexCount).fill(-Infinity);
  let last = -Infinity;
  for (let at = 0; at < vertexCount; at++) {
    const vertex = order[at];
    let ready = -Infinity;
    for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) {
      if (moved[deps[i]] > ready) ready = moved[deps[i]];
    }
    moved[vertex] = ready;
    if (vertex >= leaves.length) continue;
    const begin = waitsFor[vertex] === NONE ? start[vertex] : ready + start[vertex] - end[waitsFor[vertex]];
    moved[vertex] = of[node[vertex]] === group ? begin : begin + end[vertex] - start[vertex];
    if (moved[vertex] > last) last = moved[vertex];
  }
  return last;
}

/**
 * The least slack of the instances of a group, and its drag: by how much the execution would end earlier if none of them
 * took any time. Null where that is not known: for names that several spans have, whose times are in each other, and for
 * nodes without dependencies, whose spans have others inside. O(V + E).
 */
export function slackOfGroup(
  graph: LeafGraph,
  groups: NodeGroups,
  group: number,
  slack: Slack | null,
): SlackAndDrag | null {
  const { leaves, trace } = graph;
  if (slack === null || (slack.by === 'span' && trace.nodes.length > 0)) return null;
  const { name } = trace.spans;
  let [least, count, first, isOnPath] = [Infinity, 0, NONE, false];
  for (let i = 0; i < slack.slack.length; i++) {
    const own = slack.by === 'leaf' ? groups.of[leaves.node[i]] : name[i];
    if (own !== group || Number.isNaN(slack.slack[i])) continue;
    if (count++ === 0) first = i;
    least = Math.min(least, slack.slack[i]);
    if (slack.isOnPath[i] === 1) isOnPath = true;
  }
  if (count === 0 || (count > 1 && slack.by === 'span')) return null;
  if (count === 1) return { slack: asMicros(least), drag: asMicros(slack.drag[first]) };
  if (!isOnPath) return { slack: asMicros(least), drag: asMicros(0) };
  const to = leaves.end.reduce((a, b) => Math.max(a, b), -Infinity);
  return { slack: asMicros(least), drag: asMicros(to - endWithout(graph, groups, group, slack)) };
}
