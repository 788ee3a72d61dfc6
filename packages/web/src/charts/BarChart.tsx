import { useMemo, useState, type KeyboardEvent } from 'react';
import type uPlot from 'uplot';
import { plainAxis, timeAxis, WHOLE_STEPS } from './axes.ts';
import { sumOf, type BarKind, type BarSlot } from './barPicture.ts';
import { useInk, type Ink } from './ink.ts';
import { Plot, type PlotOptions } from './Plot.tsx';

interface Shown {
  readonly ink: Ink;
  readonly kinds: readonly BarKind[];
  readonly slots: readonly BarSlot[];
  /** Milliseconds. */
  readonly step: number;
}

/** Fills a part of a bar; what is not plain is told apart without its colour. */
function paintPart(
  ctx: CanvasRenderingContext2D,
  look: BarKind['look'],
  colour: string,
  x: number,
  y: number,
  w: number,
  h: number,
  ratio: number,
) {
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  ctx.lineWidth = ratio;
  if (look === 'plain') return ctx.fillRect(x, y, w, h);
  ctx.globalAlpha = 0.25;
  ctx.fillRect(x, y, w, h);
  ctx.globalAlpha = 1;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  ctx.beginPath();
  const gap = 5 * ratio;
  if (look === 'hatched') {
    for (let at = x - h; at < x + w; at += gap) {
      ctx.moveTo(at, y + h);
      ctx.lineTo(at + h, y);
    }
  } else if (look === 'dotted') {
    for (let at = y; at < y + h; at += gap) {
      ctx.moveTo(x, at);
      ctx.lineTo(x + w, at);
    }
  } else if (look === 'open') ctx.rect(x, y, w, h);
  ctx.stroke();
  ctx.restore();
  return undefined;
}

function paintBars(chart: uPlot, { ink, kinds, slots, step }: Shown): void {
  const { ctx } = chart;
  const ratio = devicePixelRatio;
  const width = chart.valToPos(step / 1000, 'x', true) - chart.valToPos(0, 'x', true);
  const gap = Math.min(3 * ratio, width * 0.2);
  for (const { from, counts } of slots) {
    const x = chart.valToPos(from / 1000, 'x', true) + gap / 2;
    let below = 0;
    for (const { key, look, colour } of kinds) {
      const count = counts.get(key) ?? 0;
      if (count === 0) continue;
      const [top, bottom] = [chart.valToPos(below + count, 'y', true), chart.valToPos(below, 'y', true)];
      paintPart(ctx, look, ink[colour], x, top, Math.max(1, width - gap), bottom - top, ratio);
      below += count;
    }
  }
}

function optionsOf(shown: Shown): PlotOptions {
  const { ink, slots, step } = shown;
  const [first, last] = [slots[0]?.from ?? 0, slots.at(-1)?.from ?? 0];
  const most = Math.max(1, ...slots.map(sumOf)) * 1.1;
  return {
    padding: [10, 24, null, null],
    legend: { show: false },
    scales: { x: { time: true, range: () => [first / 1000, (last + step) / 1000] }, y: { range: () => [0, most] } },
    axes: [timeAxis(ink), { ...plainAxis(ink), incrs: WHOLE_STEPS, size: 52, border: { show: false } }],
    series: [{}, { points: { show: false }, paths: () => null }],
    cursor: { points: { show: false }, drag: { x: false, y: false } },
    hooks: { draw: [(chart) => paintBars(chart, shown)] },
  };
}

interface BarChartProps {
  readonly kinds: readonly BarKind[];
  /** One after the other, each as long as `step`. */
  readonly slots: readonly BarSlot[];
  readonly step: number;
  /** What the chart is of. */
  readonly label: string;
  /** A stretch of time in words. */
  readonly nameOf: (slot: BarSlot) => string;
  readonly height?: number;
}

/** How much there is of each kind in each stretch of time, the kinds on top of each other. Arrows go from bar to bar. */
export function BarChart({ kinds, slots, step, label, nameOf, height = 220 }: BarChartProps) {
  const ink = useInk();
  const [at, setAt] = useState<number | null>(null);
  const [chart, setChart] = useState<uPlot | null>(null);
  const options = useMemo(() => optionsOf({ ink, kinds, slots, step }), [ink, kinds, slots, step]);
  const data = useMemo<uPlot.AlignedData>(
    () => [slots.map(({ from }) => (from + step / 2) / 1000), slots.map(sumOf)],
    [slots, step],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = at === null ? slots.length - 1 : Math.min(slots.length - 1, Math.max(0, at + by));
    const slot = slots[next];
    if (slot) chart?.setCursor({ left: chart.valToPos((slot.from + step / 2) / 1000, 'x'), top: 10 });
    setAt(next);
  };
  const slot = at === null ? undefined : slots[at];
  const facts = slot
    ? kinds.flatMap(({ key, label: word }) => (slot.counts.get(key) ? `${slot.counts.get(key)} ${word}` : []))
    : [];
  const left = chart ? chart.over.offsetLeft + (chart.cursor.left ?? 0) : 0;
  const isRight = chart !== null && left > chart.width / 2;
  return (
    <figure className="run-chart">
      {/* It is worked by keys, as its role says. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="run-chart-area"
        role="application"
        aria-label={`${label}: ${slots.length} bars. Arrow keys go from bar to bar.`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is worked by keys, as its role says
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => {
          chart?.setCursor({ left: -10, top: -10 });
          setAt(null);
        }}
      >
        <Plot options={options} data={data} height={height} onChart={setChart} events={{ onHover: setAt }} />
        {slot && chart && (
          <div className="chart-card" style={isRight ? { right: chart.width - left + 14 } : { left: left + 14 }}>
            <strong>{nameOf(slot)}</strong>
            {facts.length === 0 && <span>none</span>}
            {facts.map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          </div>
        )}
      </div>
      <output className="visually-hidden">{slot && [nameOf(slot), ...facts].join(', ')}</output>
      <figcaption className="chart-foot">
        <ul className="chart-key" aria-label="What the chart shows">
          {kinds
            .filter(({ key }) => slots.some(({ counts }) => (counts.get(key) ?? 0) > 0))
            .map(({ key, label: word, look, colour }) => (
              <li key={key}>
                <span className={`key-bar key-${look} key-colour-${colour}`} aria-hidden="true" />
                {word}
              </li>
            ))}
        </ul>
      </figcaption>
    </figure>
  );
}
