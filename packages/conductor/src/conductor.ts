import { isUuid, uuidv7 } from '@flowprof/model';
import type { z } from 'zod';
import { systemClock, systemRandom, systemTimers } from './clock.ts';
import { LimitSet } from './engine/limits.ts';
import type { RunHost } from './engine/request.ts';
import { Run } from './engine/run.ts';
import type { NodeDefinition, WorkflowDefinition } from './file/definition.ts';
import { readWorkflow } from './file/parse.ts';
import { describeTypes, type NodeTypeDescription } from './file/type-descriptions.ts';
import { Definitions } from './graph/definitions.ts';
import { prepareInput } from './graph/input.ts';
import { HttpClient } from './http/client.ts';
import { OPEN_NETWORK } from './http/policy.ts';
import { builtInTypes } from './nodes/index.ts';
import { registered } from './nodes/registered.ts';
import type { NodeType } from './node-type.ts';
import { allAtOnce, inSlices } from './slices.ts';
import type { ConductorOptions, ExecutionResult, RunOptions, RunTrigger } from './types.ts';

/** The workflow engine: node types, and runs of workflows that use them. */
export interface Conductor {
  readonly node: {
    /**
     * Runs a workflow, a group or a single node. A failure of the workflow is in the result.
     * @throws {WorkflowFileError} when the definition is invalid
     * @throws {RangeError} when an option is out of range
     */
    run(definition: WorkflowDefinition | NodeDefinition, options?: RunOptions): Promise<ExecutionResult>;
  };
  /**
   * Adds a node type.
   * @throws {RangeError} when the name is taken or not lower case letters, digits, `_`, `.` and `-`
   */
  register<S extends z.ZodType>(name: string, type: NodeType<S>): void;
  /** Reads a workflow file that may use the node types of this conductor. @throws {WorkflowFileError} */
  parse(text: string): WorkflowDefinition;
  /** The same in slices, so that a large file holds up nobody else in the process. @throws {WorkflowFileError} */
  parseInSlices(text: string): Promise<WorkflowDefinition>;
  /** The names of the node types that workflows can use. */
  types(): string[];
  /** The same with what each takes, for editors. */
  describeTypes(): NodeTypeDescription[];
}

function checkOptions({ concurrency, slowMo, executionId, timeoutMs, resume, trigger }: RunOptions): void {
  if (concurrency !== undefined && (!Number.isInteger(concurrency) || concurrency < 1)) {
    throw new RangeError('concurrency must be a whole number of at least 1');
  }
  if (slowMo !== undefined && !(slowMo >= 0 && Number.isFinite(slowMo))) {
    throw new RangeError('slowMo must be 0 or more milliseconds');
  }
  if (executionId !== undefined && !isUuid(executionId)) throw new RangeError('executionId must be a UUID');
  if (timeoutMs !== undefined && !(timeoutMs > 0 && Number.isFinite(timeoutMs))) {
    throw new RangeError('timeoutMs must be more than 0 milliseconds');
  }
  if (trigger !== undefined) checkTrigger(trigger);
  if (resume !== undefined && executionId === undefined) throw new RangeError('resume needs the executionId');
}

function checkTrigger({ key, phases }: RunTrigger): void {
  if (key === '') throw new RangeError('the key of a trigger must not be empty');
  let last = 0;
  for (const { start, end } of phases) {
    if (!(start >= last && end >= start)) throw new RangeError('the phases of a trigger must be in order');
    last = end;
  }
}

class WorkflowConductor implements Conductor {
  readonly node = {
    run: (definition: WorkflowDefinition | NodeDefinition, options: RunOptions = {}): Promise<ExecutionResult> =>
      this.#run(definition, options),
  };
  readonly #registry = builtInTypes();
  readonly #host: RunHost;
  #definitions: Definitions;

  constructor(options: ConductorOptions) {
    this.#definitions = new Definitions(this.#registry);
    this.#host = {
      clock: options.clock ?? systemClock,
      timers: options.timers ?? systemTimers,
      random: options.random ?? systemRandom,
      http: (policy = OPEN_NETWORK) => new HttpClient({ policy, ca: options.ca ?? [] }),
      limits: options.limits === undefined ? null : new LimitSet(options.limits, true),
    };
  }

  register<S extends z.ZodType>(name: string, type: NodeType<S>): void {
    this.#registry.register(name, registered(type));
    this.#definitions = new Definitions(this.#registry);
  }

  parse(text: string): WorkflowDefinition {
    return this.#definitions.keep(allAtOnce(readWorkflow(text, this.#registry)));
  }

  async parseInSlices(text: string): Promise<WorkflowDefinition> {
    return this.#definitions.keep(await inSlices(readWorkflow(text, this.#registry)));
  }

  types(): string[] {
    return this.#registry.names();
  }

  describeTypes(): NodeTypeDescription[] {
    return describeTypes(this.#registry);
  }

  async #run(definition: WorkflowDefinition | NodeDefinition, options: RunOptions): Promise<ExecutionResult> {
    checkOptions(options);
    const { graph, ...rest } = await inSlices(this.#definitions.prepare(definition, options));
    const executionId = options.executionId ?? uuidv7(this.#host.clock.now(), this.#host.random);
    const { input, refusal } = prepareInput(graph, options.input ?? {});
    const request = { graph, executionId, input, options, workflows: rest.workflows };
    return new Run(request, this.#host).run(refusal ?? rest.refusal);
  }
}

/** Makes a conductor. Clock, timers and randomness are those of the process unless others are given. */
export function createConductor(options: ConductorOptions = {}): Conductor {
  return new WorkflowConductor(options);
}
