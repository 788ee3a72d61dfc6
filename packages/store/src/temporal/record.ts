import { createHash } from 'node:crypto';
import { isTerminal, toEpochMicros, type EpochMicros } from '@flowprof/model';
import { runStatement, type Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import type { LiveChange } from '../live/api.ts';
import type { ToldStep } from '../live/telling.ts';
import { changesOf, newChangeId, type TellingContext } from '../live/teller.ts';
import type { Made } from '../made/api.ts';
import { place, Stale, standingOf, type Written } from '../made/place.ts';
import { countExecutions, uncountExecutions } from '../queries/count-executions.ts';
import { lockEventCounter, raiseEventCounter } from '../queries/event-counter.ts';
import { replaceSteps } from '../queries/replace-steps.ts';
import { tellEvents } from '../queries/tell-events.ts';
import { failRun, lockRuns, noteMade, releaseRun, touchRuns } from '../queries/temporal-runs.ts';
import { upsertTrace } from '../queries/upsert-trace.ts';
import { insertMade, updateMade } from '../queries/write-made.ts';
import type { MadeTemporalRun } from './api.ts';
import { toldSteps } from './packed-steps.ts';

const TRIGGER = 'temporal';
const OTHERS = {
  definition: { imported: true, source_format: 'temporal' },
  collective: 'other Temporal workflows',
};
/** The longest name that a workflow gets, in characters. */
const MAX_NAME = 500;
/** Where more steps change at once than this, those who watch are told of the execution only. */
const MAX_TOLD_STEPS = 1000;

const ID_IN_USE = { code: 'id_in_use', message: 'Another execution than that of the run has its id' };

/** Another execution has the id of the run. */
class Taken extends StoreError {
  constructor() {
    super('conflict');
  }
}

/** What is to become of a run once it was written. */
export interface RunOutcome {
  readonly isComplete: boolean;
  readonly dueAgainAt: EpochMicros | null;
}

function madeOf(made: MadeTemporalRun): Made {
  const { run, status, startedAt, duration, error, input, results, attributes, warnings, traceId } = made;
  return {
    id: run.runId.toLowerCase(),
    workflow: made.workflow.slice(0, MAX_NAME),
    name: made.name,
    status,
    startedAt,
    duration,
    error,
    sourceFormat: 'temporal',
    concurrency: null,
    warnings,
    externalId: run.workflowId,
    traceId,
    input,
    results,
    attributes,
  };
}

/** Tells whether two makings of a run come to the same. */
function hashOf(made: MadeTemporalRun, row: Made): Buffer {
  return createHash('sha256').update(JSON.stringify(row)).update(made.steps.hash).update(made.trace.data).digest();
}

/** See `TenantTemporal.record`. */
export async function record(
  context: TellingContext,
  workspaceId: string,
  made: MadeTemporalRun,
  outcome: RunOutcome,
): Promise<boolean> {
  const changes: LiveChange[] = [];
  try {
    await context.database.inWorkspace(workspaceId, async (sql) => {
      changes.push(...(await new Recording(sql, context, workspaceId, made).write(outcome)));
    });
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
    const isTaken = error instanceof Taken;
    const now = toEpochMicros(context.clock.now());
    const { connectionId, runId } = made.run;
    await context.database.inWorkspace(workspaceId, (sql) =>
      isTaken
        ? failRun(sql, workspaceId, connectionId, runId, ID_IN_USE, null, now)
        : releaseRun(sql, workspaceId, runId),
    );
    return false;
  }
  context.announce(changes);
  return true;
}

/** One transaction. Its locks: the workflow, the execution, runs by their ids, statistics, the counter of events. */
class Recording {
  readonly #sql: Sql;
  readonly #context: TellingContext;
  readonly #workspaceId: string;
  readonly #made: MadeTemporalRun;
  readonly #row: Made;
  readonly #now: EpochMicros;
  readonly #changeId: number;

  constructor(sql: Sql, context: TellingContext, workspaceId: string, made: MadeTemporalRun) {
    this.#sql = sql;
    this.#context = context;
    this.#workspaceId = workspaceId;
    this.#made = made;
    this.#row = madeOf(made);
    this.#now = toEpochMicros(context.clock.now());
    this.#changeId = newChangeId(context.random);
  }

  async write(outcome: RunOutcome): Promise<readonly LiveChange[]> {
    const written = await this.#place();
    if (!(await this.#note(outcome)) && written.before !== null) return [];
    await this.#writeExecution(written);
    await upsertTrace(this.#sql, this.#workspaceId, this.#row.id, this.#made.trace, this.#now);
    const { steps } = this.#made;
    const changed = await replaceSteps(this.#sql, this.#workspaceId, this.#row.id, steps, this.#changeId);
    await runStatement(this.#sql, countExecutions(this.#workspaceId, [this.#row.id]));
    const isFollowed = written.before !== null && !isTerminal(written.before.status);
    return this.#tell(isFollowed && changed <= MAX_TOLD_STEPS ? toldSteps(steps) : []);
  }

  async #place(): Promise<Written> {
    const standing = await standingOf(this.#sql, this.#workspaceId, [this.#row]);
    if ((standing.get(this.#row.id)?.trigger ?? TRIGGER) !== TRIGGER) throw new Taken();
    const context = { ...this.#context, others: OTHERS };
    const { written, changes } = await place(this.#sql, context, this.#workspaceId, [this.#row], standing);
    const [one] = written;
    const before = one?.before ?? null;
    // What stood there was changed before it was locked.
    if (one === undefined || (before !== null && changes.get(before.id) !== before.change)) throw new Stale();
    return one;
  }

  /** Notes it with the run, and with its parent that it changed; says whether it did. */
  async #note({ isComplete, dueAgainAt }: RunOutcome): Promise<boolean> {
    const { run } = this.#made;
    const parents = run.parentRunId === null ? [] : [run.parentRunId];
    const locked = await lockRuns(this.#sql, this.#workspaceId, [this.#row.id, ...parents]);
    const hash = hashOf(this.#made, this.#row);
    const noted = { run, isComplete, dueAgainAt, hash };
    const before = await noteMade(this.#sql, this.#workspaceId, noted, this.#now);
    if (before === null) throw new Stale();
    if (before.hashBefore !== null && Buffer.compare(before.hashBefore, hash) === 0) return false;
    const touched = locked.filter((id) => id !== this.#row.id);
    await touchRuns(this.#sql, this.#workspaceId, touched, this.#now);
    return true;
  }

  async #writeExecution(written: Written): Promise<void> {
    const { id } = this.#row;
    const change = { changeId: this.#changeId, now: this.#now };
    const { before } = written;
    if (before === null) {
      if ((await insertMade(this.#sql, this.#workspaceId, TRIGGER, [written], change)) !== 1) throw new Stale();
      return;
    }
    if (isTerminal(before.status)) await runStatement(this.#sql, uncountExecutions(this.#workspaceId, [id]));
    if ((await updateMade(this.#sql, this.#workspaceId, TRIGGER, [written], change)) !== 1) throw new Stale();
  }

  /** Tells those who watch. Nothing may be locked after this. */
  async #tell(steps: readonly ToldStep[]): Promise<readonly LiveChange[]> {
    const [changeId, now, { id }] = [this.#changeId, this.#now, this.#row];
    const telling = { changeId, now, start: true, steps, retries: [], progress: [], end: true };
    const statement = tellEvents(this.#workspaceId, id, telling);
    if (statement === null) return [];
    await runStatement(this.#sql, lockEventCounter(this.#workspaceId, id));
    await runStatement(this.#sql, statement);
    const raise = raiseEventCounter(this.#workspaceId, id, now);
    const rows = await this.#sql.rows(raise.text, raise.values);
    return changesOf(
      this.#workspaceId,
      rows.map((row) => row.text('change')),
    );
  }
}
