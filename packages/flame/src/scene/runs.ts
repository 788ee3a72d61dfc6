import { pixelAt, type Scale } from '../camera.ts';
import type { Layout } from '../layout/layout.ts';
import { BitSet } from './bits.ts';
import { longestIn } from './longest.ts';

/** Bits of a run: what is in it, however many spans it stands for. */
export const RUN = { merged: 1, failed: 2, match: 4 } as const;

/** The positions of `laneRows` whose rows have something about them. */
export function markedIn(layout: Layout, has: (row: number) => boolean): BitSet {
  const { laneRows } = layout;
  const marked = new BitSet(laneRows.length);
  for (let i = 0; i < laneRows.length; i++) if (has(laneRows[i])) marked.add(i);
  return marked;
}

/** What must not vanish when spans are merged into one pixel. */
export interface Marks {
  readonly failed: BitSet;
  /** Null when nothing is searched for. */
  readonly match: BitSet | null;
}

function grow<T extends Int32Array | Uint32Array | Uint8Array>(old: T, into: T): T {
  into.set(old);
  return into;
}

/** What there is to draw in one lane: runs of pixels from left to right, each of one span or of all within one pixel. */
export class RunBuffer {
  count = 0;
  /** The first pixel and the one after the last; never empty. */
  from = new Int32Array(256);
  to = new Int32Array(256);
  /** The row of the span, or of the longest of those that share the pixel. */
  row = new Uint32Array(256);
  flags = new Uint8Array(256);

  push(from: number, to: number, row: number, flags: number): void {
    if (this.count === this.from.length) this.#grow();
    const i = this.count++;
    this.from[i] = from;
    this.to[i] = to;
    this.row[i] = row;
    this.flags[i] = flags;
  }

  #grow(): void {
    const size = this.from.length * 2;
    this.from = grow(this.from, new Int32Array(size));
    this.to = grow(this.to, new Int32Array(size));
    this.row = grow(this.row, new Uint32Array(size));
    this.flags = grow(this.flags, new Uint8Array(size));
  }
}

/** The first position in `[low, high)` whose span ends right of the pixel; searched by ever longer steps, then halving. */
function firstEndingAfter(layout: Layout, scale: Scale, pixel: number, low: number, high: number): number {
  const { laneEnd } = layout;
  const { perMicro } = scale;
  // rounded to a pixel at most `pixel`
  const limit = pixel + scale.origin + 0.5;
  let step = 1;
  let below = low - 1;
  let probe = low;
  while (probe < high && laneEnd[probe] * perMicro < limit) {
    below = probe;
    probe += step;
    step *= 2;
  }
  let above = Math.min(probe, high);
  while (above - below > 1) {
    const middle = (above + below) >> 1;
    if (laneEnd[middle] * perMicro < limit) below = middle;
    else above = middle;
  }
  return above;
}

function flagsBetween(marks: Marks, a: number, b: number): number {
  let flags = 0;
  if (marks.failed.anyIn(a, b)) flags |= RUN.failed;
  if (marks.match !== null && marks.match.anyIn(a, b)) flags |= RUN.match;
  return flags;
}

/**
 * Reduces a lane to at most one run a pixel. The work is proportional to the pixels in view and the logarithm of the
 * spans in the lane: what ends within a pixel that is taken is skipped, and its flags are added up by counts.
 */
export function reduceLane(layout: Layout, lane: number, scale: Scale, marks: Marks, out: RunBuffer): void {
  const { laneOffsets, laneRows, laneStart, laneEnd } = layout;
  const high = laneOffsets[lane + 1];
  out.count = 0;
  let taken = 0;
  let i = firstEndingAfter(layout, scale, -1, laneOffsets[lane], high);
  while (i < high) {
    const left = pixelAt(scale, laneStart[i]);
    if (left >= scale.width) break;
    const right = pixelAt(scale, laneEnd[i]);
    const from = Math.max(left, taken, 0);
    if (right > from && from < scale.width) {
      const to = Math.min(right, scale.width);
      out.push(from, to, laneRows[i], flagsBetween(marks, i, i + 1));
      taken = to;
      i++;
      continue;
    }
    if (right > left) {
      // Its pixels were taken by what had to be drawn at least one pixel wide just before.
      if (out.count > 0) out.flags[out.count - 1] |= flagsBetween(marks, i, i + 1);
      i++;
      continue;
    }
    const next = firstEndingAfter(layout, scale, left, i + 1, high);
    const flags = flagsBetween(marks, i, next);
    if (left >= from) {
      out.push(left, left + 1, laneRows[longestIn(layout, i, next)], flags | (next - i > 1 ? RUN.merged : 0));
      taken = left + 1;
    } else if (out.count > 0) {
      out.flags[out.count - 1] |= flags;
    }
    i = next;
  }
}
