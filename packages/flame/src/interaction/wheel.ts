/** What of a wheel event is looked at. */
export type WheelTurn = Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

/** What a turn of the wheel means: zoom by a factor at the pointer, or move by CSS pixels. */
export type WheelMove =
  | { readonly type: 'zoom'; readonly factor: number }
  | { readonly type: 'move'; readonly x: number; readonly y: number };

const LINE = 16;
const PAGE = 400;
/** One notch of a wheel zooms by at most this much of `e`'s power. */
const MOST_PER_TURN = 60;

/** Reads a turn of the wheel; `plain` says what a wheel without any key does. */
export function wheelMoveOf(turn: WheelTurn, plain: 'scroll' | 'zoom'): WheelMove {
  const unit = turn.deltaMode === 1 ? LINE : turn.deltaMode === 2 ? PAGE : 1;
  const x = turn.deltaX * unit;
  const y = turn.deltaY * unit;
  const sideways = Math.abs(x) > Math.abs(y);
  if (turn.ctrlKey || turn.metaKey || (plain === 'zoom' && !turn.shiftKey && !sideways)) {
    return { type: 'zoom', factor: Math.exp(Math.max(-MOST_PER_TURN, Math.min(MOST_PER_TURN, y)) * 0.008) };
  }
  if (turn.shiftKey) return { type: 'move', x: sideways ? x : y, y: 0 };
  return sideways ? { type: 'move', x, y: 0 } : { type: 'move', x: 0, y };
}
