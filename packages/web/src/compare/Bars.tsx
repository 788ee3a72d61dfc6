import { divergingBar, signedText } from './parts.ts';

interface DifferenceCellProps {
  /** Milliseconds. */
  readonly difference: number;
  readonly largest: number;
}

/** A difference as a number with its sign, and as a bar to the right for more and to the left for less. */
export function DifferenceCell({ difference, largest }: DifferenceCellProps) {
  const { from, width } = divergingBar(difference, largest);
  const kind = difference > 0 ? 'more' : 'less';
  return (
    <span className="difference-cell">
      <span className={difference === 0 ? 'muted' : `difference-${kind}`}>{signedText(difference)}</span>
      <svg className="diverging" aria-hidden="true" focusable="false">
        <rect className="diverging-zero" x="50%" width="1" height="100%" />
        <rect
          className={`diverging-bar diverging-${kind}`}
          x={`${(from * 100).toFixed(2)}%`}
          width={`${(width * 100).toFixed(2)}%`}
          y="15%"
          height="70%"
        />
      </svg>
    </span>
  );
}

interface TwoBarsProps {
  /** Milliseconds. */
  readonly before: number;
  readonly after: number;
  readonly largest: number;
  readonly className?: string;
}

/** Two times above each other on one scale, the base first. */
export function TwoBars({ before, after, largest, className = '' }: TwoBarsProps) {
  const width = (value: number) => `${(Math.min(1, value / (largest || 1)) * 100).toFixed(2)}%`;
  return (
    <svg className="two-bars" aria-hidden="true" focusable="false">
      <rect className={`two-before ${className}`} width={width(before)} height="42%" />
      <rect className={`two-after ${className}`} y="54%" width={width(after)} height="42%" />
    </svg>
  );
}
