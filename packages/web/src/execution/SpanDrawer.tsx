import type { Trace } from '@flowprof/model';
import { useMemo } from 'react';
import type { Step } from '../api/types.ts';
import { Drawer } from './Drawer.tsx';
import { spanDetails, stepOfNode } from './spanDetails.ts';
import { retriesOf } from './stepRows.ts';
import type { TabProps } from './tabs/tab.ts';

interface SpanDrawerProps {
  readonly trace: Trace;
  readonly row: number;
  /** Where what runs ends, in microseconds from the start. */
  readonly now: number;
  readonly steps: readonly Step[];
  readonly analysis: TabProps['analysis'];
  readonly onClose: () => void;
}

/** The details of one span of a trace. */
export function SpanDrawer({ trace, row, now, steps, analysis, onClose }: SpanDrawerProps) {
  const details = useMemo(() => spanDetails(trace, row, now), [trace, row, now]);
  return (
    <Drawer
      details={details}
      step={details.node && stepOfNode(steps, details.node)}
      retries={retriesOf(analysis?.whole, details.node)}
      makespan={analysis?.makespan ?? 0}
      onClose={onClose}
    />
  );
}
