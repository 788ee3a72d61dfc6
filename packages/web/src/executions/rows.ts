import { isStatus, isTerminal, type Status } from '@flowprof/model';
import type { Execution, Page } from '../api/types.ts';

/** The statuses that an execution can have, and so be filtered by. A skipped one does not exist. */
export const FILTER_STATUSES: readonly Status[] = ['running', 'completed', 'failed', 'timeout', 'cancelled', 'pending'];

/** The status that the address names, or null for all. */
export function readStatusFilter(text: string | null): Status | null {
  return text !== null && isStatus(text) && FILTER_STATUSES.includes(text) ? text : null;
}

/**
 * The executions of all loaded pages, each once: a new execution pushes others over a page's edge between two loads.
 */
export function flattenPages(pages: readonly Page<Execution>[]): Execution[] {
  const byId = new Map<string, Execution>();
  for (const page of pages) for (const execution of page.items) byId.set(execution.id, execution);
  return [...byId.values()];
}

/** What a workflow is called where its name is not known. */
export function workflowLabel(execution: Execution): string {
  return execution.workflowName ?? `Workflow ${execution.workflowId}`;
}

/** Those whose workflow's name contains a text, whatever the case; a `#3` finds execution number 3. */
export function filterByName(executions: readonly Execution[], text: string): readonly Execution[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return executions;
  return executions.filter((execution) =>
    `${workflowLabel(execution)} #${execution.number ?? ''}`.toLowerCase().includes(wanted),
  );
}

/** Whether all that will ever be known of an execution is in a file, however that says it stood. */
export function isOfFile({ trigger }: Pick<Execution, 'trigger'>): boolean {
  return trigger === 'import';
}

/** Whether someone else runs an execution, and flowprof is only told of it. */
export function isOfOthers(execution: Pick<Execution, 'trigger'>): boolean {
  return isOfFile(execution) || execution.trigger === 'otlp' || execution.trigger === 'callback';
}

/** How long an execution took, or has been running at the moment `now`; null when that is not known. In seconds. */
export function secondsSoFar(execution: Execution, now: number): number | null {
  if (execution.durationSeconds !== null) return execution.durationSeconds;
  if (isTerminal(execution.status) || isOfFile(execution) || execution.startedAt === null) return null;
  return Math.max(0, (now - execution.startedAt) / 1000);
}

/** The part of the longest one that a duration is, from 0 to 1. */
export function shareOfLongest(seconds: number | null, longest: number): number {
  return seconds === null || longest <= 0 ? 0 : Math.min(1, seconds / longest);
}
