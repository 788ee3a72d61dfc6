import { formatDuration } from '@flowprof/flame';
import type { Cause } from '@flowprof/model';
import { useId, useState } from 'react';
import { formatExactMs, formatPercent } from '../format/duration.ts';
import { words } from '../format/value.ts';
import { accountingParts, CAUSE_HELP, type AccountingPart } from './accounting.ts';

interface AccountingBarProps {
  /** Microseconds, as is the total. */
  readonly causes: Readonly<Record<Cause, number>>;
  readonly total: number;
}

/** A swatch, for time that nothing explains a hatched one. Patterns have ids, which must be the document's own. */
function Swatch({ cause, pattern }: { readonly cause: Cause; readonly pattern: string }) {
  return (
    <svg className="swatch" aria-hidden="true" focusable="false">
      <rect className={`cause-${cause}`} width="100%" height="100%" rx="2" />
      {cause === 'unaccounted' && <rect width="100%" height="100%" rx="2" fill={`url(#${pattern})`} />}
    </svg>
  );
}

function dimmed(part: AccountingPart, lit: Cause | null): string {
  return lit === null || lit === part.cause ? '' : ' dimmed';
}

/** The makespan as one bar, divided by what the time went to, with a legend that is its table. */
export function AccountingBar({ causes, total }: AccountingBarProps) {
  const [lit, setLit] = useState<Cause | null>(null);
  const pattern = useId();
  const parts = accountingParts(causes);
  if (parts.length === 0) return null;
  return (
    <section className="accounting" aria-label={`Where the ${formatDuration(total)} went`}>
      <svg className="accounting-bar" aria-hidden="true" focusable="false">
        <defs>
          <pattern id={pattern} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect className="hatch" width="1.4" height="6" />
          </pattern>
        </defs>
        {parts.map((part) => {
          const box = { x: `${part.from * 100}%`, width: `${part.share * 100}%`, height: '100%' };
          return (
            <g
              key={part.cause}
              className={`accounting-part${dimmed(part, lit)}`}
              onPointerEnter={() => setLit(part.cause)}
            >
              <title>{`${words(part.cause)}: ${formatExactMs(part.time)}. ${CAUSE_HELP[part.cause]}.`}</title>
              <rect className={`cause-${part.cause}`} {...box} />
              {part.cause === 'unaccounted' && <rect fill={`url(#${pattern})`} {...box} />}
            </g>
          );
        })}
      </svg>
      <ul className="legend" onPointerLeave={() => setLit(null)}>
        {parts.map((part) => (
          <li key={part.cause}>
            <button
              type="button"
              className={`legend-item${dimmed(part, lit)}`}
              title={`${CAUSE_HELP[part.cause]} (${formatExactMs(part.time)})`}
              onPointerEnter={() => setLit(part.cause)}
              onFocus={() => setLit(part.cause)}
              onBlur={() => setLit(null)}
            >
              <Swatch cause={part.cause} pattern={pattern} />
              <span className="legend-name">{words(part.cause)}</span>
              <span className="legend-time">{formatDuration(part.time)}</span>
              <span className="muted">{formatPercent(part.time, total)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
