import { formatDuration } from '@flowprof/flame';
import type { Cause } from '@flowprof/model';
import { useId } from 'react';
import { formatExactMs, formatPercent } from '../format/duration.ts';
import { words } from '../format/value.ts';
import { accountingParts, CAUSE_HELP, type AccountingPart } from './accounting.ts';

interface AccountingBarProps {
  /** Microseconds, as is the total. */
  readonly causes: Readonly<Record<Cause, number>>;
  readonly total: number;
  /** The cause that is pointed out, for as long as the pointer or the focus is on it. */
  readonly lit: Cause | null;
  readonly onLit: (cause: Cause | null) => void;
  /** The cause that stays pointed out. */
  readonly pinned: Cause | null;
  readonly onPin: (cause: Cause | null) => void;
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
export function AccountingBar({ causes, total, lit, onLit, pinned, onPin }: AccountingBarProps) {
  const pattern = useId();
  const parts = accountingParts(causes);
  if (parts.length === 0) return null;
  const shown = lit ?? pinned;
  const toggle = (cause: Cause) => onPin(pinned === cause ? null : cause);
  return (
    <section className="accounting" aria-label={`Where the ${formatDuration(total)} went`}>
      <svg className="accounting-bar" aria-hidden="true" focusable="false" onPointerLeave={() => onLit(null)}>
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
              className={`accounting-part${dimmed(part, shown)}`}
              onPointerEnter={() => onLit(part.cause)}
              onClick={() => toggle(part.cause)}
            >
              <title>{`${words(part.cause)}: ${formatExactMs(part.time)}. ${CAUSE_HELP[part.cause]}.`}</title>
              <rect className={`cause-${part.cause}`} {...box} />
              {part.cause === 'unaccounted' && <rect fill={`url(#${pattern})`} {...box} />}
            </g>
          );
        })}
      </svg>
      <div className="legend-row">
        <span className="legend-title" aria-hidden="true">
          Where the {formatDuration(total)} went
        </span>
        <ul className="legend" onPointerLeave={() => onLit(null)}>
          {parts.map((part) => (
            <li key={part.cause}>
              <button
                type="button"
                className={`legend-item${dimmed(part, shown)}`}
                aria-pressed={pinned === part.cause}
                title={`${CAUSE_HELP[part.cause]} (${formatExactMs(part.time)}). Click to keep it lit in the chart.`}
                onClick={() => toggle(part.cause)}
                onPointerEnter={() => onLit(part.cause)}
                onFocus={() => onLit(part.cause)}
                onBlur={() => onLit(null)}
              >
                <Swatch cause={part.cause} pattern={pattern} />
                <span>{words(part.cause)}</span>
                <span className="legend-time">{formatDuration(part.time)}</span>
                <span className="muted">{formatPercent(part.time, total)}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
