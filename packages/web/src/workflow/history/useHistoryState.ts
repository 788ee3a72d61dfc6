import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { readHistoryState, withHistoryState, type HistoryState } from './state.ts';

/** What of the history is in the address, and how to change that. */
export function useHistoryState(): readonly [HistoryState, (change: Partial<HistoryState>) => void] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readHistoryState(params), [params]);
  return [state, (change) => setParams((before) => withHistoryState(before, change), { replace: true })];
}
