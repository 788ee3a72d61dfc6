import { useCallback, useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import { rowsInView, rowsNear, type RowRange } from './windowing.ts';

/** Which rows of a list are on the page, and which of them can be seen. */
export interface RowWindow {
  readonly near: RowRange;
  readonly inView: RowRange;
  /** In CSS pixels; 0 until the first row is there. */
  readonly rowHeight: number;
}

const FIRST: RowWindow = { near: { first: 0, end: 40 }, inView: { first: 0, end: 20 }, rowHeight: 0 };

function sameRange(a: RowRange, b: RowRange): boolean {
  return a.first === b.first && a.end === b.end;
}

/** Follows the window over a list that scrolls with the page. Rows are `[data-row]` and equally tall. */
export function useRowWindow(body: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [shown, setShown] = useState(FIRST);
  const measure = useCallback(() => {
    const element = body.current;
    if (element === null) return;
    const rowHeight = element.querySelector('[data-row]')?.getBoundingClientRect().height ?? 0;
    const rows = { count, rowHeight, top: element.getBoundingClientRect().top, windowHeight: innerHeight };
    const next = { near: rowsNear(rows), inView: rowsInView(rows), rowHeight };
    // Before the picture is painted: what the rows measure is known only once they are there.
    // oxlint-disable-next-line react/set-state-in-effect
    setShown((before) => {
      const same = sameRange(before.near, next.near) && sameRange(before.inView, next.inView);
      return same && before.rowHeight === rowHeight ? before : next;
    });
  }, [body, count]);
  useLayoutEffect(measure);
  useEffect(() => {
    let frame = 0;
    const later = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    };
    addEventListener('scroll', later, { passive: true });
    addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', later);
      removeEventListener('resize', later);
    };
  }, [measure]);
  return shown;
}
