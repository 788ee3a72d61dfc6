import type { Micros, Status } from '@flowprof/model';

/** What happened to a node: it changed its state, or its handler reported progress. */
type LogKind = 'state' | 'progress';

/** One entry of a run's log. */
export interface LogEntry {
  readonly kind: LogKind;
  /** The position of the node in the graph. */
  readonly node: number;
  readonly at: Micros;
  /** The new state, for an entry of kind `state`. */
  readonly status: Status;
  /** For an entry of kind `progress`. */
  readonly percent: number;
  readonly message: string | null;
}

/** The states and progress of all nodes in the order in which they happened: what the events of a trace are made from. */
export class RunLog {
  readonly entries: LogEntry[] = [];

  state(node: number, status: Status, at: Micros, message: string | null): void {
    this.entries.push({ kind: 'state', node, at, status, percent: 0, message });
  }

  progress(node: number, percent: number, at: Micros, message: string | null): void {
    this.entries.push({ kind: 'progress', node, at, status: 'running', percent, message });
  }
}
