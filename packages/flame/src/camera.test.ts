import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  between,
  centreRange,
  clampViewport,
  fitRange,
  NARROWEST,
  panBy,
  pixelAt,
  reachOf,
  reachWith,
  reveal,
  scaleOf,
  scrollBy,
  timeAt,
  zoomAt,
} from './camera.ts';

const bounds = { time: { start: 0, end: 1_000_000 }, contentHeight: 1_000, viewHeight: 300 };
const view = { start: 200_000, end: 400_000, scrollTop: 0 };

describe('the camera', () => {
  it('stays within its bounds whatever it is asked for', () => {
    const asked = fc.constantFrom(Number.NaN, -Infinity, Infinity, 1e308, -1e308, 0, 5);
    fc.assert(
      fc.property(asked, asked, asked, (start, end, scrollTop) => {
        const shown = clampViewport({ start, end, scrollTop }, bounds);
        expect(shown.start).toBeGreaterThanOrEqual(bounds.time.start);
        expect(shown.end).toBeLessThanOrEqual(bounds.time.end);
        expect(shown.end).toBeGreaterThan(shown.start);
        expect(shown.scrollTop).toBeGreaterThanOrEqual(0);
        expect(shown.scrollTop).toBeLessThanOrEqual(700);
      }),
    );
    expect(clampViewport({ start: Number.NaN, end: Number.NaN, scrollTop: 0 }, bounds)).toEqual({
      ...bounds.time,
      scrollTop: 0,
    });
  });

  it('keeps the time under the pointer where it is while zooming, wherever the edges allow it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.3, max: 1, noNaN: true }),
        (at, factor) => {
          const time = view.start + at * (view.end - view.start);
          const zoomed = zoomAt(view, factor, time, at, bounds);
          expect(zoomed.start + at * (zoomed.end - zoomed.start)).toBeCloseTo(time, 3);
          for (const t of [0.1, 0.5, 0.9]) {
            const half = between(view, zoomed, t);
            expect(half.start + at * (half.end - half.start)).toBeCloseTo(time, 3);
          }
        },
      ),
    );
  });

  it('never leaves the run and never gets narrower than it may', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
        fc.double({ noNaN: true, min: 0, max: 1e9 }),
        (start, width) => {
          const clamped = clampViewport({ start, end: start + width, scrollTop: width - 5 }, bounds);
          expect(clamped.start).toBeGreaterThanOrEqual(0);
          expect(clamped.end).toBeLessThanOrEqual(1_000_000.001);
          expect(clamped.end - clamped.start).toBeGreaterThanOrEqual(NARROWEST * 0.999);
          expect(clamped.scrollTop).toBeGreaterThanOrEqual(0);
          expect(clamped.scrollTop).toBeLessThanOrEqual(700);
        },
      ),
    );
  });

  it('pans and scrolls up to the edges', () => {
    expect(panBy(view, 0.5, bounds)).toMatchObject({ start: 300_000, end: 500_000 });
    expect(panBy(view, -5, bounds)).toMatchObject({ start: 0, end: 200_000 });
    expect(scrollBy(view, 5_000, bounds).scrollTop).toBe(700);
  });

  it('fits, centres and reveals ranges', () => {
    expect(fitRange(view, { start: 500_000, end: 600_000 }, bounds, 0.1)).toMatchObject({
      start: 490_000,
      end: 610_000,
    });
    expect(centreRange(view, { start: 500_000, end: 600_000 }, bounds)).toMatchObject({ start: 450_000, end: 650_000 });
    expect(reveal(view, { start: 250_000, end: 260_000 }, 500, 520, bounds)).toEqual({ ...view, scrollTop: 220 });
    expect(reveal(view, { start: 700_000, end: 710_000 }, 0, 20, bounds)).toMatchObject({
      start: 605_000,
      end: 805_000,
    });
  });

  it('gives a run without length a range to show', () => {
    const reach = reachOf(5, 5);
    expect(reach.end).toBeGreaterThan(reach.start);
    expect(reach.start).toBeLessThanOrEqual(5);
  });

  it('anchors the grid of pixels in time, so that moving sideways never regroups spans', () => {
    const scale = scaleOf({ start: 1_000, end: 2_000 }, 500);
    const moved = scaleOf({ start: 1_003, end: 2_003 }, 500);
    const shift = pixelAt(scale, 1_500) - pixelAt(moved, 1_500);
    for (let time = 1_000; time < 2_000; time++) expect(pixelAt(scale, time) - pixelAt(moved, time)).toBe(shift);
    expect(timeAt(scale, pixelAt(scale, 1_500))).toBeCloseTo(1_500, 6);
  });
});

it('reaches what a run beside it reaches', () => {
  expect(reachWith({ minTime: 0, maxTime: 100 }, null)).toEqual(reachOf(0, 100));
  expect(reachWith({ minTime: 0, maxTime: 100 }, { start: -50, end: 400 })).toEqual(reachOf(-50, 400));
  expect(reachWith({ minTime: 0, maxTime: 100 }, { start: 20, end: 30 })).toEqual(reachOf(0, 100));
});
