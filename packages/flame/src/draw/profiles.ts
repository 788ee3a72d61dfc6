import { pixelAt } from '../camera.ts';
import { METRICS } from '../scene/metrics.ts';
import { device, type Frame, type Surface } from './frame.ts';
import { laneTopPixel } from './overlays.ts';

/** A bar is at least this part of its height where anything runs in it at all. */
const LEAST = 0.25;

/** Cuts bars that stand for several runs down to how many of them ran at each time, next to the most at once. */
export function drawProfiles(frame: Frame, surface: Surface, first: number, last: number): void {
  const { scene, scale, theme, width } = frame;
  const { context } = surface;
  const height = device(frame, METRICS.barHeight);
  context.fillStyle = theme.background;
  for (const { row, levels, most, from } of scene.profiles ?? []) {
    const lane = scene.layout.laneOf[row];
    if (lane < first || lane >= last) continue;
    const start = pixelAt(scale, from);
    const end = pixelAt(scale, scene.layout.end[row]);
    if (end <= 0 || start >= width || end - start < device(frame, 8)) continue;
    const top = laneTopPixel(frame, lane);
    const bin = (end - start) / levels.length;
    let taken = Math.max(0, start);
    for (let i = Math.max(0, Math.floor(-start / bin)); i < levels.length && taken < width;) {
      // All bins that end in the same pixel are as high as the highest.
      let level = levels[i];
      let next = i + 1;
      const to = (): number => Math.round(start + next * bin);
      while (next < levels.length && to() <= taken) level = Math.max(level, levels[next++]);
      const right = Math.min(width, to());
      const missing = Math.round(height * (1 - LEAST) * (1 - level / most));
      if (right > taken && missing > 0) context.fillRect(taken, top, right - taken, missing);
      taken = Math.max(taken, right);
      i = next;
    }
  }
}
