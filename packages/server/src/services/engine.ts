import type { JsonObject } from '@flowprof/model';
import type { ExecutionResult, RunOptions } from '@flowprof/conductor';

/** What the server needs of a workflow engine. */
export interface Engine {
  /**
   * Checks that a definition describes a workflow, and says what the server must know of it. However large it is, others
   * have their turn meanwhile.
   * @throws {ApiError} `invalid_workflow` with a fault for each thing that is wrong
   */
  describe(definition: JsonObject): Promise<WorkflowSummary>;
  /** Runs a checked definition. A failure of the workflow is a result. */
  run(definition: JsonObject, options: EngineRunOptions): Promise<ExecutionResult>;
}

export interface WorkflowSummary {
  readonly name: string;
  readonly description: string | null;
  /** The services that it asks for. */
  readonly services: readonly string[];
  /** The inputs that it declares to be secret. */
  readonly secretInputs: readonly string[];
  /** The workflows that its nodes call and that are not in the definition itself. */
  readonly calls: readonly string[];
  /** Its own limit for a whole run. */
  readonly timeoutMs: number | null;
}

interface EngineRunOptions extends Omit<RunOptions, 'workflows'> {
  /** Checked definitions of the workflows that it calls, by name. */
  readonly workflows: Readonly<Record<string, JsonObject>>;
}
