/** A comparison: every task is timed against the floor, in the same run. */
export interface Comparison {
  /** The least that anyone could do for the same answer, or a named peer. */
  readonly floor: Task;
  readonly tasks: readonly Task[];
  /** For what waits for disks and other processes: all run in turns for so long, so that each meets the same noise. */
  readonly turnsMs?: number;
}

/** A comparison with what it needs running. */
export interface OpenSuite extends Comparison {
  /** Stops what was started. */
  close(): Promise<void>;
}

/** A comparison, or how to start what it needs. */
export type Suite = {
  readonly name: string;
  /** What is compared, in a sentence, with the size of the input. */
  readonly about: string;
} & (Comparison | { readonly open: () => Promise<OpenSuite> });

/** Something to time; what it returns is kept, so that it cannot be optimised away. */
export interface Task {
  readonly name: string;
  /** How many steps one run takes, where tasks differ in that: they are compared by the step then. */
  readonly steps?: number;
  readonly run: () => unknown;
}
