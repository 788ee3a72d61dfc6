import { NONE } from '@flowprof/model';
import type { TimeRange } from '../api.ts';

/** What the pointer can do to a chart. Places are CSS pixels from the top left of the lanes' canvas. */
export interface PointerTarget {
  timeAtX(x: number): number;
  /** The row at a place, or `NONE`. */
  rowAt(x: number, y: number): number;
  /** Moves the picture along with the pointer. */
  drag(x: number, y: number): void;
  /** Zooms so that `time` comes to lie at `x`. */
  zoom(factor: number, x: number): void;
  hover(row: number, x: number, y: number): void;
  /** Selects what is there. */
  click(x: number, y: number): void;
  fit(row: number): void;
  range(range: TimeRange | null): void;
}

/** A pointer that moves less than this between down and up clicks. */
const CLICK_PIXELS = 4;

type Gesture =
  | { readonly type: 'none' }
  | { readonly type: 'press'; readonly x: number; readonly y: number; readonly selects: boolean }
  | { readonly type: 'pan'; readonly x: number; readonly y: number }
  | { readonly type: 'range'; readonly from: number }
  | { readonly type: 'pinch'; readonly distance: number; readonly x: number };

/** Turns the pointer's events on the lanes into gestures: click, drag, range and pinch. Returns a function that stops. */
export function attachPointer(canvas: HTMLElement, target: PointerTarget): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let gesture: Gesture = { type: 'none' };
  const stop = new AbortController();
  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pinchOf = (): Gesture => {
    const [a, b] = [...pointers.values()];
    return { type: 'pinch', distance: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)), x: (a.x + b.x) / 2 };
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { x, y } = place(event);
    pointers.set(event.pointerId, { x, y });
    canvas.setPointerCapture(event.pointerId);
    if (pointers.size === 2) gesture = pinchOf();
    else if (event.shiftKey) gesture = { type: 'range', from: target.timeAtX(x) };
    else gesture = { type: 'press', x, y, selects: true };
    target.hover(NONE, x, y);
  };
  const move = (event: PointerEvent): void => {
    const { x, y } = place(event);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, { x, y });
    switch (gesture.type) {
      case 'none':
        return target.hover(target.rowAt(x, y), x, y);
      case 'press':
        if (Math.hypot(x - gesture.x, y - gesture.y) < CLICK_PIXELS) return;
        target.drag(x - gesture.x, y - gesture.y);
        gesture = { type: 'pan', x, y };
        return;
      case 'pan':
        target.drag(x - gesture.x, y - gesture.y);
        gesture = { type: 'pan', x, y };
        return;
      case 'range': {
        const to = target.timeAtX(x);
        return target.range({ start: Math.min(gesture.from, to), end: Math.max(gesture.from, to) });
      }
      case 'pinch': {
        if (pointers.size < 2) return;
        const next = pinchOf();
        if (next.type !== 'pinch') return;
        target.drag(next.x - gesture.x, 0);
        target.zoom(gesture.distance / next.distance, next.x);
        gesture = next;
        return;
      }
      default:
        return gesture satisfies never;
    }
  };
  const up = (event: PointerEvent): void => {
    const known = pointers.delete(event.pointerId);
    if (!known) return;
    const { x, y } = place(event);
    if (gesture.type === 'press' && event.type === 'pointerup') target.click(x, y);
    if (gesture.type === 'range' && Math.abs(target.timeAtX(x) - gesture.from) === 0) target.range(null);
    const [left] = pointers.values();
    gesture = left ? { type: 'pan', x: left.x, y: left.y } : { type: 'none' };
  };
  const { signal } = stop;
  canvas.addEventListener('pointerdown', down, { signal });
  canvas.addEventListener('pointermove', move, { signal });
  canvas.addEventListener('pointerup', up, { signal });
  canvas.addEventListener('pointercancel', up, { signal });
  canvas.addEventListener('pointerleave', () => target.hover(NONE, 0, 0), { signal });
  canvas.addEventListener('dblclick', (event) => target.fit(target.rowAt(place(event).x, place(event).y)), { signal });
  return () => stop.abort();
}
