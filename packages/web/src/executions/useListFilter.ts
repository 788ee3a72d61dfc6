import { useMemo, useState } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { NO_FILTER, parseFilter, writeFilter, type ListFilter } from './filter.ts';

export interface FilterHandle {
  readonly filter: ListFilter;
  readonly change: (change: Partial<ListFilter>) => void;
  readonly clear: () => void;
  /** Names this showing of this list: the same when one comes back to it, another when one comes anew. */
  readonly visit: string;
}

/** The filters and the order of the list, which live in the address, so that a link shows the same list. */
export function useListFilter(): FilterHandle {
  const [params, setParams] = useSearchParams();
  const { key } = useLocation();
  const text = writeFilter(parseFilter(params), new URLSearchParams()).toString();
  const filter = useMemo(() => parseFilter(new URLSearchParams(text)), [text]);
  const [visit, setVisit] = useState({ text, key });
  if (visit.text !== text) setVisit({ text, key });
  const set = (next: (before: ListFilter) => ListFilter) =>
    setParams((before) => writeFilter(next(parseFilter(before)), before), { replace: true });
  return {
    filter,
    change: (change) => set((before) => ({ ...before, ...change })),
    clear: () => set(({ sort }) => ({ ...NO_FILTER, sort })),
    visit: visit.text === text ? visit.key : key,
  };
}
