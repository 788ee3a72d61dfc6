import { formatDuration } from '@flowprof/flame';
import type { Status } from '@flowprof/model';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Step } from '../api/types.ts';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatExactMs } from '../format/duration.ts';
import { formatJson } from '../format/value.ts';
import type { StepTimes } from './stepTimes.ts';
import type { Extent } from './wholeRun.ts';

interface StepsTableProps {
  readonly steps: readonly Step[];
  /** The times of a step, as the chart draws them; null where it never started. */
  readonly timesOf: (step: Step) => StepTimes | null;
  /** What a step is called. */
  readonly labelOf: (step: Step) => string;
  /** The whole run, in microseconds from the execution's start. */
  readonly extent: Extent;
  /** Shows the span of a step in the chart. */
  readonly onShow: (step: Step) => void;
}

/** What the bar of a step is filled with that did not complete. */
const FILLS: Partial<Record<Status, string>> = {
  failed: 'step-bar-failed',
  timeout: 'step-bar-timeout',
  cancelled: 'step-bar-cancelled',
};

/** Where in the run a step lies, its wait in front; the columns beside it say the same in words. */
function StepBar({ step, times, extent }: { readonly step: Step; readonly times: StepTimes; readonly extent: Extent }) {
  const whole = Math.max(1, extent.end - extent.start);
  const percent = (time: number) => `${Math.min(100, Math.max(0, (time / whole) * 100))}%`;
  const from = times.start - extent.start;
  return (
    <svg className="step-bar" aria-hidden="true" focusable="false">
      <rect className="duration-bar-track" width="100%" height="100%" rx="2" />
      <rect className="cause-queue" x={percent(from)} y="3" width={percent(times.waited)} height="2" />
      {times.duration > times.waited && (
        <rect
          className={FILLS[step.status] ?? 'duration-bar-fill'}
          x={percent(from + times.waited)}
          width={percent(Math.max(times.duration - times.waited, whole * 0.005))}
          height="100%"
          rx="2"
        />
      )}
    </svg>
  );
}

function Time({ micros }: { readonly micros: number | undefined }) {
  if (micros === undefined) return <span className="muted">–</span>;
  return <span title={formatExactMs(micros)}>{formatDuration(micros)}</span>;
}

interface RowProps extends Pick<StepsTableProps, 'extent' | 'onShow'> {
  readonly step: Step;
  readonly label: string;
  readonly times: StepTimes | null;
}

function Row({ step, label, times, extent, onShow }: RowProps) {
  return (
    <tr>
      <td className="muted">{step.order}</td>
      <th scope="row">
        {times ? (
          <Button className="link-button" onPress={() => onShow(step)}>
            <bdi>{label}</bdi>
          </Button>
        ) : (
          <bdi>{label}</bdi>
        )}
      </th>
      <td>
        <StatusBadge status={step.status} />
      </td>
      <td className="right">
        <Time micros={times?.start} />
      </td>
      <td className="right">
        <Time micros={times?.waited} />
      </td>
      <td className="right">
        <Time micros={times?.duration} />
      </td>
      <td className="right">{step.retryCount === 0 ? <span className="muted">0</span> : step.retryCount}</td>
      <td className="step-timeline">{times && <StepBar step={step} times={times} extent={extent} />}</td>
      <td className="step-data">
        <Data step={step} />
      </td>
    </tr>
  );
}

function Data({ step }: { readonly step: Step }) {
  const parts = [
    ['Input', step.input],
    ['Output', step.output],
  ] as const;
  const present = parts.filter(([, value]) => value !== null && value !== undefined);
  if (present.length === 0 && step.error === null) return <span className="muted">–</span>;
  return (
    <div className="step-parts">
      {step.error !== null && <p className="step-error">{step.error}</p>}
      {present.map(([title, value]) => (
        <details key={title} className="summary">
          <summary>{title}</summary>
          <pre className="json">{formatJson(value)}</pre>
        </details>
      ))}
    </div>
  );
}

const COLUMNS: readonly (readonly [name: string, isNumber: boolean, title?: string])[] = [
  ['#', false],
  ['Step', false],
  ['Status', false],
  ['Ready', true, "From the execution's start to when the step could begin"],
  ['Waited', true, 'From ready to its first attempt being given a worker'],
  ['Duration', true, 'From ready to its end, as in the flame chart: waits, all attempts and reporting back'],
  ['Retries', true],
  ['Timeline', false],
  ['Data', false],
];

/** How many rows are listed at first, and how many more each time. */
const STEPS_AT_ONCE = 200;

/** The steps of an execution in the order of their declaration, with what went in and came out. */
export function StepsTable({ steps, timesOf, labelOf, extent, onShow }: StepsTableProps) {
  const [most, setMost] = useState(STEPS_AT_ONCE);
  const left = steps.length - most;
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll" aria-label="Steps" tabIndex={0}>
      <table className="steps">
        <thead>
          <tr>
            {COLUMNS.map(([name, isNumber, title]) => (
              <th key={name} scope="col" title={title} className={isNumber ? 'right' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.slice(0, most).map((step) => (
            <Row
              key={`${step.order} ${step.id}`}
              step={step}
              label={labelOf(step)}
              times={timesOf(step)}
              extent={extent}
              onShow={onShow}
            />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <div className="table-more">
          <span className="muted">
            {most.toLocaleString('en')} of {steps.length.toLocaleString('en')} steps
          </span>
          <Button className="button button-small" onPress={() => setMost(most + STEPS_AT_ONCE)}>
            Show {Math.min(STEPS_AT_ONCE, left).toLocaleString('en')} more
          </Button>
        </div>
      )}
    </section>
  );
}
