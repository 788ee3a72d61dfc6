import type { TemporalClient } from '@flowprof/ingest/temporal';
import { isJsonObject, readHistoryFile, type ChildHistory, type HistoryEvent } from '@flowprof/model';

/** So many histories of children one run has at most; the trace says what is missing. */
const MAX_CHILDREN = 5000;

interface Child {
  readonly workflowId: string;
  readonly runId: string;
}

function startedBy({ type, attributes }: HistoryEvent): Child | null {
  if (type !== 'ChildWorkflowExecutionStarted') return null;
  const execution = attributes['workflowExecution'];
  if (!isJsonObject(execution)) return null;
  const { workflowId, runId } = execution;
  return typeof workflowId === 'string' && typeof runId === 'string' ? { workflowId, runId } : null;
}

/** The histories of the children of a run that is over, and of their children. */
export async function childrenOf(
  temporal: Pick<TemporalClient, 'history'>,
  events: readonly HistoryEvent[],
): Promise<readonly ChildHistory[]> {
  const found: ChildHistory[] = [];
  const todo = events.flatMap((event) => startedBy(event) ?? []);
  for (const child of todo) {
    if (found.length === MAX_CHILDREN) break;
    const own: HistoryEvent[] = [];
    for await (const { data } of temporal.history(child)) {
      for (const file of readHistoryFile(data)) for (const event of file.events) own.push(event);
    }
    found.push({ runId: child.runId, events: own });
    for (const event of own) {
      const next = startedBy(event);
      if (next !== null) todo.push(next);
    }
  }
  return found;
}
