import { useEffect, useState, type RefObject } from 'react';

/** The rows of a long list that are rendered: `[first, last)`. */
export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** So many rows above and below those that can be seen are rendered too. */
const BESIDE = 24;
/** How many are there before anything has been measured. */
const AT_FIRST = 60;
/** The window moves by steps of so many rows, so that not every pixel of scrolling renders. */
const STEP = 8;

/** The rows to render of `count` rows of a height, of which `[top, bottom)` pixels from the first are in view. */
export function windowOf(count: number, height: number, top: number, bottom: number): RowWindow {
  const first = Math.floor((top / height - BESIDE) / STEP) * STEP;
  const last = Math.ceil((bottom / height + BESIDE) / STEP) * STEP;
  const from = Math.max(0, Math.min(first, count));
  return { first: from, last: Math.max(from, Math.min(count, last)) };
}

/** What scrolls an element: the nearest box around it that does, or the window. */
function scrollerOf(element: Element): Element {
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return document.scrollingElement ?? document.documentElement;
}

/** From where to where, in pixels from the top of `body`, its scroller shows. */
function seenOf(body: Element, scroller: Element): { readonly top: number; readonly bottom: number } {
  const isPage = scroller === document.scrollingElement;
  const box = isPage ? { top: 0, height: innerHeight } : scroller.getBoundingClientRect();
  const top = box.top - body.getBoundingClientRect().top;
  return { top, bottom: top + box.height };
}

/** Which rows of a table's body are to be rendered; follows whatever scrolls it. */
export function useRowWindow(body: RefObject<HTMLElement | null>, count: number, height: number): RowWindow {
  const [seen, setSeen] = useState<RowWindow>({ first: 0, last: AT_FIRST });
  useEffect(() => {
    if (body.current === null) return undefined;
    const element = body.current;
    const scroller = scrollerOf(element);
    const look = (): void => {
      const { top, bottom } = seenOf(element, scroller);
      const next = windowOf(count, height, top, bottom);
      setSeen((before) => (before.first === next.first && before.last === next.last ? before : next));
    };
    look();
    const stop = new AbortController();
    const options = { signal: stop.signal, passive: true, capture: true };
    document.addEventListener('scroll', look, options);
    globalThis.addEventListener('resize', look, options);
    return () => stop.abort();
  }, [body, count, height]);
  const first = Math.min(seen.first, count);
  return { first, last: Math.max(first, Math.min(seen.last, count)) };
}

/** Scrolls so that a row can be seen, wherever it lies; not at all where it can. */
export function showRow(body: HTMLElement, at: number, height: number): void {
  const scroller = scrollerOf(body);
  const { top, bottom } = seenOf(body, scroller);
  const from = at * height;
  if (from >= top + height && from + height <= bottom) return;
  scroller.scrollTop += from - (top + bottom - height) / 2;
}
