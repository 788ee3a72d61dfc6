import type { JsonObject } from '@flowprof/model';
import type { ExecutionResult, NodeTypeDescription, RunOptions, WorkflowIssueCode } from '@flowprof/conductor';

/** What the server needs of a workflow engine. */
export interface Engine {
  /**
   * Checks that a definition describes a workflow, and says what the server must know of it. However large it is, others
   * have their turn meanwhile.
   * @throws {ApiError} `invalid_workflow` with a fault for each thing that is wrong
   */
  describe(definition: JsonObject): Promise<WorkflowSummary>;
  /** What is wrong with a definition, at most 20 faults; none where it describes a workflow. Others have their turn meanwhile. */
  check(definition: JsonObject): Promise<readonly DefinitionFault[]>;
  /** The node types that definitions can use. */
  nodeTypes(): readonly NodeTypeDescription[];
  /** Runs a checked definition. A failure of the workflow is a result. */
  run(definition: JsonObject, options: EngineRunOptions): Promise<ExecutionResult>;
}

/** One thing that is wrong with a definition. */
export interface DefinitionFault {
  readonly code: WorkflowIssueCode;
  /** What is wrong, in the words of the engine: it may repeat names of the definition. */
  readonly message: string;
  /** JSON pointer into the definition; empty for the whole of it. */
  readonly pointer: string;
  /** The place inside the string that the pointer leads to, both from 1; null where it is not inside one. */
  readonly place: { readonly line: number; readonly column: number } | null;
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
