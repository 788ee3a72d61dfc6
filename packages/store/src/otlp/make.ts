import { isTerminal, toEpochMicros, type EpochMicros, type Status } from '@flowprof/model';
import { batchOf } from '../batch.ts';
import { runStatement, type Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { LiveChange } from '../live/api.ts';
import { newChangeId, type TellingContext } from '../live/teller.ts';
import type { Made } from '../made/api.ts';
import { place, Stale, standingOf, type Written } from '../made/place.ts';
import { countExecutions, uncountExecutions } from '../queries/count-executions.ts';
import { declareSteps } from '../queries/declare-steps.ts';
import { mergeStepStates } from '../queries/merge-step-states.ts';
import { deleteWaiting, lockWaiting, updateWaiting } from '../queries/select-segments.ts';
import { tellMade, type MadeEvent } from '../queries/tell-made.ts';
import { insertMade, updateMade, upsertMadeTraces } from '../queries/write-made.ts';
import type { MadeExecution, Making } from './api.ts';
import { writeHeads } from './heads.ts';

/** How many steps go into one statement. */
const CHUNK = 10_000;
/** The longest error message, in characters, that an event repeats. */
const MAX_MESSAGE = 2000;

const OTHERS = { definition: { imported: true, source_format: 'otlp' }, collective: 'other traces' };

/** See `TenantOtlp.make`. */
export async function make(context: TellingContext, workspaceId: string, making: Making): Promise<boolean> {
  const changes: LiveChange[] = [];
  try {
    await context.database.inWorkspace(workspaceId, async (sql) => {
      changes.push(...(await makeIn(sql, context, workspaceId, making)));
    });
  } catch (error) {
    // One of the same id may have come into being by another way.
    if (error instanceof StoreError && error.code === 'conflict') return false;
    throw error;
  }
  context.announce(changes);
  return true;
}

async function makeIn(
  sql: Sql,
  context: TellingContext,
  workspaceId: string,
  { segments, executions }: Making,
): Promise<readonly LiveChange[]> {
  const now = toEpochMicros(context.clock.now());
  const changeId = newChangeId(context.random);
  await lockUnchanged(sql, workspaceId, segments);
  const written = await placeUnchanged(sql, context, workspaceId, executions);
  const known = written.filter(({ before }) => before !== null);
  const fresh = written.filter(({ before }) => before === null);
  const ended = known.filter(({ before }) => before !== null && isTerminal(before.status)).map(idOf);
  if (ended.length > 0) await runStatement(sql, uncountExecutions(workspaceId, ended));
  if ((await insertMade(sql, workspaceId, 'otlp', fresh, { changeId, now })) !== fresh.length) throw new Stale();
  if ((await updateMade(sql, workspaceId, 'otlp', known, { changeId, now })) !== known.length) throw new Stale();
  if (executions.length > 0) await upsertMadeTraces(sql, workspaceId, executions, now);
  for (const made of executions) await writeSteps(sql, workspaceId, made, changeId);
  await runStatement(sql, countExecutions(workspaceId, written.filter(hasEnded).map(idOf)));
  const gone = segments.filter(({ after }) => after.length === 0).map(({ id }) => id);
  if (gone.length > 0) await deleteWaiting(sql, workspaceId, gone);
  const left = segments.filter(({ after }) => after.length > 0);
  if (left.length > 0) {
    const rows = left.map(({ id, after }) => ({ id, traces: writeHeads(after) }));
    await updateWaiting(sql, workspaceId, rows);
  }
  return tellMade(sql, workspaceId, written.flatMap(eventOf(now)), now);
}

function idOf({ made }: Written): string {
  return made.id;
}

function hasEnded({ made }: Written): boolean {
  return isTerminal(made.status);
}

/** Holds the segments, unless others took something out of them. */
async function lockUnchanged(sql: Sql, workspaceId: string, segments: Making['segments']): Promise<void> {
  if (segments.length === 0) return;
  const found = await lockWaiting(
    sql,
    workspaceId,
    segments.map(({ id }) => id),
  );
  for (const { id, before } of segments) {
    const heads = found.get(id);
    if (heads === undefined || Buffer.compare(heads, writeHeads(before)) !== 0) throw new Stale();
  }
}

/** Gives executions their places; see `place`. @throws {Stale} where one is not as it was when it was made */
async function placeUnchanged(
  sql: Sql,
  context: TellingContext,
  workspaceId: string,
  executions: readonly MadeExecution[],
): Promise<readonly Written[]> {
  const rows = executions.map(rowOf);
  const known = executions.filter(({ before }) => before !== null);
  const standing = await standingOf(sql, workspaceId, known.map(rowOf));
  if (standing.size !== known.length) throw new Stale();
  const { written, changes } = await place(sql, { ...context, others: OTHERS }, workspaceId, rows, standing);
  for (const made of known) if (changes.get(made.id) !== made.before) throw new Stale();
  return written;
}

/** As it is written: it is known by its trace, and nobody tells of its input or results. */
function rowOf(execution: MadeExecution): Made {
  return {
    ...execution,
    externalId: execution.traceId,
    traceId: null,
    input: null,
    results: null,
    attributes: null,
  };
}

async function writeSteps(
  sql: Sql,
  workspaceId: string,
  { id, nodes }: MadeExecution,
  changeId: number,
): Promise<void> {
  if (nodes.length === 0) return;
  const { declarations, states } = batchOf(id, nodes);
  for (let at = 0; at < declarations.length; at += CHUNK) {
    await runStatement(sql, declareSteps(workspaceId, id, declarations.slice(at, at + CHUNK)));
  }
  for (let at = 0; at < states.length; at += CHUNK) {
    await runStatement(sql, mergeStepStates(workspaceId, id, states.slice(at, at + CHUNK), changeId));
  }
}

/** A moment as events have it: ISO 8601 in milliseconds. */
function isoOf(moment: EpochMicros): string {
  return new Date(Math.floor(moment / 1000)).toISOString();
}

function typeOf(status: Status): string {
  if (!isTerminal(status)) return 'workflow_started';
  return status === 'completed' || status === 'skipped' ? 'workflow_completed' : 'workflow_failed';
}

/** What is told of an execution: that it started or ended, unless that was told before. */
function eventOf(now: EpochMicros): (written: Written) => MadeEvent[] {
  return ({ made, place: { workflowId, number }, before }) => {
    const { id, status, startedAt, duration, error } = made;
    if (before?.status === status) return [];
    const isEnd = isTerminal(status);
    const at = isEnd && startedAt !== null && duration !== null ? toEpochMicros(startedAt + duration) : startedAt;
    const failed = isEnd && status !== 'completed' && status !== 'skipped';
    const data = {
      execution_id: id,
      workflow_id: workflowId,
      execution_number: number,
      ...(isEnd && { status, duration_seconds: duration === null ? null : Math.max(0, duration) / 1_000_000 }),
      ...(failed && {
        error: (error?.message ?? error?.code)?.slice(0, MAX_MESSAGE) ?? null,
        error_code: error?.code ?? null,
      }),
      timestamp: isoOf(at ?? now),
    };
    return [{ workflowId, executionId: id, type: typeOf(status), data: JSON.stringify(data) }];
  };
}
