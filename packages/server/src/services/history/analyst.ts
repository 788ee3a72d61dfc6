import type { HistoryRun } from '@flowprof/model';
import type { ThreadPool } from '../threads/pool.ts';
import { packRuns, weightOf } from './packed-runs.ts';
import {
  answerQuestion,
  type AnswerTo,
  type HistoryAnswer,
  type HistoryAnswers,
  type HistoryQuestion,
} from './questions.ts';

/** Executions with more nodes in all are looked at in a thread: below it, that takes a few ms. */
export const INLINE_NODES = 1000;

/** Answers what is asked of many executions, in a thread where that would hold up others. */
export class Analyst {
  readonly #pool: ThreadPool;

  constructor(pool: ThreadPool) {
    this.#pool = pool;
  }

  /** @param more what they may be compared with besides. @throws {ApiError} `overloaded`, `shutting_down` */
  async ask<K extends keyof HistoryAnswers>(
    question: HistoryQuestion & { readonly kind: K },
    runs: readonly HistoryRun[],
    more: readonly HistoryRun[] = [],
  ): Promise<HistoryAnswers[K]> {
    const given = await this.#answer(question, runs, more);
    if (!isTo(given, question.kind)) throw new Error('a thread answered another question');
    return given.answer;
  }

  async #answer(
    question: HistoryQuestion,
    runs: readonly HistoryRun[],
    more: readonly HistoryRun[],
  ): Promise<HistoryAnswer> {
    if (weightOf(runs) + weightOf(more) <= INLINE_NODES) return answerQuestion(question, runs, more);
    const [packed, others] = [await packRuns(runs), await packRuns(more)];
    return this.#pool.use(async (ask) => {
      const result = await ask({ type: 'history', question, runs: packed, more: others });
      if (result.type !== 'history') throw new Error(`a thread answered ${result.type}`);
      return result.answer;
    });
  }
}

function isTo<K extends keyof HistoryAnswers>(given: HistoryAnswer, kind: K): given is HistoryAnswer & AnswerTo<K> {
  return given.kind === kind;
}
