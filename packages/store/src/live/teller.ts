import { toEpochMicros, type Clock, type EpochMicros, type RandomBytes } from '@flowprof/model';
import { runStatement, type Database, type Sql } from '../database.ts';
import type { NamedStatement } from '../one-trip.ts';
import { lockEventCounter, raiseEventCounter } from '../queries/event-counter.ts';
import { listTold } from '../queries/list-told.ts';
import { tellEvents } from '../queries/tell-events.ts';
import { tellExecution, type ExecutionChange } from '../queries/tell-execution.ts';
import type { LiveChange } from './api.ts';

/** Hears of what was told, once it is committed. */
type Announce = (changes: readonly LiveChange[]) => void;

/** A number for what one transaction changes, so that it finds its changes again. */
export function newChangeId(random: RandomBytes): number {
  return Buffer.from(random(new Uint8Array(6))).readUIntBE(0, 6);
}

/** Reads the row of `raiseEventCounter`. */
function changeOf(workspaceId: string, row: string): LiveChange {
  const [workflowId = '', seq] = row.split(' ');
  return { workspaceId, workflowId, lastSeq: Number(seq) };
}

/** What was told, of the values that the statements of `tellBatch` gave: among them that of the lock of the counter. */
export function changesOf(workspaceId: string, values: readonly string[]): LiveChange[] {
  return values.filter((value) => value.includes(' ')).map((value) => changeOf(workspaceId, value));
}

/** Collects what a transaction has to tell, and tells it at its end. */
export class Teller {
  readonly changeId: number;
  /** What was told, once it is committed. */
  readonly changes: LiveChange[] = [];
  readonly #workspaceId: string;
  readonly #now: EpochMicros;
  readonly #statements = new Map<string, NamedStatement>();

  constructor(workspaceId: string, changeId: number, now: EpochMicros) {
    this.#workspaceId = workspaceId;
    this.changeId = changeId;
    this.#now = now;
  }

  /** An execution may have ended, and these of its steps with it. */
  ended(executionId: string, stepIds: readonly string[] = []): void {
    const steps = stepIds.map((id) => ({ id, output: null, isCut: false }));
    const { changeId } = this;
    const telling = { changeId, now: this.#now, start: true, steps, retries: [], progress: [], end: true };
    const statement = tellEvents(this.#workspaceId, executionId, telling);
    if (statement !== null) this.#statements.set(executionId, statement);
  }

  happened(executionId: string, type: ExecutionChange): void {
    this.#statements.set(executionId, tellExecution(this.#workspaceId, executionId, type, this.#now));
  }

  /** Tells it; nothing may be locked after this. */
  async tell(sql: Sql): Promise<void> {
    const told = [...this.#statements.keys()];
    // Two transactions that lock several counters do so in the same order.
    const inOrder = told.length < 2 ? told : await listTold(sql, this.#workspaceId, told);
    for (const executionId of inOrder) {
      const statement = this.#statements.get(executionId);
      if (statement === undefined) continue;
      const lock = lockEventCounter(this.#workspaceId, executionId);
      const raise = raiseEventCounter(this.#workspaceId, executionId, this.#now);
      await runStatement(sql, lock);
      await runStatement(sql, statement);
      const [row] = await sql.rows(raise.text, raise.values);
      if (row) this.changes.push(changeOf(this.#workspaceId, row.text('change')));
    }
  }
}

export interface TellingContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly announce: Announce;
}

/** As `inWorkspace`, for work that has something to tell those who watch. */
export async function inWorkspaceTelling<T>(
  { database, clock, random, announce }: TellingContext,
  workspaceId: string,
  work: (sql: Sql, teller: Teller) => Promise<T>,
): Promise<T> {
  const teller = new Teller(workspaceId, newChangeId(random), toEpochMicros(clock.now()));
  const result = await database.inWorkspace(workspaceId, async (sql) => {
    const done = await work(sql, teller);
    await teller.tell(sql);
    return done;
  });
  announce(teller.changes);
  return result;
}
