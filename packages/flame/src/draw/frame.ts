import type { Layers, TimeRange, Viewport } from '../api.ts';
import type { Scale } from '../camera.ts';
import type { Arrow } from '../scene/arrows.ts';
import type { CriticalLanes } from '../scene/critical.ts';
import type { BitSet } from '../scene/bits.ts';
import type { HighlightMarks } from '../scene/highlight.ts';
import type { Scene } from '../scene/scene.ts';
import type { SpanMarks } from '../scene/span-marks.ts';
import type { Theme } from '../theme.ts';
import type { Pen } from './pen.ts';
import type { TextMeter } from './text.ts';

/** Everything one picture is drawn from. */
export interface Frame {
  readonly scene: Scene;
  readonly view: Viewport;
  /** Time to device pixels. */
  readonly scale: Scale;
  /** Device pixels per CSS pixel. */
  readonly dpr: number;
  /** The size of the canvas in device pixels. */
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  readonly layers: Layers;
  readonly critical: CriticalLanes | null;
  readonly highlight: HighlightMarks | null;
  /** What stays while all else fades: what is pointed out, else what was searched for. */
  readonly match: BitSet | null;
  /** Rows, or `NONE`. */
  readonly selected: number;
  readonly hovered: number;
  readonly range: TimeRange | null;
  /** Dependencies of the selected span. */
  readonly arrows: readonly Arrow[];
  readonly marks: SpanMarks | null;
  /** In the time of the chart. */
  readonly notes: readonly TimeRange[];
}

/** A canvas with the font's widths known; drawing happens in device pixels. */
export interface Surface {
  readonly context: Pen;
  readonly meter: TextMeter;
  /** The font at the size of labels. */
  readonly font: string;
}

/** CSS pixels as whole device pixels. */
export function device(frame: Pick<Frame, 'dpr'>, css: number): number {
  return Math.round(css * frame.dpr);
}
