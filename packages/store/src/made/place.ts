import type { Clock, RandomBytes } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { UNNAMED_WORKFLOW } from '../external/ensure.ts';
import {
  lockStanding,
  selectStanding,
  takeNumbers,
  type NumberedWorkflow,
  type StandingExecution,
} from '../queries/place-made.ts';
import type { PlacedExecution } from '../queries/write-made.ts';
import type { Made } from './api.ts';
import { workflowsOf, type WorkflowsOfOthers } from './workflows.ts';

/** Others changed something meanwhile: what is written is to be made anew of what there is now. */
export class Stale extends StoreError {
  constructor() {
    super('conflict');
  }
}

/** An execution as it is written, and as it stood before. */
export interface Written extends PlacedExecution {
  readonly before: StandingExecution | null;
}

/** How executions get their places. */
export interface Placing {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly others: WorkflowsOfOthers;
}

/**
 * Gives executions their places: new ones under the workflow of their name with the next numbers, those that were there
 * where they stand. One whose workflow was not known moves once it is. Workflows are locked before executions, as by
 * whoever deletes them.
 * @param standing those that are there
 * @returns them in their order, and of those that were there what changes with every change of theirs
 */
export async function place(
  sql: Sql,
  context: Placing,
  workspaceId: string,
  executions: readonly Made[],
  standing: ReadonlyMap<string, StandingExecution>,
): Promise<{ readonly written: readonly Written[]; readonly changes: ReadonlyMap<string, string> }> {
  const moving = executions.filter((made) => isToMove(made, standing.get(made.id)));
  const names = [...new Set(moving.map(({ workflow }) => workflow ?? UNNAMED_WORKFLOW))];
  const ids = await workflowsOf(sql, context, workspaceId, names, context.others);
  const workflowOf = (made: Made): string => ids.get(made.workflow ?? UNNAMED_WORKFLOW) ?? '';
  const counts = new Map<string, number>();
  for (const made of moving) counts.set(workflowOf(made), (counts.get(workflowOf(made)) ?? 0) + 1);
  const numbered = new Numbers(await takeNumbers(sql, workspaceId, counts), counts);
  const changes = await lockStanding(sql, workspaceId, [...standing.keys()]);
  const written = executions.map((made) => {
    const before = standing.get(made.id) ?? null;
    if (before !== null && !isToMove(made, before)) return { made, before, place: before };
    return { made, before, place: numbered.next(workflowOf(made)) };
  });
  return { written, changes };
}

/** Where those of the executions stand that are there. */
export function standingOf(
  sql: Sql,
  workspaceId: string,
  executions: readonly Made[],
): Promise<ReadonlyMap<string, StandingExecution>> {
  return selectStanding(
    sql,
    workspaceId,
    executions.map(({ id }) => id),
  );
}

function isToMove(made: Made, before: StandingExecution | undefined): boolean {
  return before === undefined || (made.workflow !== null && before.workflowName === UNNAMED_WORKFLOW);
}

/** Gives out the numbers that were taken. */
class Numbers {
  readonly #workflows: ReadonlyMap<string, NumberedWorkflow>;
  readonly #left: Map<string, number>;

  constructor(workflows: ReadonlyMap<string, NumberedWorkflow>, counts: ReadonlyMap<string, number>) {
    this.#workflows = workflows;
    this.#left = new Map(counts);
  }

  next(workflowId: string): PlacedExecution['place'] {
    const workflow = this.#workflows.get(workflowId);
    // It was deleted meanwhile.
    if (workflow === undefined) throw new Stale();
    const left = (this.#left.get(workflowId) ?? 0) - 1;
    this.#left.set(workflowId, left);
    const { projectId, version, last } = workflow;
    return { workflowId, projectId, version, number: last - left };
  }
}
