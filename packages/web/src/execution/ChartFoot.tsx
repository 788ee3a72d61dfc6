import { formatDuration } from '@flowprof/flame';
import type { Stretch } from './urlState.ts';
import { ZoomTrail } from './ZoomTrail.tsx';

interface ChartFootProps {
  readonly trail: readonly Stretch[];
  readonly onGo: (place: Stretch | null) => void;
  /** The stretches of time that are cut short. */
  readonly breaks: readonly Stretch[];
  /** Whether idle stretches are to be cut. */
  readonly cuts: boolean;
}

/** What of the time is left out of the picture, in words. */
function leftOut(breaks: readonly Stretch[]): string {
  if (breaks.length === 0) return 'No idle stretch is long enough to cut.';
  const sum = breaks.reduce((all, { start, end }) => all + end - start, 0);
  const stretches = breaks.length === 1 ? '1 idle stretch' : `${breaks.length} idle stretches`;
  return `${stretches} cut: ${formatDuration(sum)}`;
}

/** Where in the run one looks, and what of it is left out. */
export function ChartFoot({ trail, onGo, breaks, cuts }: ChartFootProps) {
  return (
    <div className="chart-foot">
      <ZoomTrail trail={trail} onGo={onGo} />
      <span className="spacer" />
      <output className="muted">{cuts && leftOut(breaks)}</output>
    </div>
  );
}
