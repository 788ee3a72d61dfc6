import type { WaitReason } from '../wait-reasons.ts';
import { isWorthSaying, percentOf, severityOf, type InsightRule } from './insight.ts';
import { evidenceOf, nodeNameOf, timeOf } from './segments.ts';

type PoolReason = WaitReason & { readonly kind: 'pool' | 'task_queue' };

/** Whether a wait was for a place in a named pool, or for a worker of a task queue. */
export function isPoolReason(reason: WaitReason | null): reason is PoolReason {
  return reason !== null && (reason.kind === 'pool' || reason.kind === 'task_queue');
}

/** The pool that the critical path waits for longest. */
function worstPool({ accounting }: Parameters<InsightRule>[0]): PoolReason | null {
  const times = new Map<string, { readonly reason: PoolReason; readonly time: number }>();
  let worst: { readonly reason: PoolReason; readonly time: number } | null = null;
  for (const { cause, reason, fromUs, toUs } of accounting.segments) {
    if (cause !== 'queue' || !isPoolReason(reason) || reason.name === null) continue;
    const key = `${reason.kind} ${reason.name}`;
    const sum = { reason, time: (times.get(key)?.time ?? 0) + toUs - fromUs };
    times.set(key, sum);
    if (worst === null || sum.time > worst.time) worst = sum;
  }
  return worst?.reason ?? null;
}

interface Words {
  readonly title: string;
  readonly advice: string;
}

/** What holds, and what to do about it. */
function wordsOf({ kind, name }: PoolReason, limit: number | null, node: string): Words {
  switch (kind) {
    case 'pool': {
      const above = limit === null ? '' : ` above ${limit}`;
      return {
        title: `the pool "${name}"`,
        advice: `Raise the limit of the pool "${name}"${above}, or take nodes that do not need it out of it, for ${node} is ready and waits for a place in it.`,
      };
    }
    case 'task_queue':
      return {
        title: `workers of the task queue "${name}"`,
        advice: `Start more workers for the task queue "${name}", or let each take more at once, for ${node} is ready and no worker takes it.`,
      };
    default:
      return kind satisfies never;
  }
}

/** The critical path waits for a free place in a named pool, or for a worker of a task queue. */
export const poolIsTheLimit: InsightRule = (findings) => {
  const { measures } = findings;
  const worst = worstPool(findings);
  if (worst === null) return null;
  const { kind, name } = worst;
  const found = timeOf(findings, 'queue', ({ reason }) => reason?.kind === kind && reason.name === name);
  const { time, longest } = found;
  if (!isWorthSaying(time, measures.makespan)) return null;
  const { title, advice } = wordsOf(worst, longest?.reason?.limit ?? null, nodeNameOf(findings, found));
  return {
    rule: 'pool_is_the_limit',
    severity: severityOf(time, measures.makespan),
    title: `${percentOf(time, measures.makespan)}% of the makespan waits for ${title}`,
    advice,
    gain: time,
    evidence: evidenceOf(findings, found),
  };
};
