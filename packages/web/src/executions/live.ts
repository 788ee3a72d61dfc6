import { isTerminal } from '@flowprof/model';
import type { ListedExecution } from './listed.ts';

/** What is known of an execution by now, by its id, of those that a list showed as not ended. */
export type Latest = ReadonlyMap<string, ListedExecution>;

/** The rows of a list, each once and with what is known of it by now. */
export function rowsOf(pages: readonly { readonly items: readonly ListedExecution[] }[], latest: Latest) {
  const seen = new Set<string>();
  const rows: ListedExecution[] = [];
  for (const { items } of pages) {
    for (const item of items) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      rows.push(latest.get(item.id) ?? item);
    }
  }
  return rows;
}

/** How many executions came onto the top of a list since it was read: those of its head before the first that it has. */
export function newOnTop(head: readonly ListedExecution[], rows: readonly ListedExecution[]): number {
  const known = new Set(rows.map(({ id }) => id));
  const first = head.findIndex(({ id }) => known.has(id));
  return first === -1 ? head.length : first;
}

/** What is known by now, with news of those that a list may show. The same map where there are none. */
export function withNews(latest: Latest, news: readonly ListedExecution[]): Latest {
  const changed = news.filter((one) => {
    const before = latest.get(one.id);
    return before === undefined || before.updatedAt !== one.updatedAt || before.status !== one.status;
  });
  if (changed.length === 0) return latest;
  return new Map([...latest, ...changed.map((one) => [one.id, one] as const)]);
}

/** Those in view that have not ended as far as the list knows. */
export function unfinished(rows: readonly ListedExecution[]): ListedExecution[] {
  return rows.filter(({ status }) => !isTerminal(status));
}

/** How many of those that seem to have ended are asked for one by one at once. */
const MOST_ASKED = 10;

/** Which of those in view have to be asked for one by one: those that are not among what runs any more. */
export function vanished(inView: readonly ListedExecution[], running: readonly ListedExecution[]): string[] {
  const still = new Set(running.map(({ id }) => id));
  return inView
    .filter(({ id }) => !still.has(id))
    .slice(0, MOST_ASKED)
    .map(({ id }) => id);
}
