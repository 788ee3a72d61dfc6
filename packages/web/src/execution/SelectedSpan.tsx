import { isTerminal, NONE } from '@flowprof/model';
import { SpanDrawer } from './SpanDrawer.tsx';
import { rowOfSpanId } from './spanIds.ts';
import type { TabProps } from './tabs/tab.ts';
import { extentOf } from './wholeRun.ts';

/** The details of the span that the address names, beside a view that is not the chart. */
export function SelectedSpan({ trace, analysis, steps, present, address }: TabProps) {
  const { span } = address.state;
  const row = trace && span !== null ? rowOfSpanId(trace.spans, span) : NONE;
  if (!trace || row === NONE) return null;
  // Only what runs changes with the present.
  const now = (isTerminal(trace.execution.status) ? null : present) ?? extentOf(trace, null).end;
  return <SpanDrawer {...{ trace, row, now, steps, analysis }} onClose={() => address.change({ span: null })} />;
}
