import { useMemo, useState, type KeyboardEvent } from 'react';
import { Button } from 'react-aria-components';
import type uPlot from 'uplot';
import { durationAxis, plainAxis, timeAxis, WHOLE_STEPS } from './axes.ts';
import { useInk, type Ink } from './ink.ts';
import { paintLevels, paintRuns, paintSteps } from './paintRuns.ts';
import { Plot, type PlotOptions } from './Plot.tsx';
import { RunKey } from './RunKey.tsx';
import { highestIn, placesOf, runsBetween, windowOf, type RunPicture, type RunWindow } from './runPicture.ts';

/** How much room is left beside the first and the last run, in the units of the axis. */
function marginOf(places: readonly number[], { from, to }: RunWindow, byTime: boolean): number {
  if (!byTime) return 0.6;
  return Math.max(1, ((places[to] ?? 0) - (places[from] ?? 0)) * 0.02);
}

interface Shown {
  readonly ink: Ink;
  readonly picture: RunPicture;
  readonly places: readonly number[];
  readonly shown: RunWindow;
  readonly byTime: boolean;
}

function axesOf({ ink, picture, byTime }: Shown): uPlot.Axis[] {
  const plain = plainAxis(ink);
  const runs: uPlot.Axis = {
    ...plain,
    grid: { show: false },
    incrs: WHOLE_STEPS,
    space: 48,
    size: 26,
    values: (_, splits) => splits.map((at) => picture.points[at]?.label ?? ''),
  };
  return [byTime ? timeAxis(ink) : runs, durationAxis(ink)];
}

/** What the chart draws, as the library wants it. */
function optionsOf(given: Shown): PlotOptions {
  const { ink, picture, places, shown, byTime } = given;
  const margin = marginOf(places, shown, byTime);
  const low = (places[shown.from] ?? 0) - margin;
  const high = (places[shown.to] ?? 0) + margin;
  const most = highestIn(picture, shown);
  const paper = (chart: uPlot) => ({
    ctx: chart.ctx,
    ink,
    ratio: devicePixelRatio,
    box: chart.bbox,
    x: (place: number) => chart.valToPos(place, 'x', true),
    y: (ms: number) => chart.valToPos(ms, 'y', true),
  });
  return {
    padding: [14, byTime ? 24 : 8, null, null],
    legend: { show: false },
    scales: { x: { time: byTime, range: () => [low, high] }, y: { range: () => [0, most] } },
    axes: axesOf(given),
    series: [{}, { points: { show: false }, paths: () => null, stroke: ink.work }],
    cursor: { points: { size: 13, width: 2, fill: 'transparent', stroke: ink.text } },
    hooks: {
      drawAxes: [(chart) => paintLevels(paper(chart), picture, places)],
      draw: [
        (chart) => {
          paintSteps(paper(chart), picture, places);
          paintRuns(paper(chart), picture, places);
        },
      ],
    },
  };
}

/** The run that a key leads to; null where the key is none of the chart's. */
function stepTo(key: string, at: number | null, { from, to }: RunWindow): number | null {
  switch (key) {
    case 'ArrowLeft':
      return at === null ? to : Math.max(from, at - 1);
    case 'ArrowRight':
      return at === null ? from : Math.min(to, at + 1);
    case 'Home':
      return from;
    case 'End':
      return to;
    default:
      return null;
  }
}

/** What the pointer or the keyboard is at, beside the point. */
function Card({
  picture,
  at,
  chart,
}: {
  readonly picture: RunPicture;
  readonly at: number;
  readonly chart: uPlot | null;
}) {
  const point = picture.points[at];
  const left = chart?.cursor.left ?? 0;
  if (!point || !chart) return null;
  const isRight = left > chart.over.clientWidth / 2;
  const offset = chart.over.offsetLeft + left;
  const place = isRight ? { right: chart.width - offset + 14 } : { left: offset + 14 };
  return (
    <div className="chart-card" style={place}>
      <strong>
        <bdi>{point.label}</bdi>
      </strong>
      {point.facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </div>
  );
}

interface RunChartProps {
  readonly picture: RunPicture;
  /** What the chart is of: "Duration of each run". */
  readonly label: string;
  /** Whether runs stand where they started in time, in place of one beside the other. */
  readonly byTime?: boolean;
  /** The part that is shown; null for all. */
  readonly window: RunWindow | null;
  readonly onWindow: (window: RunWindow | null) => void;
  readonly onOpen: (executionId: string) => void;
  /** CSS pixels. */
  readonly height?: number;
}

/**
 * Runs as points over their order or time, with the levels that they keep to and where these change. Pointing names a
 * run, a click or Enter opens it, arrows go from one to the next, dragging shows a part, a double click or Escape all.
 */
export function RunChart({ picture, label, byTime = false, window, onWindow, onOpen, height = 260 }: RunChartProps) {
  const ink = useInk();
  const [at, setAt] = useState<number | null>(null);
  const [chart, setChart] = useState<uPlot | null>(null);
  const { points } = picture;
  const open = (position: number) => {
    const id = points[position]?.id;
    if (id !== undefined) onOpen(id);
  };
  const places = useMemo(() => placesOf(points, byTime), [points, byTime]);
  const [from, to] = [window?.from, window?.to];
  const shown = useMemo(
    () => windowOf(points.length, from === undefined || to === undefined ? null : { from, to }),
    [points.length, from, to],
  );
  const options = useMemo(
    () => optionsOf({ ink, picture, places, shown, byTime }),
    [ink, picture, places, shown, byTime],
  );
  const data = useMemo<uPlot.AlignedData>(() => [places, points.map(({ value }) => value ?? 0)], [places, points]);
  const move = (position: number) => {
    chart?.setCursor({
      left: chart.valToPos(places[position] ?? 0, 'x'),
      top: chart.valToPos(points[position]?.value ?? 0, 'y'),
    });
    setAt(position);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = stepTo(event.key, at, shown);
    if (next !== null) move(next);
    else if (event.key === 'Enter' && at !== null) open(at);
    else if (event.key === 'Escape' && window !== null) onWindow(null);
    else return;
    event.preventDefault();
  };
  const current = at === null ? undefined : points[at];
  return (
    <figure className="run-chart">
      {/* It is worked by keys, as its role says. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="run-chart-area"
        role="application"
        aria-label={`${label}: ${points.length} runs. Arrow keys go from run to run, Enter opens one.`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is worked by keys, as its role says
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => {
          chart?.setCursor({ left: -10, top: -10 });
          setAt(null);
        }}
      >
        <Plot
          options={options}
          data={data}
          height={height}
          onChart={setChart}
          events={{
            onHover: setAt,
            onClick: open,
            onReset: () => onWindow(null),
            onSelect: (low, high) => {
              const found = runsBetween(places, low, high);
              if (found) onWindow(found);
            },
          }}
        />
        {at !== null && <Card picture={picture} at={at} chart={chart} />}
      </div>
      <output className="visually-hidden">{current && [current.label, ...current.facts].join(', ')}</output>
      <figcaption className="chart-foot">
        <RunKey picture={picture} />
        {window !== null && (
          <Button className="button button-small" onPress={() => onWindow(null)}>
            Show all {points.length} runs
          </Button>
        )}
      </figcaption>
    </figure>
  );
}
