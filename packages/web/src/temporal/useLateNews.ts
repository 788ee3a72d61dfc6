import { isTerminal } from '@flowprof/model';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Execution } from '../api/types.ts';
import { isOfTemporal } from '../executions/rows.ts';

/** For so long after its end, and so often, it is looked whether anything more is told of it. Milliseconds. */
const LATE_MS = 60_000;
const LOOK_MS = 2000;

/**
 * Has an execution of Temporal read anew when something more is told of it after its end: its workers report attempts when
 * they get to it, and its history is read in pieces.
 * @param now milliseconds since the epoch
 */
export function useLateNews(workspace: string | undefined, execution: Execution, now: number): void {
  const client = useQueryClient();
  const { id, status, completedAt, updatedAt } = execution;
  const seen = useRef(updatedAt);
  const isLate = isOfTemporal(execution) && isTerminal(status) && completedAt !== null && now - completedAt < LATE_MS;
  useEffect(() => {
    if (!isLate) return undefined;
    const look = () =>
      client.refetchQueries({ queryKey: ['execution', workspace, id], type: 'active' }, { cancelRefetch: false });
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [client, workspace, id, isLate]);
  useEffect(() => {
    if (seen.current === updatedAt) return;
    seen.current = updatedAt;
    if (!isLate) return;
    for (const what of ['trace', 'timeline']) void client.invalidateQueries({ queryKey: [what, workspace, id] });
  }, [client, workspace, id, isLate, updatedAt]);
}
