import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { formatCompare, parseCompare, type CompareState } from './urlState.ts';

export interface CompareHandle {
  readonly state: CompareState;
  readonly change: (change: Partial<CompareState>) => void;
}

/** What the page shows, which is what its address says. Another pair is another entry of the history. */
export function useCompareState(): CompareHandle {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseCompare(params), [params]);
  return {
    state,
    change: (change) => {
      const isOther = 'base' in change || 'candidate' in change;
      setParams((before) => formatCompare({ ...parseCompare(before), ...change }), { replace: !isOther });
    },
  };
}
