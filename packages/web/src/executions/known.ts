import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Execution } from '../api/types.ts';
import type { ListedPage } from './listed.ts';

/**
 * What a list that was read says of an execution: its page begins with that, and with its trace, and does not wait until
 * everything about it has come.
 */
export function listedExecution(client: QueryClient, workspace: string, id: string): Execution | undefined {
  const isIt = (execution: Execution): boolean => execution.id === id;
  for (const [, page] of client.getQueriesData<ListedPage>({ queryKey: ['executions', workspace] })) {
    const found = page?.items.find(isIt);
    if (found) return found;
  }
  for (const [, list] of client.getQueriesData<InfiniteData<ListedPage>>({
    queryKey: ['execution-pages', workspace],
  })) {
    for (const page of list?.pages ?? []) {
      const found = page.items.find(isIt);
      if (found) return found;
    }
  }
  return undefined;
}
