import { FlameTable } from '@flowprof/flame/react';
import { NONE } from '@flowprof/model';
import { rowOfSpanId } from '../spanIds.ts';
import type { TabProps } from './tab.ts';

/** The flame chart as a table: for screen readers, for the keyboard, and for copying. */
export function SpansTab({ trace, address, onShow }: TabProps) {
  const { span } = address.state;
  if (!trace) return null;
  const row = span === null ? NONE : rowOfSpanId(trace.spans, span);
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll" aria-label="Spans" tabIndex={0}>
      <FlameTable trace={trace} selectedRow={row === NONE ? null : row} onSelect={onShow} />
    </section>
  );
}
