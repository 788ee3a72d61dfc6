import { describe, expect, it } from 'vitest';
import { formatDuration, formatTick, roundStep, ticksOf } from './time.ts';

const SECOND = 1_000_000;

describe('times in words', () => {
  it.each([
    [0, '0 µs'],
    [7, '7 µs'],
    [999, '999 µs'],
    [1_000, '1 ms'],
    [1_234, '1.23 ms'],
    [12_345, '12.3 ms'],
    [45_000, '45 ms'],
    [999_400, '999 ms'],
    [999_600, '1 s'],
    [4_520_000, '4.52 s'],
    [59_400_000, '59.4 s'],
    [59_999_999, '1 min'],
    [125_000_000, '2 min 5 s'],
    [3_600_000_000, '1 h'],
    [-1_500, '−1.5 ms'],
  ])('says a duration of %d as %s', (micros, text) => {
    expect(formatDuration(micros)).toBe(text);
  });

  it.each([
    [0, 500_000, 3 * SECOND, '0'],
    [500_000, 500_000, 3 * SECOND, '0.5 s'],
    [1_000_000, 500_000, 3 * SECOND, '1.0 s'],
    [20_000, 20_000, 100_000, '20 ms'],
    [50, 10, 100, '50 µs'],
    [1_234_560, 10, 1_234_600, '1.23456 s'],
    [90 * SECOND, 30 * SECOND, 300 * SECOND, '1 min 30 s'],
    [120 * SECOND, 30 * SECOND, 300 * SECOND, '2 min'],
    [500_000, 500_000, 901_000, '500 ms'],
    [SECOND, SECOND, 1_500_000, '1 s'],
  ])('labels the tick at %d, with steps of %d up to %d, %s', (time, step, largest, text) => {
    expect(formatTick(time, step, largest)).toBe(text);
  });

  it.each([
    [0.2, 1],
    [3, 5],
    [11, 20],
    [60_000, 100_000],
    [1_000_000, SECOND],
    [7 * SECOND, 10 * SECOND],
    [40 * SECOND, 60 * SECOND],
    [100_000 * SECOND, 172_800 * SECOND],
  ])('rounds a step of at least %d to %d', (least, step) => {
    expect(roundStep(least)).toBe(step);
  });

  it('sets ticks on round times, far enough apart', () => {
    const { step, times } = ticksOf(-130, 1_050, 1_000, 100);
    expect(step).toBe(200);
    expect(times.map((time) => time + 0)).toEqual([0, 200, 400, 600, 800, 1_000]);
  });

  it('labels all ticks of a view differently', () => {
    for (const [start = 0, end = 0] of [
      [0, 4],
      [0, 90],
      [1e6, 1e6 + 40],
      [59e6, 61e6],
      [119e6, 121e6],
      [0, 9e9],
    ]) {
      const { step, times } = ticksOf(start, end, 1_000, 96);
      const labels = times.map((time) => formatTick(time, step, end));
      expect(new Set(labels).size).toBe(times.length);
    }
  });
});
