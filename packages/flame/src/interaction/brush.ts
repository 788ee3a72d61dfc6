import type { TimeRange } from '../api.ts';

/** Where on the window of the minimap a drag began. */
export type BrushPart = 'left' | 'right' | 'inside' | 'outside';

/** What a place on the minimap belongs to. All in the same unit, e.g. pixels. */
export function brushPartAt(x: number, from: number, to: number, grip: number, whole: boolean): BrushPart {
  if (Math.abs(x - from) <= grip) return 'left';
  if (Math.abs(x - to) <= grip) return 'right';
  return x > from && x < to && !whole ? 'inside' : 'outside';
}

function range(a: number, b: number): TimeRange {
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

/** The range that a drag from `from` to `to` (times) makes of the window that was there when it began. */
export function brushed(part: BrushPart, window: TimeRange, from: number, to: number): TimeRange {
  const by = to - from;
  switch (part) {
    case 'left':
      return range(window.start + by, window.end);
    case 'right':
      return range(window.start, window.end + by);
    case 'inside':
      return { start: window.start + by, end: window.end + by };
    case 'outside':
      return range(from, to);
    default:
      return part satisfies never;
  }
}

/** What the minimap's pointer needs of the chart. */
export interface BrushTarget {
  readonly reach: TimeRange;
  readonly window: TimeRange;
  set(range: TimeRange): void;
  /** A click outside the window: centre it there. */
  centre(time: number): void;
}

const GRIP = 6;

/** Makes the window of a minimap draggable. Returns a function that stops. */
export function attachBrush(canvas: HTMLElement, target: () => BrushTarget | null): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let drag: { readonly part: BrushPart; readonly from: number; readonly window: TimeRange; moved: boolean } | null =
    null;
  const timeAt = (event: PointerEvent, reach: TimeRange): number => {
    const box = canvas.getBoundingClientRect();
    return reach.start + ((event.clientX - box.left) / box.width) * (reach.end - reach.start);
  };
  const partAt = (event: PointerEvent, { reach, window }: BrushTarget): BrushPart => {
    const box = canvas.getBoundingClientRect();
    const toX = (time: number): number => ((time - reach.start) / (reach.end - reach.start)) * box.width;
    const whole = window.end - window.start >= (reach.end - reach.start) * 0.999;
    return brushPartAt(event.clientX - box.left, toX(window.start), toX(window.end), GRIP, whole);
  };
  const down = (event: PointerEvent): void => {
    const chart = target();
    if (chart === null || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    drag = { part: partAt(event, chart), from: timeAt(event, chart.reach), window: chart.window, moved: false };
  };
  const move = (event: PointerEvent): void => {
    const chart = target();
    if (chart === null) return;
    if (drag === null) {
      const part = partAt(event, chart);
      canvas.style.cursor = part === 'inside' ? 'grab' : part === 'outside' ? 'crosshair' : 'ew-resize';
      return;
    }
    const time = timeAt(event, chart.reach);
    const apart = Math.abs(time - drag.from) / (chart.reach.end - chart.reach.start);
    if (!drag.moved && apart * canvas.clientWidth < 3) return;
    drag.moved = true;
    chart.set(brushed(drag.part, drag.window, drag.from, time));
  };
  const up = (event: PointerEvent): void => {
    const chart = target();
    if (drag !== null && !drag.moved && drag.part === 'outside' && chart !== null)
      chart.centre(timeAt(event, chart.reach));
    drag = null;
  };
  canvas.addEventListener('pointerdown', down, { signal });
  canvas.addEventListener('pointermove', move, { signal });
  canvas.addEventListener('pointerup', up, { signal });
  canvas.addEventListener('pointercancel', () => (drag = null), { signal });
  return () => stop.abort();
}
