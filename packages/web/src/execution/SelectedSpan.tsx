import { isTerminal, NONE } from '@flowprof/model';
import { useMemo } from 'react';
import { Drawer } from './Drawer.tsx';
import { rowOfSpanId, spanDetails, stepOfNode } from './spanDetails.ts';
import { retriesOf } from './stepRows.ts';
import type { TabProps } from './tabs/tab.ts';
import { extentOf } from './wholeRun.ts';

/** The details of the span that the address names, beside a view that is not the chart. */
export function SelectedSpan({ trace, analysis, steps, present, address }: TabProps) {
  const { span } = address.state;
  const row = trace && span !== null ? rowOfSpanId(trace.spans, span) : NONE;
  // Only what runs changes with the present.
  const now = trace && !isTerminal(trace.execution.status) ? present : null;
  const details = useMemo(
    () => (trace && row !== NONE ? spanDetails(trace, row, now ?? extentOf(trace, null).end) : null),
    [trace, row, now],
  );
  if (!details) return null;
  return (
    <Drawer
      details={details}
      step={details.node && stepOfNode(steps, details.node)}
      retries={retriesOf(analysis?.whole, details.node)}
      makespan={analysis?.makespan ?? 0}
      onClose={() => address.change({ span: null })}
    />
  );
}
