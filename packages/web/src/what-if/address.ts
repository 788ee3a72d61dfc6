import { MAX_CHANGES, type WhatIfChange } from '@flowprof/model';

/** The query of a prediction's address. */
export function whatIfQuery(changes: readonly WhatIfChange[], execution: string | null = null): string {
  const params = new URLSearchParams({ tab: 'what-if' });
  if (execution !== null) params.set('execution', execution);
  if (changes.length > 0) params.set('changes', JSON.stringify(changes.slice(0, MAX_CHANGES)));
  return `?${params}`;
}
