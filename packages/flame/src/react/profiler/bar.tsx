import type { ReactNode } from 'react';

interface BarProps {
  /** What the whole width stands for. */
  readonly whole: number;
  readonly value: number;
  /** In front of the value, as its wait. */
  readonly before?: number;
  /** What the bar says where the pointer rests; what it means stands beside it as text. */
  readonly title?: string;
}

function share(part: number, whole: number): string {
  return `${whole > 0 ? Math.min(100, Math.max(0, (part / whole) * 100)).toFixed(3) : 0}%`;
}

/** A bar of attributes alone: no style that a content security policy could refuse, also where a server renders it. */
export function Bar({ whole, value, before = 0, title }: BarProps): ReactNode {
  return (
    <svg className="flowprof-profiler-bar" width="100%" height="10" aria-hidden="true" focusable="false">
      {title !== undefined && <title>{title}</title>}
      <rect className="flowprof-profiler-bar-track" x="0" y="0" width="100%" height="10" rx="2" />
      {before > 0 && (
        <rect className="flowprof-profiler-bar-wait" x="0" y="3" width={share(before, whole)} height="4" />
      )}
      <rect
        className="flowprof-profiler-bar-value"
        x={share(before, whole)}
        y="0"
        width={share(value, whole)}
        height="10"
        rx="2"
      />
    </svg>
  );
}
