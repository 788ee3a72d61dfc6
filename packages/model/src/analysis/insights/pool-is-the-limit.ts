import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

/** The pool that the critical path waits for longest. */
function worstPool({ accounting }: Parameters<InsightRule>[0]): string | null {
  const times = new Map<string, number>();
  for (const { cause, reason, fromUs, toUs } of accounting.segments) {
    if (cause !== 'queue' || reason?.kind !== 'pool' || reason.name === null) continue;
    times.set(reason.name, (times.get(reason.name) ?? 0) + toUs - fromUs);
  }
  let worst: string | null = null;
  for (const [name, time] of times) if (worst === null || time > (times.get(worst) ?? 0)) worst = name;
  return worst;
}

interface Words {
  readonly title: string;
  readonly advice: string;
}

/** What holds, and what to do: the places of a task queue of Temporal are its workers. */
function wordsOf(isTaskQueue: boolean, pool: string, limit: number | null, node: string): Words {
  if (isTaskQueue) {
    return {
      title: `workers of the task queue "${pool}"`,
      advice: `Start more workers for the task queue "${pool}", or let each take more at once, for ${node} is ready and no worker takes it.`,
    };
  }
  const above = limit === null ? '' : ` above ${limit}`;
  return {
    title: `the pool "${pool}"`,
    advice: `Raise the limit of the pool "${pool}"${above}, or take nodes that do not need it out of it, for ${node} is ready and waits for a place in it.`,
  };
}

/** The critical path waits for a free place in a named pool, or for a worker of a task queue. */
export const poolIsTheLimit: InsightRule = (findings) => {
  const { measures } = findings;
  const pool = worstPool(findings);
  if (pool === null) return null;
  const found = timeOf(findings, 'queue', ({ reason }) => reason?.kind === 'pool' && reason.name === pool);
  const { time, longest } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const limit = longest?.reason?.limit ?? null;
  const isTaskQueue = findings.graph.trace.execution.sourceFormat === 'temporal';
  const { title, advice } = wordsOf(isTaskQueue, pool, limit, nodeNameOf(findings, found));
  return {
    rule: 'pool_is_the_limit',
    severity: severityOf(time, measures.makespan),
    title: `${percentOf(time, measures.makespan)}% of the makespan waits for ${title}`,
    advice,
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
