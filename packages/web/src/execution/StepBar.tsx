import type { Status } from '@flowprof/model';
import type { StepTimes } from './stepTimes.ts';
import type { Extent } from './wholeRun.ts';

/** What the bar of a step is filled with that did not complete. */
const FILLS: Partial<Record<Status, string>> = {
  failed: 'step-bar-failed',
  timeout: 'step-bar-timeout',
  cancelled: 'step-bar-cancelled',
};

interface StepBarProps {
  readonly status: Status;
  readonly times: StepTimes;
  readonly extent: Extent;
}

/** Where in the run a step lies, its wait in front; what stands beside it says the same in words. */
export function StepBar({ status, times, extent }: StepBarProps) {
  const whole = Math.max(1, extent.end - extent.start);
  const percent = (time: number) => `${Math.min(100, Math.max(0, (time / whole) * 100))}%`;
  const from = times.start - extent.start;
  return (
    <svg className="step-bar" aria-hidden="true" focusable="false">
      <rect className="step-bar-track" width="100%" height="100%" rx="2" />
      <rect className="cause-queue" x={percent(from)} y="3" width={percent(times.waited)} height="2" />
      {times.duration > times.waited && (
        <rect
          className={FILLS[status] ?? 'step-bar-work'}
          x={percent(from + times.waited)}
          width={percent(Math.max(times.duration - times.waited, whole * 0.005))}
          height="100%"
          rx="2"
        />
      )}
    </svg>
  );
}
