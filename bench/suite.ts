/** A comparison: every task is timed against the floor, in the same run. */
export interface Suite {
  readonly name: string;
  /** What is compared, in a sentence, with the size of the input. */
  readonly about: string;
  /** The least that anyone could do for the same answer, or a named peer. */
  readonly floor: Task;
  readonly tasks: readonly Task[];
}

/** Something to time; what it returns is kept, so that it cannot be optimised away. */
export interface Task {
  readonly name: string;
  readonly run: () => unknown;
}
