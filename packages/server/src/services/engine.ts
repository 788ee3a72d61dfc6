import type { JsonObject } from '@flowprof/model';
import type { ExecutionResult, RunOptions } from '@flowprof/conductor';

/** What the server needs of a workflow engine. */
export interface Engine {
  /**
   * Checks that a definition describes a workflow, and says what it calls itself.
   * @throws {ApiError} `invalid_workflow` with a fault for each thing that is wrong
   */
  describe(definition: JsonObject): WorkflowSummary;
  /** The services that a checked definition asks for. */
  servicesOf(definition: JsonObject): readonly string[];
  /** Runs a checked definition. A failure of the workflow is a result. */
  run(definition: JsonObject, options: RunOptions): Promise<ExecutionResult>;
}

interface WorkflowSummary {
  readonly name: string;
  readonly description: string | null;
}
