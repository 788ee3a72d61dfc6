/** Which operation of a history the reports of attempts are of. */
import { distinctAttempts, type AttemptReport } from './attempts.ts';
import { nameAt, objectAt, textAt } from './fields.ts';
import type { Operation } from './operations.ts';
import { localActivityOf } from './plans.ts';

/** The runs whose reports count. */
export interface ReportedRuns {
  /** The run itself; null where its id is not known, and then all count. */
  readonly runId: string | null;
  /** The runs that it was reset from: their attempts are those of the events that were copied from them. */
  readonly bases: ReadonlySet<string>;
  /** The id of the event with which the copied ones end; 0 where it was not reset. */
  readonly resetAt: number;
}

/** What the details of local activities are read with: they tell ids, and are not kept here. */
const roomForIds = () => ({ left: 1024 * 1024 });

function activityIdOf({ type, head }: Operation): string | null {
  if (head === null) return null;
  if (type === 'activity') return textAt(head.attributes, 'activityId');
  return type === 'local_activity' ? localActivityOf(objectAt(head.attributes, 'details'), roomForIds()).id : null;
}

function typeOf({ type, head }: Operation): string | null {
  return type === 'activity' ? nameAt(head?.attributes ?? null, 'activityType') : null;
}

function keyOf(isLocal: boolean, activityId: string): string {
  return `${isLocal ? 'local' : 'activity'} ${activityId}`;
}

/** Operations by what reports call them: an id can be used again once its activity has closed. */
function operationsById(operations: readonly Operation[], hasLocals: boolean): ReadonlyMap<string, Operation[]> {
  const byId = new Map<string, Operation[]>();
  for (const operation of operations) {
    if (operation.type === 'local_activity' && !hasLocals) continue;
    const id = activityIdOf(operation);
    if (id === null) continue;
    const key = keyOf(operation.type === 'local_activity', id);
    const known = byId.get(key);
    if (known === undefined) byId.set(key, [operation]);
    else known.push(operation);
  }
  return byId;
}

/** How far a report is from what an operation of its id knows of its times. */
function distance(operation: Operation, { scheduledAt, startedAt, isLocal }: AttemptReport): number {
  const head = operation.head?.time ?? 0;
  if (scheduledAt !== null && !isLocal) return Math.abs(head - scheduledAt);
  // What was recorded when it ended lies after the attempt, what was recorded when it was scheduled before.
  const apart = isLocal ? head - startedAt : startedAt - head;
  return apart >= 0 ? apart : 1e15 - apart;
}

function nearest(candidates: readonly Operation[], report: AttemptReport): Operation | null {
  let best: Operation | null = null;
  for (const one of candidates) if (best === null || distance(one, report) < distance(best, report)) best = one;
  return best;
}

export interface MatchedAttempts {
  /** By the id of the operation: one report an attempt, in order. */
  readonly byOperation: ReadonlyMap<number, readonly AttemptReport[]>;
  /** How many are of nothing that the history has, and what the first says that it is of. */
  readonly unmatched: number;
  readonly example: string;
}

/** Finds the operation of each report that is of a run. */
export function matchAttempts(
  operations: readonly Operation[],
  reports: readonly AttemptReport[],
  { runId, bases, resetAt }: ReportedRuns,
): MatchedAttempts {
  const own = reports.filter((report) => runId === null || report.runId === runId || bases.has(report.runId));
  const byId = operationsById(
    own.length === 0 ? [] : operations,
    own.some(({ isLocal }) => isLocal),
  );
  const found = new Map<number, AttemptReport[]>();
  const unmatched: string[] = [];
  for (const report of own) {
    const isOfBase = runId !== null && report.runId !== runId;
    const candidates = (byId.get(keyOf(report.isLocal, report.activityId)) ?? []).filter((one) => {
      const type = typeOf(one);
      return (type === null || type === report.activityType) && isOfBase === (isOfBase && one.id < resetAt);
    });
    const operation = nearest(candidates, report);
    if (operation === null) {
      // What a run did before it was reset to an earlier point is told of in its own history.
      if (!isOfBase) unmatched.push(`${report.activityType} ${report.activityId}`);
      continue;
    }
    const known = found.get(operation.id);
    if (known === undefined) found.set(operation.id, [report]);
    else known.push(report);
  }
  const byOperation = new Map([...found].map(([id, list]) => [id, distinctAttempts(list)] as const));
  return { byOperation, unmatched: unmatched.length, example: (unmatched.sort()[0] ?? '').slice(0, 200) };
}
