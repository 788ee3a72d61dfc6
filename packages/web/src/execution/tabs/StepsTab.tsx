import { useMemo } from 'react';
import { StepsTable } from '../StepsTable.tsx';
import { labelOfStep, rowsOfSteps, spanOfStep, stepTimesOf } from '../stepTimes.ts';
import { extentOf } from '../wholeRun.ts';
import type { TabProps } from './tab.ts';

/** The steps with the times of their spans. */
export function StepsTab({ steps, trace, present, onShow }: TabProps) {
  const extent = useMemo(() => (trace ? extentOf(trace, present) : { start: 0, end: 0 }), [trace, present]);
  const rows = useMemo(() => (trace ? rowsOfSteps(trace) : new Map<string, number>()), [trace]);
  const timesOf = useMemo(
    () => (trace ? stepTimesOf(trace, rows, present ?? extent.end) : () => null),
    [trace, rows, present, extent],
  );
  return (
    <StepsTable
      steps={steps}
      timesOf={timesOf}
      labelOf={(step) => labelOfStep(trace, rows, step)}
      extent={extent}
      onShow={(step) => trace && onShow(spanOfStep(trace, rows, step))}
    />
  );
}
