import { createFlameChart, DARK, LIGHT, type FlameChartHandle } from '@flowprof/flame';
import { msFromMicros, asMicros, type Trace } from '@flowprof/model';
import { checkout, checkoutPath, dense, live, many, ms, threads } from './traces.ts';

/** What a test can reach in the page. */
export interface FlamePage {
  readonly chart: FlameChartHandle;
  readonly trace: Trace;
  readonly events: { readonly type: string; readonly value: unknown }[];
  /** Milliseconds until the trace could be drawn. */
  readonly loadMs: number;
  /** How often the page was drawn in that time. */
  readonly framesWhileLoading: number;
  /** Milliseconds that each of `count` pictures took to draw, while the view moves through the run. */
  readonly drawTimes: (count: number, share: number) => Promise<number[]>;
}

declare global {
  interface Window {
    flame: FlamePage;
  }
}

const wanted = new URLSearchParams(location.search);
const traces: Readonly<Record<string, () => Trace>> = {
  checkout,
  dense,
  live,
  threads,
  '1000': () => many(1_000, 6),
  '100000': () => many(100_000, 16),
  '1000000': () => many(1_000_000, 24),
};
const trace = (traces[wanted.get('trace') ?? 'checkout'] ?? checkout)();
const dark = wanted.get('theme') === 'dark';
document.body.classList.toggle('dark', dark);

const host = document.getElementById('host');
if (host === null) throw new Error('the page has no host');
const frames: { callback: (time: number) => void }[] = [];
const stepped = wanted.has('stepped');
const chart = createFlameChart(host, {
  theme: dark ? DARK : LIGHT,
  label: 'Flame chart of a test run',
  ...(wanted.has('still') && { reducedMotion: true }),
  ...(wanted.has('worker') && {
    worker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
  }),
  ...(stepped && {
    scheduler: {
      request: (callback: (time: number) => void) => frames.push({ callback }),
      cancel: () => {
        frames.length = 0;
      },
    },
  }),
});
const events: { type: string; value: unknown }[] = [];
for (const type of ['select', 'hover', 'viewport', 'range', 'layers', 'help'] as const) {
  chart.on(type, (value) => events.push({ type, value }));
}
const before = performance.now();
chart.setTrace(trace, { now: wanted.get('trace') === 'live' ? ms(900) : null });
let framesWhileLoading = 0;
if (chart.isLoading()) {
  const count = (): void => {
    framesWhileLoading++;
    if (chart.isLoading()) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  await new Promise<void>((resolve) => {
    const stop = chart.on('loading', (loading) => {
      if (loading) return;
      stop();
      resolve();
    });
  });
}
const loadMs = performance.now() - before;
if (wanted.get('trace') === 'checkout' || !wanted.has('trace')) chart.setCriticalPath(checkoutPath(trace));

/** Runs every frame that was asked for and returns how long that took. */
function step(): number {
  const due = frames.splice(0);
  const from = performance.now();
  for (const { callback } of due) callback(from);
  return performance.now() - from;
}

async function drawTimes(count: number, share: number): Promise<number[]> {
  const { length } = trace.spans;
  const end = (trace.spans.start[length - 1] ?? 0) * (1 - share);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = (end * i) / count;
    chart.setViewport({ start, end: start + (end / (1 - share)) * share });
    times.push(step());
    await new Promise(requestAnimationFrame);
  }
  return times;
}

window.flame = { chart, trace, events, loadMs, framesWhileLoading, drawTimes };
document.body.dataset['ready'] = String(msFromMicros(asMicros(0)));
