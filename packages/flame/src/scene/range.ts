import type { TimeRange } from '../api.ts';
import { withEdgeMoved } from '../camera.ts';
import type { Scene } from './scene.ts';

/** The time of a span, or null where there is no clock or no span. */
export function rangeOfSpan(scene: Scene | null, span: number | null): TimeRange | null {
  if (span === null || scene === null) return null;
  return { start: scene.trace.spans.start[span], end: scene.realEnd[span] };
}

/** A range with an edge moved by a time of the chart, within a reach in the same; null where there is no clock. */
export function rangeWithEdgeMoved(
  scene: Scene | null,
  range: TimeRange,
  move: { readonly edge: 'start' | 'end'; readonly by: number; readonly reach: TimeRange },
): TimeRange | null {
  if (scene === null) return null;
  const { time } = scene;
  return time.rangeToReal(withEdgeMoved(time.rangeToChart(range), move.edge, move.by, move.reach));
}
