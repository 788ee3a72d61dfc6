import type { ProfilerRun } from '@flowprof/flame/react';
import type { Execution } from '../../api/types.ts';

/** Executions as the panel lists them; one without a start has nothing to show. Newest first. */
export function runsOf(executions: readonly Execution[]): readonly ProfilerRun[] {
  return executions.flatMap(({ id, status, startedAt, durationSeconds }) =>
    startedAt === null
      ? []
      : [
          {
            runId: id,
            status,
            startTime: startedAt,
            duration: durationSeconds === null ? null : durationSeconds * 1000,
          },
        ],
  );
}

/** The run that is looked at: the one asked for, else the newest; null where there is none. */
export function selectedRun(runs: readonly ProfilerRun[], asked: string | null): string | null {
  return (runs.find(({ runId }) => runId === asked) ?? runs[0])?.runId ?? null;
}

/** The completed run before one: what it is held against where nothing else is chosen. */
export function runBefore(runs: readonly ProfilerRun[], id: string | null): string | null {
  const at = runs.findIndex(({ runId }) => runId === id);
  return at === -1 ? null : (runs.slice(at + 1).find(({ status }) => status === 'completed')?.runId ?? null);
}
