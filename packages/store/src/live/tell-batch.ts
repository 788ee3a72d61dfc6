import type { EpochMicros } from '@flowprof/model';
import type { Batch } from '../batch.ts';
import type { NamedStatement } from '../one-trip.ts';
import { lockEventCounter, raiseEventCounter } from '../queries/event-counter.ts';
import { tellEvents, type Telling } from '../queries/tell-events.ts';
import { upsertProgress } from '../queries/upsert-progress.ts';
import { shownOutput } from './telling.ts';

/** How many steps one statement tells of. */
const CHUNK = 10_000;

function* tellings(batch: Batch, changeId: number, now: EpochMicros): Generator<Telling> {
  const { execution, states, annotations, progress } = batch;
  const steps = states.map(({ id, status, output }) => ({
    id,
    ...shownOutput(status === 'completed' ? output : null),
  }));
  const retries = annotations.filter(({ type, spanId }) => type === 'retry' && spanId !== null).map(({ id }) => id);
  for (let from = 0; from === 0 || from < steps.length; from += CHUNK) {
    const [isFirst, isLast] = [from === 0, from + CHUNK >= steps.length];
    yield {
      changeId,
      now,
      start: isFirst && (execution?.startedAt ?? null) !== null,
      steps: steps.slice(from, from + CHUNK),
      retries: isLast ? retries : [],
      progress: isLast ? progress : [],
      end: isLast && (execution?.finished ?? null) !== null,
    };
  }
}

/** What tells of a batch once it is written down, in its order: the last statements of its transaction. */
export function tellBatch(
  workspaceId: string,
  executionId: string,
  batch: Batch,
  changeId: number,
  now: EpochMicros,
): readonly NamedStatement[] {
  const statements: NamedStatement[] = [];
  if (batch.progress.length > 0) statements.push(upsertProgress(workspaceId, executionId, batch.progress, changeId));
  let isLocked = false;
  for (const telling of tellings(batch, changeId, now)) {
    const statement = tellEvents(workspaceId, executionId, telling);
    if (statement === null) continue;
    if (!isLocked) statements.push(lockEventCounter(workspaceId, executionId));
    isLocked = true;
    statements.push(statement, raiseEventCounter(workspaceId, executionId, now));
  }
  return statements;
}
