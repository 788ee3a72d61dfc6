import type { Contestant, MakeContestant, Range, Spans } from './contestant.ts';
import { SCENES } from './spans.ts';

/** What the harness does in the page. */
interface BenchPage {
  /** Makes the spans and the contestant; what it holds so far counts for nobody. */
  prepare(): Promise<void>;
  /** Milliseconds from the spans to their picture. */
  load(): Promise<number>;
  /** Runs a sequence of frames, with a mark before and after each. */
  frames(kind: 'zoom' | 'pan', count: number): Promise<void>;
  /** Milliseconds from a search to its picture, or null where there is no search. */
  search(text: string): Promise<number | null>;
}

declare global {
  interface Window {
    bench: BenchPage;
  }
}

const wanted = new URLSearchParams(location.search);
const host = document.getElementById('host');

function need<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`there is no ${what}`);
  return value;
}

/** Resolves once what was asked to be drawn is on its way to the screen. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
  });
}

/** In and out again around a place: every frame shows a range of another length. */
function zoomRange(spans: Spans, i: number, count: number): Range {
  const way = 1 - Math.abs((2 * i) / (count - 1) - 1);
  const length = spans.end * 0.0001 ** way;
  const middle = spans.end * 0.43;
  const start = Math.max(0, middle - length / 2);
  return { start, end: Math.min(spans.end, start + length) };
}

let spans: Spans | null = null;
let contestant: Contestant | null = null;

/** By the name of the contestant, how its file is loaded. */
export type Contestants = Readonly<Record<string, () => Promise<{ readonly make: MakeContestant }>>>;

const benchOf = (contestants: Contestants): BenchPage => ({
  async prepare() {
    const file = need(contestants[wanted.get('contestant') ?? ''], 'contestant of this name');
    const { make } = await file();
    contestant = await make(need(host, 'host'));
    spans = need(SCENES[wanted.get('scene') ?? ''], 'scene of this name')();
    await contestant.prepare?.(spans);
    await painted();
  },
  async load() {
    const from = performance.now();
    performance.mark('load-begin');
    await need(contestant, 'contestant').load(need(spans, 'spans'));
    await painted();
    performance.mark('load-end');
    return performance.now() - from;
  },
  async frames(kind, count) {
    const chart = need(contestant, 'contestant');
    const all = need(spans, 'spans');
    const length = all.end / 20;
    if (chart[kind] === undefined) return;
    if (kind === 'pan') await chart.zoom?.({ start: 0, end: length });
    await painted();
    for (let i = 0; i < count; i++) {
      performance.mark(`${kind}-begin`);
      if (kind === 'zoom') await chart.zoom?.(zoomRange(all, i, count));
      else await chart.pan?.(length / 8);
      await painted();
      performance.mark(`${kind}-end`);
    }
  },
  async search(text) {
    const chart = need(contestant, 'contestant');
    if (chart.search === undefined) return null;
    await chart.zoom?.({ start: 0, end: need(spans, 'spans').end });
    await chart.openSearch?.();
    await painted();
    const from = performance.now();
    performance.mark('search-begin');
    await chart.search(text);
    await painted();
    performance.mark('search-end');
    return performance.now() - from;
  },
});

/** Lets the page be told what to do with the contestants. */
export function startBench(contestants: Contestants): void {
  window.bench = benchOf(contestants);
  document.body.dataset['ready'] = 'yes';
}
