import { pixelAt } from '../camera.ts';
import { METRICS } from '../scene/metrics.ts';
import { formatDuration } from '../time.ts';
import { device, type Frame, type Surface } from './frame.ts';

/** How high a tooth of the edge is, and how far it sticks out, in CSS pixels. */
const TOOTH_HEIGHT = 8;
const TOOTH_WIDTH = 3;
const NARROWEST = 7;
/** From this width on the skipped time stands in the break. */
const WITH_TEXT = 12;

/** A path down one edge of a break, or with `up` back to the top. */
function zigzag(frame: Frame, surface: Surface, x: number, up: boolean): void {
  const { context } = surface;
  const top = device(frame, METRICS.axisHeight);
  const tooth = device(frame, TOOTH_HEIGHT);
  const out = device(frame, TOOTH_WIDTH);
  const teeth = Math.ceil((frame.height - top) / tooth);
  for (let i = 0; i <= teeth; i++) {
    const at = up ? teeth - i : i;
    context.lineTo(x + (at % 2 === 0 ? 0 : out), top + at * tooth);
  }
}

function drawEdges(frame: Frame, surface: Surface, from: number, to: number): void {
  const { context } = surface;
  const { theme } = frame;
  context.fillStyle = theme.minimapShade;
  context.beginPath();
  zigzag(frame, surface, from, false);
  zigzag(frame, surface, to, true);
  context.fill();
  context.strokeStyle = theme.minimapHandle;
  context.lineWidth = Math.max(1, Math.round(frame.dpr));
  for (const x of [from, to]) {
    context.beginPath();
    zigzag(frame, surface, x, false);
    context.stroke();
  }
}

/** The skipped time: across where the break is wide, else down. */
function drawSkipped(frame: Frame, surface: Surface, from: number, to: number, text: string): void {
  const { context, meter } = surface;
  const { theme, dpr } = frame;
  const width = meter.width(text);
  const top = device(frame, METRICS.axisHeight);
  const pad = device(frame, METRICS.labelPadding);
  const middle = (Math.max(0, from) + Math.min(frame.width, to)) / 2 + device(frame, TOOTH_WIDTH) / 2;
  context.font = surface.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = theme.text;
  if (width + pad * 2 <= to - from) {
    context.fillText(text, middle - width / 2, top + device(frame, 14));
  } else if (to - from >= device(frame, WITH_TEXT) && width + pad * 2 <= frame.height - top) {
    context.setTransform(0, 1, -1, 0, middle - dpr * 0.5, top + pad);
    context.fillText(text, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }
}

/** Draws the stretches that are cut: a band with zigzag edges over the lanes that says how much time it leaves out. */
export function drawBreaks(frame: Frame, surface: Surface): void {
  const { scale } = frame;
  for (const cut of frame.scene.time.breaks) {
    const from = pixelAt(scale, cut.chartStart);
    const to = Math.max(pixelAt(scale, cut.chartEnd), from + device(frame, NARROWEST));
    if (to < 0) continue;
    if (from > frame.width) break;
    drawEdges(frame, surface, from, to);
    drawSkipped(frame, surface, from, to, formatDuration(cut.end - cut.start));
  }
}
