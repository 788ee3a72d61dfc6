import type { Spans } from './contestant.ts';

/** A repeatable sequence of numbers between 0 and 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STEPS = ['fetch', 'parse', 'validate', 'enrich', 'score', 'store', 'index', 'notify', 'render', 'archive'];
const NAMES_A_STEP = 20;

/** So many spans one after the other in each of some lanes, whose lengths differ by a factor of up to a hundred. */
function spansOf(length: number, lanes: number, seed = 1): Spans {
  const random = seeded(seed);
  const names = STEPS.flatMap((step) => Array.from({ length: NAMES_A_STEP }, (_, i) => `${step} ${i}`));
  const start = new Float64Array(length);
  const duration = new Float64Array(length);
  const name = new Uint32Array(length);
  const lane = new Uint8Array(length);
  const free = new Float64Array(lanes);
  let end = 0;
  let before = 0;
  for (let i = 0; i < length; i++) {
    const to = i % lanes;
    // no span begins before the one above it in the table
    const from = Math.max(before, free[to] ?? 0) + Math.floor(random() * 3);
    const lasts = 1 + Math.floor(random() ** 3 * 100);
    start[i] = from;
    duration[i] = lasts * lanes;
    name[i] = Math.floor(random() * names.length);
    lane[i] = to;
    free[to] = from + lasts * lanes;
    before = from;
    end = Math.max(end, from + lasts * lanes);
  }
  return { length, start, duration, name, names, lane, lanes, end };
}

/** What is shown, by the name of the scene. */
export const SCENES: Readonly<Record<string, () => Spans>> = {
  '10k': () => spansOf(10_000, 1),
  '100k': () => spansOf(100_000, 1),
  '1m': () => spansOf(1_000_000, 1),
  '5m': () => spansOf(5_000_000, 8),
};
