import { NONE } from '@flowprof/model';
import { shownRow } from '../layout/layout.ts';
import type { Scene } from './scene.ts';

/** A dependency of the selected span's node, from the span that had to end to the one that could begin. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** What the selected one waited for, what waited for it, or an arrow that the source recorded. */
  readonly role: 'needs' | 'needed' | 'link';
  /** Whether it is the one that counted: the dependency that ended last, or the dependent that began first. */
  readonly decisive: boolean;
}

/** At most so many arrows a direction are drawn: those that counted most. */
const MOST = 24;

function needsOf({ trace, layout }: Pick<Scene, 'trace' | 'layout'>, node: number, to: number): Arrow[] {
  const { nodes } = trace;
  const deps = nodes.deps.subarray(nodes.depOffsets[node], nodes.depOffsets[node + 1]);
  const rows = Array.from(deps, (dep) => shownRow(layout, nodes.span[dep])).filter((row) => row !== NONE);
  rows.sort((a, b) => layout.end[b] - layout.end[a]);
  return rows.slice(0, MOST).map((from, at) => ({ from, to, role: 'needs', decisive: at === 0 }));
}

function neededBy({ trace, layout }: Pick<Scene, 'trace' | 'layout'>, node: number, from: number): Arrow[] {
  const { nodes } = trace;
  const rows: number[] = [];
  for (let other = 0; other < nodes.length; other++) {
    for (let d = nodes.depOffsets[other]; d < nodes.depOffsets[other + 1]; d++) {
      if (nodes.deps[d] !== node) continue;
      const row = shownRow(layout, nodes.span[other]);
      if (row !== NONE) rows.push(row);
      break;
    }
  }
  rows.sort((a, b) => layout.start[a] - layout.start[b]);
  return rows.slice(0, MOST).map((to, at) => ({ from, to, role: 'needed', decisive: at === 0 }));
}

function linksOf({ trace, layout }: Pick<Scene, 'trace' | 'layout'>, row: number): Arrow[] {
  const { from, to } = trace.links;
  const arrows: Arrow[] = [];
  for (let i = 0; i < from.length && arrows.length < MOST; i++) {
    if (from[i] !== row && to[i] !== row) continue;
    const ends = { from: shownRow(layout, from[i]), to: shownRow(layout, to[i]) };
    if (ends.from !== NONE && ends.to !== NONE) arrows.push({ ...ends, role: 'link', decisive: false });
  }
  return arrows;
}

/** The arrows to and from the node of a span, and those that the source recorded of the span itself. */
export function arrowsOf(scene: Pick<Scene, 'trace' | 'layout'>, row: number): readonly Arrow[] {
  if (row === NONE) return [];
  const node = scene.trace.spans.node[row];
  const links = linksOf(scene, row);
  if (node === NONE) return links;
  const of = shownRow(scene.layout, scene.trace.nodes.span[node]);
  if (of === NONE) return links;
  return [...needsOf(scene, node, of), ...neededBy(scene, node, of), ...links];
}
