import type { Trace, TraceSink } from '@flowprof/model';

/** Where imported executions go: a sink for their events, with a beginning and an end for each execution. */
export interface ImportTarget extends TraceSink {
  /**
   * Announces an execution.
   * @returns false when it is there already and complete: then nothing more is sent of it
   */
  begin(executionId: string, trace: Trace): Promise<boolean>;
  /** All events of an execution have been written; its whole trace can be kept. */
  finish(executionId: string, trace: Trace): Promise<void>;
}
