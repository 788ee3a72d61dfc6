import type { ReactNode } from 'react';
import type { Theme } from '../theme.ts';
import { DIFFERENCE_STEPS } from '../views/difference.ts';

function Swatches({ fills }: { readonly fills: readonly string[] }): ReactNode {
  return (
    <span className="flowprof-flame-swatches" aria-hidden="true">
      {fills.map((fill) => (
        <span key={fill} style={{ background: fill }} />
      ))}
    </span>
  );
}

/** The scale of a difference: which colours and patterns mean what. */
export function DifferenceLegend({ theme }: { readonly theme: Theme }): ReactNode {
  const { slower, faster, same, added, removed } = theme.difference;
  const most = DIFFERENCE_STEPS.at(-1) ?? 1;
  const least = Math.round((DIFFERENCE_STEPS[0] - 1) * 100);
  const strong = (inks: typeof slower): string => inks.at(-1)?.fill ?? same.fill;
  return (
    <div className="flowprof-flame-legend">
      <span>
        <Swatches fills={faster.map(({ fill }) => fill).toReversed()} /> faster, up to {most} times
      </span>
      <span>
        <Swatches fills={[same.fill]} /> within {least}%
      </span>
      <span>
        <Swatches fills={slower.map(({ fill }) => fill)} /> slower, up to {most} times and more
      </span>
      <span>
        <span
          className="flowprof-flame-swatch"
          data-presence="new"
          style={{ backgroundColor: added.fill, color: strong(slower) }}
        />
        new
      </span>
      <span>
        <span
          className="flowprof-flame-swatch"
          data-presence="removed"
          style={{ backgroundColor: removed.fill, color: strong(faster) }}
        />
        removed, as wide as it was
      </span>
    </div>
  );
}
