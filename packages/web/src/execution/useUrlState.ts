import { useEffect, useState } from 'react';
import { formatUrlState, parseUrlState, type UrlState } from './urlState.ts';

/** How long a state must last before it is in the address: browsers limit how often that may change. Milliseconds. */
const SETTLED_MS = 200;

/** The state of the page, as the address has it at first, and back into the address once it has settled. */
export function useUrlState(): readonly [UrlState, (change: Partial<UrlState>) => void] {
  const [state, setState] = useState(() => parseUrlState(location.search));
  useEffect(() => {
    const timer = setTimeout(() => {
      const query = formatUrlState(state);
      if (query !== location.search) history.replaceState(history.state, '', `${location.pathname}${query}`);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const [change] = useState(() => (part: Partial<UrlState>) => setState((before) => ({ ...before, ...part })));
  return [state, change];
}
