import { formatDuration } from '@flowprof/flame';
import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import uPlot from 'uplot';
import { durationAxis, plainAxis, WHOLE_STEPS } from '../charts/axes.ts';
import { useInk, type Ink } from '../charts/ink.ts';
import { Plot, type PlotOptions } from '../charts/Plot.tsx';
import { Because } from './Because.tsx';
import type { Progress, Stall } from './progress.ts';

const HEIGHT = 170;
const MS = 1000;

function optionsOf(ink: Ink): PlotOptions {
  const stepped = uPlot.paths.stepped?.({ align: -1 });
  const line = (label: string, stroke: string, width: number, scale: string, dash?: number[]): uPlot.Series => ({
    label,
    stroke,
    width,
    scale,
    points: { show: false },
    ...(dash && { dash }),
    ...(stepped && { paths: stepped }),
  });
  const counts = { ...plainAxis(ink), incrs: WHOLE_STEPS, size: 44 };
  const { values } = durationAxis(ink);
  return {
    scales: {
      x: { time: false },
      ended: { range: (_, __, max) => [0, Math.max(1, max)] },
      now: { range: (_, __, max) => [0, Math.max(1, max)] },
    },
    legend: { show: false },
    axes: [
      { ...plainAxis(ink), grid: { show: false }, space: 80, size: 26, ...(values !== undefined && { values }) },
      { ...counts, scale: 'ended', border: { show: false } },
      // The library's names of the sides are there for the compiler only: 1 is the right one.
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
      { ...counts, scale: 'now', side: 1, grid: { show: false }, border: { show: false } },
    ],
    series: [
      {},
      line('ended', ink.text, 2, 'ended'),
      line('running', ink.work, 1.5, 'now'),
      line('queued', ink.warn, 1.5, 'now', [4, 3]),
    ],
  };
}

function count(value: number | undefined): string {
  return (value ?? 0).toLocaleString('en', { maximumFractionDigits: 1 });
}

/** Every so many points a row of the table. */
const TABLE_STEP = 30;

function ProgressTable({ progress }: { readonly progress: Progress }) {
  const points = Array.from(progress.time.keys()).filter((at) => (at + 1) % TABLE_STEP === 0);
  return (
    <details className="summary">
      <summary>The same as a table</summary>
      <table className="steps progress-table">
        <thead>
          <tr>
            <th scope="col">Until</th>
            <th scope="col" className="right">
              Ended
            </th>
            <th scope="col" className="right">
              Running
            </th>
            <th scope="col" className="right">
              Queued
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map((at) => (
            <tr key={at}>
              <th scope="row">{formatDuration(progress.time[at] ?? 0)}</th>
              <td className="right">{count(progress.ended[at])}</td>
              <td className="right">{count(progress.running[at])}</td>
              <td className="right">{count(progress.queued[at])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

interface ProgressChartProps {
  readonly progress: Progress;
  readonly stalls: readonly Stall[];
  /** Shows a stretch of time in the chart. */
  readonly onShow: (start: number, end: number) => void;
}

/** How far the run was over time: what had ended, what ran, what waited; and where it stood still. */
export function ProgressChart({ progress, stalls, onShow }: ProgressChartProps) {
  const ink = useInk();
  const options = useMemo(() => optionsOf(ink), [ink]);
  const data = useMemo(
    (): uPlot.AlignedData => [
      progress.time.map((time) => time / MS),
      progress.ended,
      progress.running,
      progress.queued,
    ],
    [progress],
  );
  const width = (progress.time[1] ?? 0) - (progress.time[0] ?? 0);
  return (
    <section className="progress" aria-label="Progress">
      <p className="progress-key">
        <span className="key-line key-ended" /> Steps that had ended <span className="key-line key-running" /> running{' '}
        <span className="key-line key-queued" /> waiting for a place to run
        <span className="muted"> Click to see that moment in the chart.</span>
      </p>
      <Plot
        options={options}
        data={data}
        height={HEIGHT}
        events={{
          onClick: (at) => onShow((progress.time[at] ?? 0) - 10 * width, (progress.time[at] ?? 0) + 10 * width),
          onSelect: (low, high) => onShow(low * MS, high * MS),
        }}
      />
      {stalls.length > 0 && (
        <ul className="stalls">
          {stalls.map(({ start, end, because }) => (
            <li key={start}>
              <Button className="link-button" onPress={() => onShow(start, end)}>
                Nothing ended for {formatDuration(end - start)}
              </Button>{' '}
              from {formatDuration(start)} on: <Because parts={because} />.
            </li>
          ))}
        </ul>
      )}
      <ProgressTable progress={progress} />
    </section>
  );
}
