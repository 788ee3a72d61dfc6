import { isTerminal } from '@flowprof/model';
import type { Execution } from '../api/types.ts';

/** What a workflow is called where its name is not known. */
export function workflowLabel(execution: Pick<Execution, 'workflowName' | 'workflowId'>): string {
  return execution.workflowName ?? `Workflow ${execution.workflowId}`;
}

/** Whether all that will ever be known of an execution is in a file, however that says it stood. */
export function isOfFile({ trigger }: Pick<Execution, 'trigger'>): boolean {
  return trigger === 'import';
}

/** Whether Temporal runs it, and it is read from there. */
export function isOfTemporal({ trigger }: Pick<Execution, 'trigger'>): boolean {
  return trigger === 'temporal';
}

/** The triggers of executions that others run, and that they tell of themselves, or that are looked up there. */
const OF_OTHERS: ReadonlySet<string> = new Set(['import', 'otlp', 'callback', 'temporal']);

/** Whether someone else runs an execution, and flowprof is only told of it. */
export function isOfOthers({ trigger }: Pick<Execution, 'trigger'>): boolean {
  return trigger !== null && OF_OTHERS.has(trigger);
}

/** How long an execution took, or has been running at the moment `now`; null when that is not known. In seconds. */
export function secondsSoFar(execution: Execution, now: number): number | null {
  if (execution.durationSeconds !== null) return execution.durationSeconds;
  if (isTerminal(execution.status) || isOfFile(execution) || execution.startedAt === null) return null;
  return Math.max(0, (now - execution.startedAt) / 1000);
}

const SHOWN_INPUTS = 4;
const SHOWN_CHARACTERS = 60;

/** A value in a few characters; of lists and objects their size, since they may be large. */
function shortText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.keys(value).length}}`;
  const text = String(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** What an execution was started with, in a line: `size 3, mode fast`. Empty where it was started with nothing. */
export function inputLine(input: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(input);
  const shown = entries.slice(0, SHOWN_INPUTS).map(([key, value]) => `${shortText(key)} ${shortText(value)}`);
  return [...shown, ...(entries.length > SHOWN_INPUTS ? ['…'] : [])].join(', ');
}

/** After all that have started. */
const LATE = Number.MAX_SAFE_INTEGER;

/** One or two executions, the one that started earlier first, as the base of a comparison. */
export function earlierFirst<T extends Pick<Execution, 'startedAt'>>(executions: readonly T[]): readonly T[] {
  return executions.toSorted((a, b) => (a.startedAt ?? LATE) - (b.startedAt ?? LATE));
}

/** What is ticked after an execution was ticked, or ticked off: two at most, of which the one ticked first gives way. */
export function tickedAfter<T extends Pick<Execution, 'id'>>(ticked: readonly T[], one: T): readonly T[] {
  if (ticked.some(({ id }) => id === one.id)) return ticked.filter(({ id }) => id !== one.id);
  return [...ticked.slice(-1), one];
}
