import { since, type EpochMicros } from '@flowprof/model';
import type { Batch } from '../batch.ts';
import { runStatement, type Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { changesOf, type Teller } from '../live/teller.ts';
import { tellBatch } from '../live/tell-batch.ts';
import type { NamedStatement } from '../one-trip.ts';
import { countExecutions, uncountExecutions } from '../queries/count-executions.ts';
import { declareSteps } from '../queries/declare-steps.ts';
import { insertAnnotations } from '../queries/insert-annotations.ts';
import { lockExternal, type KnownExecution } from '../queries/lock-external.ts';
import { mergeStepStates } from '../queries/merge-step-states.ts';
import { moveStart } from '../queries/move-start.ts';
import { selectKept, type KeptTrace } from '../queries/select-kept.ts';
import { touchExternal, updateExternal } from '../queries/update-external.ts';
import { upsertSpans } from '../queries/upsert-spans.ts';
import { keepJoined } from '../temporal/join.ts';
import { packEvents } from '../temporal/packing.ts';
import type { Told } from './api.ts';
import { addedBy, changedBy, gather, isSameExecution, joined, type Gathered } from './gather.ts';
import { keepAgain } from './kept.ts';
import { fromStart } from './moments.ts';

/** How many rows go into one statement. */
const CHUNK = 10_000;

/** What a call of `record` is about. */
interface Recording {
  readonly sql: Sql;
  readonly workspaceId: string;
  readonly executionId: string;
  readonly teller: Teller;
  readonly now: EpochMicros;
}

/** Stores what is told of an execution; see `TenantExternal.record`. */
export async function record(recording: Recording, told: Told): Promise<void> {
  const { sql, workspaceId, executionId } = recording;
  const known = await lockExternal(sql, workspaceId, executionId);
  if (known === null) throw new StoreError('not_found');
  if (known.isTold) return recordTold(recording, known, gather(executionId, told.events, told.origin));
  if (known.isFollowed && (await joinFollowed(recording, told))) return;
  if (known.startedAt === null) throw new StoreError('not_started');
  // The ids of annotations are made from their times: here from those that whoever runs it goes by.
  return recordJoining(recording, known, gather(executionId, told.events, since(known.startedAt, told.origin)));
}

async function recordTold(recording: Recording, known: KnownExecution, gathered: Gathered): Promise<void> {
  const { sql, workspaceId, executionId, now, teller } = recording;
  const next = joined(known, gathered);
  const start = next.startedAt;
  const hadEnded = known.end !== null;
  const by = known.startedAt === null || start === null ? 0 : since(start, known.startedAt);
  if (hadEnded) await runStatement(sql, uncountExecutions(workspaceId, [executionId]));
  if (by !== 0) await moveStart(sql, workspaceId, executionId, by);
  const isChanged = !isSameExecution(known, next);
  if (isChanged) await updateExternal(sql, workspaceId, executionId, next, now, teller.changeId);
  const kept = hadEnded ? await selectKept(sql, workspaceId, executionId) : null;
  const placed = start === null ? gathered.batch : fromStart(gathered.batch, start);
  const changed = await changedBy(sql, workspaceId, executionId, placed);
  const annotations = await write(recording, changed, kept);
  const hasMore = annotations > 0 || hasRows(changed);
  if (hasMore && !isChanged) await touchExternal(sql, workspaceId, executionId, next.isJoined, now);
  if (kept !== null && (isChanged || hasMore)) {
    await keepAgain(sql, workspaceId, executionId, kept, { added: changed, by });
  }
  if (next.end !== null) await runStatement(sql, countExecutions(workspaceId, [executionId]));
  await tell(recording, {
    ...changed,
    execution: {
      startedAt: start,
      sourceFormat: null,
      concurrency: null,
      finished: next.end === null || start === null ? null : { ...next.end, at: since(start, next.end.at) },
      warnings: new Map(),
    },
  });
}

/** Keeps what is told of an execution on a Temporal server for when it is made again; false where it is not followed any more. */
async function joinFollowed({ sql, workspaceId, executionId, now }: Recording, told: Told): Promise<boolean> {
  if (gather(executionId, told.events, told.origin).isOfOwner) throw new StoreError('not_external');
  const packed = await packEvents(told.events, told.origin);
  return keepJoined(sql, workspaceId, executionId.toLowerCase(), packed, now);
}

/** Adds spans, with times from its start, to an execution that is not of who tells of them. */
async function recordJoining(recording: Recording, { isJoined }: KnownExecution, gathered: Gathered): Promise<void> {
  const { sql, workspaceId, executionId, now } = recording;
  if (gathered.isOfOwner) throw new StoreError('not_external');
  const kept = await selectKept(sql, workspaceId, executionId);
  const added = await addedBy(sql, workspaceId, executionId, gathered.batch);
  const annotations = await write(recording, added, kept, true);
  const isNews = annotations > 0 || added.spans.length > 0;
  if (isNews || !isJoined) await touchExternal(sql, workspaceId, executionId, true, now);
  if (kept !== null && isNews) await keepAgain(sql, workspaceId, executionId, kept, { added, by: 0 });
}

function hasRows({ declarations, states, spans }: Batch): boolean {
  return declarations.length + states.length + spans.length > 0;
}

/**
 * Writes a batch down. Of an execution whose rows retention removed, spans and annotations go into the kept trace only.
 * @returns how many annotations are new, as far as rows tell
 */
async function write(
  { sql, workspaceId, executionId, teller }: Recording,
  { declarations, states, spans, annotations }: Batch,
  kept: KeptTrace | null,
  isJoined = false,
): Promise<number> {
  const { changeId } = teller;
  const all = async <T>(items: readonly T[], statement: (some: readonly T[]) => NamedStatement): Promise<number> => {
    let count = 0;
    for (let from = 0; from < items.length; from += CHUNK) {
      const { text, values } = statement(items.slice(from, from + CHUNK));
      count += await sql.run(text, values);
    }
    return count;
  };
  await all(declarations, (some) => declareSteps(workspaceId, executionId, some));
  await all(states, (some) => mergeStepStates(workspaceId, executionId, some, changeId));
  if (kept !== null && !kept.hasRows) return annotations.length;
  await all(spans, (some) => upsertSpans(workspaceId, executionId, some, isJoined));
  return all(annotations, (some) => insertAnnotations(workspaceId, executionId, some, changeId));
}

/** Tells those who watch what changed. Nothing may be locked after this. */
async function tell({ sql, workspaceId, executionId, teller, now }: Recording, batch: Batch): Promise<void> {
  const values: string[] = [];
  for (const statement of tellBatch(workspaceId, executionId, batch, teller.changeId, now)) {
    const rows = await sql.rows(statement.text, statement.values);
    if (statement.name === 'raise_event_counter') values.push(...rows.map((row) => row.text('change')));
  }
  teller.changes.push(...changesOf(workspaceId, values));
}
