import type { Status } from '@flowprof/model';
import { isFailure } from '@flowprof/model';
import { sparkBars } from './spark.ts';

const WIDTH = 96;
const HEIGHT = 22;

interface RunSparkProps {
  /** Oldest first. */
  readonly runs: readonly { readonly id: string; readonly status: Status; readonly seconds: number | null }[];
  /** What the picture says, in words; the runs themselves are in a table nearby. */
  readonly label: string;
}

/** The last runs as bars as high as they took long; those that failed are hollow, those without a duration a dot. */
export function RunSpark({ runs, label }: RunSparkProps) {
  const bars = sparkBars(
    runs.map(({ seconds }) => seconds),
    WIDTH,
    HEIGHT,
  );
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {runs.map(({ id, status, seconds }, at) => {
        const bar = bars[at];
        if (!bar) return null;
        const kind = isFailure(status) ? 'spark-failed' : seconds === null ? 'spark-open' : 'spark-bar';
        return <rect key={id} className={kind} {...bar} rx="1" />;
      })}
    </svg>
  );
}
