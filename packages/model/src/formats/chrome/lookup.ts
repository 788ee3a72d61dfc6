import { NONE } from '../../trace/trace.ts';
import type { Draft } from './draft.ts';
import type { ThreadRows } from './nesting.ts';

/** Which slice of a thread is looked for: the innermost around a moment, or the next to start. */
export type Binding = 'around' | 'next';

interface Question {
  readonly track: number;
  readonly time: number;
  readonly binding: Binding;
  answer: number;
}

/** Finds the slices that instants and arrows belong to, for all of them at once: in order of time, in one sweep a thread. */
export class SliceLookup {
  readonly #questions: Question[] = [];

  /** Asks for a slice; returns the number under which `answer` knows it. */
  ask(track: number, time: number, binding: Binding): number {
    return this.#questions.push({ track, time, binding, answer: NONE }) - 1;
  }

  /** The row of the slice, or `NONE`, once `resolve` has run. */
  answer(question: number): number {
    return this.#questions[question].answer;
  }

  resolve(draft: Draft, threads: ThreadRows): void {
    const byTime = this.#questions.toSorted((a, b) => a.track - b.track || a.time - b.time);
    let from = 0;
    while (from < byTime.length) {
      const { track } = byTime[from];
      let to = from;
      while (to < byTime.length && byTime[to].track === track) to++;
      const rows = threads.rows.subarray(threads.offsets[track], threads.offsets[track + 1]);
      sweep(draft, rows, byTime, from, to);
      from = to;
    }
  }
}

function sweep(draft: Draft, rows: Uint32Array, questions: readonly Question[], from: number, to: number): void {
  const { start, end, parent } = draft;
  const open: number[] = [];
  let next = 0;
  let firstLater = 0;
  for (let i = from; i < to; i++) {
    const question = questions[i];
    for (; next < rows.length && start[rows[next]] <= question.time; next++) {
      while (open.length > 0 && open[open.length - 1] !== parent[rows[next]]) open.pop();
      open.push(rows[next]);
    }
    while (open.length > 0 && end[open[open.length - 1]] < question.time) open.pop();
    while (firstLater < rows.length && start[rows[firstLater]] < question.time) firstLater++;
    const around = open.at(-1) ?? NONE;
    question.answer = question.binding === 'next' && firstLater < rows.length ? rows[firstLater] : around;
  }
}
