import { formatDuration } from '@flowprof/flame';
import { isFailure } from '@flowprof/model';
import { Button } from 'react-aria-components';
import type { Step } from '../api/types.ts';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatSeconds } from '../format/duration.ts';
import { formatJson } from '../format/value.ts';
import { placeOfStep } from './stepPlace.ts';

interface StepsTableProps {
  readonly steps: readonly Step[];
  /** When the execution started, in milliseconds since the epoch. */
  readonly startedAt: number | null;
  /** How long the execution took, or has been running; null where that is not known. */
  readonly seconds: number | null;
  /** Shows the span of a step in the chart. */
  readonly onShow: (step: Step) => void;
  /** Whether a step has a span. */
  readonly canShow: (step: Step) => boolean;
}

function startOffset(step: Step, startedAt: number | null): string {
  if (step.startedAt === null || startedAt === null) return '–';
  return `+${formatDuration((step.startedAt - startedAt) * 1000)}`;
}

/** Where in the run a step lies; the columns beside it say the same in words. */
function StepBar({
  step,
  startedAt,
  seconds,
}: { readonly step: Step } & Pick<StepsTableProps, 'startedAt' | 'seconds'>) {
  const place = placeOfStep(step, startedAt, seconds);
  return (
    <svg className="step-bar" aria-hidden="true" focusable="false">
      <rect className="duration-bar-track" width="100%" height="100%" rx="2" />
      {place && (
        <rect
          className={isFailure(step.status) ? 'step-bar-failed' : 'duration-bar-fill'}
          x={`${place.from * 100}%`}
          width={`${Math.max(place.share * 100, 0.5)}%`}
          height="100%"
          rx="2"
        />
      )}
    </svg>
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

/** The steps of an execution in the order of their declaration, with what went in and came out. */
export function StepsTable({ steps, startedAt, seconds, onShow, canShow }: StepsTableProps) {
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll" aria-label="Steps" tabIndex={0}>
      <table className="steps">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">Step</th>
            <th scope="col">Status</th>
            <th scope="col" className="right">
              Start
            </th>
            <th scope="col" className="right">
              Duration
            </th>
            <th scope="col" className="right">
              Retries
            </th>
            <th scope="col">Timeline</th>
            <th scope="col">Data</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={`${step.order} ${step.id}`}>
              <td className="muted">{step.order}</td>
              <th scope="row">
                {canShow(step) ? (
                  <Button className="link-button" onPress={() => onShow(step)}>
                    <bdi>{step.name}</bdi>
                  </Button>
                ) : (
                  <bdi>{step.name}</bdi>
                )}
              </th>
              <td>
                <StatusBadge status={step.status} />
              </td>
              <td className="right">{startOffset(step, startedAt)}</td>
              <td className="right">{formatSeconds(step.durationSeconds)}</td>
              <td className="right">{step.retryCount === 0 ? <span className="muted">0</span> : step.retryCount}</td>
              <td className="step-timeline">
                <StepBar step={step} startedAt={startedAt} seconds={seconds} />
              </td>
              <td className="step-data">
                <Data step={step} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
