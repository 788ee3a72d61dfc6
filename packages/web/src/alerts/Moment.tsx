import { formatExact, formatRelative } from '../format/time.ts';

/** A moment as the time that has passed since. Milliseconds since the epoch. */
export function Moment({ at, now }: { readonly at: number; readonly now: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  );
}
