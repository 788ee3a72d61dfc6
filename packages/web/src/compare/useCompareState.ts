import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { formatCompare, parseCompare, type CompareState } from './urlState.ts';

export interface CompareHandle {
  readonly state: CompareState;
  readonly change: (change: Partial<CompareState>) => void;
}

/**
 * What the page shows, which is what its address says. Another pair is another entry of the history.
 * The router moves the address in a transition of its own: until then what was chosen is kept here, so that a box that
 * was ticked stays ticked and the next change adds to it.
 */
export function useCompareState(): CompareHandle {
  const [params, setParams] = useSearchParams();
  const said = useMemo(() => parseCompare(params), [params]);
  const [ahead, setAhead] = useState({ of: params, state: said });
  const state = ahead.of === params ? ahead.state : said;
  return {
    state,
    change: (change) => {
      const isOther = 'base' in change || 'candidate' in change;
      const next = { ...state, ...change };
      setAhead({ of: params, state: next });
      setParams(formatCompare(next), { replace: !isOther });
    },
  };
}
