import {
  evaluateEnd,
  narrowEnd,
  type AlertRule,
  type AlertState,
  type AlertStep,
  type EndedRun,
} from '@flowprof/model';
import { weightOf } from '../history/packed-runs.ts';
import type { ThreadPool } from '../threads/pool.ts';

/** Runs with more nodes in all, of those that are looked at, are judged in a thread: below it, that takes some 10 ms. */
const INLINE_NODES = 250;

/** Judges executions that have ended, in a thread where that would hold up others. */
export class AlertJudge {
  readonly #pool: ThreadPool;

  constructor(pool: ThreadPool) {
    this.#pool = pool;
  }

  /** As `evaluateEnd`. @throws {ApiError} `overloaded`, `shutting_down` */
  async judge(rule: AlertRule, state: AlertState, end: EndedRun): Promise<AlertStep> {
    const { condition } = rule;
    const isLongWork = condition.kind === 'slower_than_usual' && condition.sustained;
    const run = isLongWork ? narrowEnd(condition, end) : end;
    const weight = isLongWork ? weightOf(run.before) + weightOf(run.baseline ?? []) : 0;
    if (weight <= INLINE_NODES) return evaluateEnd(rule, state, run);
    return this.#pool.use(async (ask) => {
      const result = await ask({ type: 'judge_end', rule, state, run });
      if (result.type !== 'judged') throw new Error(`a thread answered ${result.type}`);
      return result.step;
    });
  }
}
