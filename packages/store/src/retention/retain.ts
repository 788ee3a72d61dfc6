import { toEpochMicros, type Clock, type EpochMicros } from '@flowprof/model';
import { runStatement, type Database, type Sql } from '../database.ts';
import { claimRetention } from '../queries/claim-retention.ts';
import { uncountExecutions } from '../queries/count-executions.ts';
import { deleteExecutions } from '../queries/delete-executions.ts';
import { deleteRows } from '../queries/delete-rows.ts';
import { forgetRuns, sweepTemporal } from '../queries/forget-runs.ts';
import { endRetention } from '../queries/end-retention.ts';
import { listRemovableExecutions } from '../queries/list-removable-executions.ts';
import { listRemovableRows, type Removable } from '../queries/list-removable-rows.ts';
import { lockEnded } from '../queries/lock-ended.ts';
import { measureStored, ROW_BYTES } from '../queries/measure-stored.ts';
import { reportRetention, type RetentionStep } from '../queries/report-retention.ts';
import { selectRetention } from '../queries/select-retention.ts';
import { selectRetentionRun } from '../queries/select-retention-run.ts';
import { setRowState } from '../queries/set-row-state.ts';
import { SWEEP_BEGIN, sweepSegments, type Sweep } from '../otlp/sweep.ts';
import type { KeepLimit, RetainOptions, RetentionRun } from './api.ts';

/** How many rows of a table, and how many executions, a transaction removes at most; some 50 ms of work. */
const MAX_ROWS = 5000;
const MAX_EXECUTIONS = 50;

/** How long a run stays its server's without a sign of it. */
const CLAIM_US = 120_000_000;
const DAY_US = 86_400_000_000;

interface RetainContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly instanceId: string;
}

/** How much has to go. */
interface Due {
  /** What was stored before this. */
  readonly before: EpochMicros | null;
  /** So many bytes of the oldest besides; counted down. */
  excess: number;
}

/** A kind of removal: which executions, what each frees, and how. */
interface Stage {
  readonly due: Due;
  readonly list: (sql: Sql, workspaceId: string, before: EpochMicros | null, limit: number) => Promise<Removable[]>;
  readonly frees: (one: Removable) => number;
  readonly remove: (sql: Sql, workspaceId: string, ids: readonly string[]) => Promise<Removed>;
}

interface Removed extends RetentionStep {
  /** Those that are dealt with; of others rows are left. */
  readonly finished: readonly string[];
}

const NOTHING: RetentionStep = { trimmed: 0, rowsRemoved: 0, removed: 0 };

function dueOf(limit: KeepLimit, stored: number, now: EpochMicros): Due {
  const { maxDays, maxBytes } = limit;
  return {
    before: maxDays === null ? null : toEpochMicros(now - maxDays * DAY_US),
    excess: maxBytes === null ? 0 : Math.max(0, stored - maxBytes),
  };
}

/** The first that have to go, as many as fit in a transaction; a large one goes alone, in several. */
function chosenOf(listed: readonly Removable[], { due, frees }: Stage): readonly Removable[] {
  const chosen: Removable[] = [];
  let { excess } = due;
  let spans = 0;
  for (const one of listed) {
    spans += one.spans;
    const fits = chosen.length === 0 || spans <= MAX_ROWS;
    if (!fits || !(one.isDue || excess > 0)) break;
    chosen.push(one);
    excess -= frees(one);
  }
  return chosen;
}

/** Removes the rows of executions whose trace is kept; of one that is none such, nothing. */
async function removeRows(sql: Sql, workspaceId: string, ids: readonly string[]): Promise<Removed> {
  const locked = await lockEnded(sql, workspaceId, ids);
  const going = await setRowState(sql, workspaceId, locked, 'going');
  if (going.length === 0) return { ...NOTHING, finished: ids };
  const { deleted, isDone } = await deleteRows(sql, workspaceId, going, MAX_ROWS);
  if (!isDone) return { ...NOTHING, rowsRemoved: deleted, finished: [] };
  await setRowState(sql, workspaceId, going, 'gone');
  return { trimmed: going.length, rowsRemoved: deleted, removed: 0, finished: ids };
}

/** Removes executions whole, once their rows are gone. */
async function removeWhole(sql: Sql, workspaceId: string, ids: readonly string[], now: EpochMicros): Promise<Removed> {
  const rows = await removeRows(sql, workspaceId, ids);
  if (rows.finished.length === 0) return rows;
  const locked = await lockEnded(sql, workspaceId, ids);
  await forgetRuns(sql, workspaceId, locked, now);
  await runStatement(sql, uncountExecutions(workspaceId, locked));
  const removed = await deleteExecutions(sql, workspaceId, locked);
  return { trimmed: 0, rowsRemoved: rows.rowsRemoved, removed, finished: ids };
}

async function stagesOf(sql: Sql, workspaceId: string, now: EpochMicros): Promise<readonly Stage[]> {
  const { rows, profiles } = await selectRetention(sql, workspaceId);
  const stored = await measureStored(sql, workspaceId);
  return [
    {
      due: dueOf(rows, stored.rows, now),
      list: listRemovableRows,
      frees: ({ spans }) => spans * ROW_BYTES,
      remove: removeRows,
    },
    {
      due: dueOf(profiles, stored.profiles, now),
      list: listRemovableExecutions,
      frees: ({ bytes }) => bytes,
      remove: (inside, of, ids) => removeWhole(inside, of, ids, now),
    },
  ];
}

/** One transaction of a stage. @returns whether the stage may have more to do, and is still this server's */
async function step(workspaceId: string, stage: Stage, context: RetainContext): Promise<boolean> {
  const { database, clock, instanceId } = context;
  const { due, list, frees, remove } = stage;
  const freed = await database.inWorkspace(workspaceId, async (sql) => {
    const listed = await list(sql, workspaceId, due.before, MAX_EXECUTIONS);
    const chosen = chosenOf(listed, stage);
    if (chosen.length === 0) return null;
    const { finished, ...done } = await remove(
      sql,
      workspaceId,
      chosen.map(({ id }) => id),
    );
    const isProgress = done.trimmed + done.rowsRemoved + done.removed > 0;
    const isOurs = await reportRetention(sql, workspaceId, instanceId, untilOf(clock), done);
    if (!isProgress || !isOurs) return null;
    const isFinished = new Set(finished);
    return chosen.filter(({ id }) => isFinished.has(id)).reduce((sum, one) => sum + frees(one), 0);
  });
  due.excess -= freed ?? 0;
  return freed !== null;
}

function untilOf(clock: Clock): EpochMicros {
  return toEpochMicros(clock.now() + CLAIM_US);
}

/**
 * Removes what a workspace need not keep any longer; see `Store.retain`. Every transaction leaves what is whole: an
 * execution whose rows are going has its trace, and one that is removed is out of the statistics in the same moment.
 */
export async function retain(
  workspaceId: string,
  context: RetainContext,
  { signal, pause }: RetainOptions,
): Promise<RetentionRun | null> {
  const { database, clock, instanceId } = context;
  const now = clock.now();
  const stages = await database.inWorkspace(workspaceId, async (sql) => {
    const isOurs = await claimRetention(sql, workspaceId, { instanceId, now, until: untilOf(clock) });
    return isOurs ? stagesOf(sql, workspaceId, now) : null;
  });
  if (stages === null) return null;
  for (const stage of stages) {
    for (;;) {
      if (signal.aborted) break;
      const before = clock.now();
      if (!(await step(workspaceId, stage, context))) break;
      await pause((clock.now() - before) / 1000);
    }
  }
  let sweep: Sweep | null = SWEEP_BEGIN;
  while (sweep !== null && !signal.aborted) {
    const from: Sweep = sweep;
    const before = clock.now();
    sweep = await database.inWorkspace(workspaceId, (sql) => sweepSegments(sql, workspaceId, from));
    if (sweep !== null) await pause((clock.now() - before) / 1000);
  }
  if (!signal.aborted) await database.inWorkspace(workspaceId, (sql) => sweepTemporal(sql, workspaceId, clock.now()));
  return database.inWorkspace(workspaceId, async (sql) => {
    await endRetention(sql, workspaceId, instanceId, clock.now());
    return selectRetentionRun(sql, workspaceId);
  });
}
