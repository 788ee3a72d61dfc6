import type { MergedGraph, NodeTable, Presence, SpanTable } from '@flowprof/model';
import { NONE } from '@flowprof/model';
import type { Scene } from '../scene/scene.ts';
import type { NodeDifference } from '../api.ts';
import type { Ink, Theme } from '../theme.ts';
import { formatDuration } from '../time.ts';

/** From how many times as long on a difference has the first step of colour, the second, ...; faster by the inverse. */
export const DIFFERENCE_STEPS = [1.05, 1.15, 1.35, 1.75, 2.5] as const;

/** Codes of differences beside the steps, which are 1 to 5 for slower and -1 to -5 for faster; 0 is about the same. */
export const DIFFERENCE = { new: 100, removed: 101, unknown: 102 } as const;

/** The code of a change from one time to another. */
function stepOf(before: number, after: number): number {
  if (before === after) return 0;
  const slower = after > before;
  const ratio = slower ? after / before : before / after;
  let step = 0;
  while (step < DIFFERENCE_STEPS.length && ratio >= DIFFERENCE_STEPS[step]) step++;
  return slower ? step : step === 0 ? 0 : -step;
}

/** By block, its code; null where nothing is compared. */
export function differenceCodes({
  base,
  length,
  total,
}: Pick<MergedGraph, 'base' | 'length' | 'total'>): Int8Array | null {
  if (base === null) return null;
  return Int8Array.from({ length }, (_, block) => {
    switch (base.presence[block]) {
      case 'new':
        return DIFFERENCE.new;
      case 'removed':
        return DIFFERENCE.removed;
      case 'both':
        return stepOf(base.total[block], total[block]);
      default:
        return base.presence[block] satisfies never;
    }
  });
}

/** By span, the code of its node's difference; `unknown` where that is not told. */
export function spanDifference(
  spans: Pick<SpanTable, 'length' | 'node'>,
  nodes: Pick<NodeTable, 'key'>,
  difference: NodeDifference,
): Int8Array {
  const codes = Int8Array.from(nodes.key, (key) => {
    const ratio = difference.get(key);
    if (ratio === undefined || Number.isNaN(ratio)) return DIFFERENCE.unknown;
    return ratio === Infinity ? DIFFERENCE.new : stepOf(1, Math.max(0, ratio));
  });
  return Int8Array.from({ length: spans.length }, (_, row) =>
    spans.node[row] === NONE ? DIFFERENCE.unknown : codes[spans.node[row]],
  );
}

export function differenceInk(theme: Theme, code: number): Ink {
  const { slower, faster, same, added, removed } = theme.difference;
  if (code === DIFFERENCE.new) return added;
  if (code === DIFFERENCE.removed) return removed;
  if (code === DIFFERENCE.unknown) return theme.system;
  if (code === 0) return same;
  return code > 0 ? slower[code - 1] : faster[-code - 1];
}

/** Whether a bar is told apart by a pattern: text on it needs a plate. */
export function isPatterned({ difference }: Pick<Scene, 'difference'>, row: number): boolean {
  const code = difference?.[row];
  return code === DIFFERENCE.new || code === DIFFERENCE.removed;
}

/** How a total changed, in words and numbers, so that it never is told by colour alone. */
export function changeText(presence: Presence, before: number, after: number): string {
  switch (presence) {
    case 'new':
      return `new, ${formatDuration(after)}`;
    case 'removed':
      return `removed, ${formatDuration(before)}`;
    case 'both': {
      if (before === after) return 'same';
      return `${after > before ? '+' : ''}${formatDuration(after - before)}`;
    }
    default:
      return presence satisfies never;
  }
}
