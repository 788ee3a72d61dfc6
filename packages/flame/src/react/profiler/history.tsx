import type { Status } from '@flowprof/model';
import { useState, type ReactNode } from 'react';
import { Bar } from './bar.tsx';
import { durationText, momentText, percentText, statusWord } from './words.ts';

/** A run that can be looked at. Milliseconds. */
export interface ProfilerRun {
  readonly runId: string;
  readonly status: Status;
  readonly startTime: number;
  /** Null while it is not known. */
  readonly duration: number | null;
}

interface HistoryProps {
  /** Newest first. */
  readonly runs: readonly ProfilerRun[];
  readonly selectedId: string | null;
  readonly baselineId: string | null;
  readonly onSelect: (runId: string) => void;
  readonly onBaseline: (runId: string | null) => void;
}

const STEP = 20;

function change(duration: number | null, baseline: number | null): string {
  if (duration === null || baseline === null || baseline === 0) return '–';
  const percent = ((duration - baseline) / baseline) * 100;
  return `${percent > 0 ? '+' : ''}${percentText(percent)}`;
}

/** The runs, newest first: one is looked at, and one may be what others are held against. */
export function History({ runs, selectedId, baselineId, onSelect, onBaseline }: HistoryProps): ReactNode {
  const [shown, setShown] = useState(STEP);
  const longest = runs.reduce((most, { duration }) => Math.max(most, duration ?? 0), 0);
  const baseline = runs.find(({ runId }) => runId === baselineId)?.duration ?? null;
  return (
    <section className="flowprof-profiler-part flowprof-profiler-wide">
      <h3>History</h3>
      <table className="flowprof-profiler-table">
        <caption className="flowprof-profiler-hidden">Recorded runs, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col" className="flowprof-profiler-bar-cell flowprof-profiler-roomy">
              <span className="flowprof-profiler-hidden">As a bar</span>
            </th>
            <th scope="col" className="flowprof-profiler-number">
              Took
            </th>
            {baselineId !== null && (
              <th scope="col" className="flowprof-profiler-number">
                Against the baseline
              </th>
            )}
            <th scope="col">
              <span className="flowprof-profiler-hidden">Baseline</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.slice(0, shown).map(({ runId, status, startTime, duration }) => (
            <tr key={runId} data-selected={runId === selectedId || undefined}>
              <th scope="row">
                <button
                  type="button"
                  className="flowprof-profiler-name"
                  aria-pressed={runId === selectedId}
                  onClick={() => onSelect(runId)}
                >
                  <time dateTime={new Date(startTime).toISOString()}>{momentText(startTime)}</time>
                </button>
                {status !== 'completed' && (
                  <span className="flowprof-profiler-status" data-status={status}>
                    {statusWord(status)}
                  </span>
                )}
              </th>
              <td className="flowprof-profiler-bar-cell flowprof-profiler-roomy">
                <Bar whole={longest} value={duration ?? 0} />
              </td>
              <td className="flowprof-profiler-number">{duration === null ? '–' : durationText(duration)}</td>
              {baselineId !== null && (
                <td className="flowprof-profiler-number">
                  {runId === baselineId ? 'Baseline' : change(duration, baseline)}
                </td>
              )}
              <td className="flowprof-profiler-number">
                <button
                  type="button"
                  className="flowprof-profiler-button"
                  aria-pressed={runId === baselineId}
                  aria-label={`Baseline: the run of ${momentText(startTime)}`}
                  onClick={() => onBaseline(runId === baselineId ? null : runId)}
                >
                  {runId === baselineId ? 'Is baseline' : 'Baseline'}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown < runs.length && (
        <button type="button" className="flowprof-profiler-button" onClick={() => setShown(shown + STEP)}>
          Show more of {runs.length} runs
        </button>
      )}
    </section>
  );
}
