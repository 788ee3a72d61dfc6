import { useCallback, useMemo, useState, type RefCallback } from 'react';
import { rowWindow, type RowWindow } from './rowWindow.ts';

interface RowWindowHandle extends RowWindow {
  /** Of the element that scrolls. */
  readonly ref: RefCallback<HTMLElement>;
  /** Of what an open row shows beyond its own height. */
  readonly measure: (key: string) => RefCallback<HTMLElement>;
}

/** A row that shows more below itself. */
interface OpenRow {
  readonly row: number;
  /** Its own, wherever it stands. */
  readonly key: string;
}

function useHeights() {
  const [heights, setHeights] = useState<ReadonlyMap<string, number>>(new Map<string, number>());
  const measure = useCallback(
    (key: string) => (element: HTMLElement | null) => {
      if (!element) return undefined;
      const observer = new ResizeObserver(() => {
        const height = element.offsetHeight;
        setHeights((known) => (known.get(key) === height ? known : new Map(known).set(key, height)));
      });
      observer.observe(element);
      return () => observer.disconnect();
    },
    [],
  );
  return { heights, measure };
}

/**
 * Keeps only those rows of a long list in the document that are in view.
 * @param height of each row, in CSS pixels
 */
export function useRowWindow(count: number, height: number, open: readonly OpenRow[]): RowWindowHandle {
  const [view, setView] = useState({ top: 0, room: 800 });
  const { heights, measure } = useHeights();
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const look = () => setView({ top: element.scrollTop, room: element.clientHeight });
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, []);
  const shown = useMemo(() => {
    const extra = new Map(open.map(({ row, key }) => [row, heights.get(key) ?? 0]));
    return rowWindow({ count, height, extra }, view.top, view.room);
  }, [count, height, open, heights, view]);
  return { ...shown, ref, measure };
}
