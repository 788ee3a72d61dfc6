import { FlameTable } from '@flowprof/flame/react';
import { NONE, type Trace } from '@flowprof/model';
import { rowOfSpanId } from './spanDetails.ts';

interface SpansTableProps {
  readonly trace: Trace;
  /** The id of the selected span. */
  readonly span: string | null;
  readonly onShow: (row: number) => void;
}

/** The flame chart as a table: for screen readers, for the keyboard, and for copying. */
export function SpansTable({ trace, span, onShow }: SpansTableProps) {
  const row = span === null ? NONE : rowOfSpanId(trace.spans, span);
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll" aria-label="Spans" tabIndex={0}>
      <FlameTable trace={trace} selectedRow={row === NONE ? null : row} onSelect={onShow} />
    </section>
  );
}
