import { isUuid, uuidv7, type JsonObject } from '@flowprof/model';
import type { z } from 'zod';
import { systemClock, systemRandom, systemTimers } from './clock.ts';
import { LimitSet } from './engine/limits.ts';
import { Run, type RunHost } from './engine/run.ts';
import type { NodeDefinition, WorkflowDefinition } from './file/definition.ts';
import { WorkflowFileError } from './file/issues.ts';
import { locate } from './file/locate.ts';
import { readWorkflow } from './file/parse.ts';
import { readDefinition } from './file/read.ts';
import { beginWith } from './graph/begin.ts';
import { describeTypes, type NodeTypeDescription } from './file/type-descriptions.ts';
import { compileGraph } from './graph/compile.ts';
import type { Graph } from './graph/graph.ts';
import { prepareInput } from './graph/input.ts';
import { link, type Linked } from './graph/link.ts';
import { registered } from './nodes/registered.ts';
import type { NodeType } from './node-type.ts';
import { Registry } from './registry.ts';
import { allAtOnce, inSlices, type Steps } from './slices.ts';
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

function isWorkflow(definition: WorkflowDefinition | NodeDefinition): definition is WorkflowDefinition {
  return !('type' in definition);
}

/** A definition as a workflow: a group's nodes are the workflow's, a single node is the only one of it. */
function asWorkflow(definition: WorkflowDefinition | NodeDefinition): {
  value: JsonObject | WorkflowDefinition;
  shape: Graph['shape'];
  rootId: string;
} {
  if (isWorkflow(definition)) return { value: definition, shape: 'workflow', rootId: definition.name };
  const { id, name = id, type } = definition;
  const isGroup = type === 'group';
  const nodes = isGroup ? (definition.nodes ?? []) : [{ ...definition, dependsOn: [] }];
  return { value: { name: name || id, nodes }, shape: isGroup ? 'group' : 'node', rootId: id };
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
  readonly #registry = new Registry();
  readonly #host: RunHost;
  /** Definitions that have been compiled; a definition is not to be changed once it has been run. */
  #graphs = new WeakMap<object, Graph>();

  constructor(options: ConductorOptions) {
    this.#host = {
      clock: options.clock ?? systemClock,
      timers: options.timers ?? systemTimers,
      random: options.random ?? systemRandom,
      ca: options.ca ?? [],
      limits: options.limits === undefined ? null : new LimitSet(options.limits, true),
    };
  }

  register<S extends z.ZodType>(name: string, type: NodeType<S>): void {
    this.#registry.register(name, registered(type));
    this.#graphs = new WeakMap();
  }

  parse(text: string): WorkflowDefinition {
    return this.#keep(allAtOnce(readWorkflow(text, this.#registry)));
  }

  async parseInSlices(text: string): Promise<WorkflowDefinition> {
    return this.#keep(await inSlices(readWorkflow(text, this.#registry)));
  }

  types(): string[] {
    return this.#registry.names();
  }

  describeTypes(): NodeTypeDescription[] {
    return describeTypes(this.#registry);
  }

  async #run(definition: WorkflowDefinition | NodeDefinition, options: RunOptions): Promise<ExecutionResult> {
    checkOptions(options);
    const { graph, ...rest } = await inSlices(this.#prepare(definition, options));
    const executionId = options.executionId ?? uuidv7(this.#host.clock.now(), this.#host.random);
    const { input, refusal } = prepareInput(graph, options.input ?? {});
    const request = { graph, executionId, input, options, workflows: rest.workflows };
    return new Run(request, this.#host).run(refusal ?? rest.refusal);
  }

  /** Compiles what is to be run, and what it calls. */
  *#prepare(
    definition: WorkflowDefinition | NodeDefinition,
    { workflows = {}, services = {}, trigger }: RunOptions,
  ): Steps<Linked & { readonly graph: Graph }> {
    const graph = yield* this.#compile(definition);
    const linked = yield* link(graph, workflows, services, (called) => this.#compile(called));
    if (trigger === undefined) return { ...linked, graph };
    if (graph.shape !== 'workflow') throw new RangeError('only a workflow has a trigger');
    return { ...linked, graph: yield* beginWith(graph, trigger) };
  }

  /** Remembers what a file was compiled to, for when it is run. */
  #keep({ definition, graph }: { readonly definition: WorkflowDefinition; readonly graph: Graph }): WorkflowDefinition {
    this.#graphs.set(definition, graph);
    return definition;
  }

  *#compile(definition: WorkflowDefinition | NodeDefinition): Steps<Graph> {
    const known = this.#graphs.get(definition);
    if (known !== undefined) return known;
    const { value, shape, rootId } = asWorkflow(definition);
    const read = yield* readDefinition(value);
    if (read.definition === null) throw new WorkflowFileError(locate(read.problems, null));
    const { graph, problems } = yield* compileGraph(read.definition, this.#registry, { shape, rootId });
    if (problems.length > 0) throw new WorkflowFileError(locate(problems, null));
    this.#graphs.set(definition, graph);
    return graph;
  }
}

/** Makes a conductor. Clock, timers and randomness are those of the process unless others are given. */
export function createConductor(options: ConductorOptions = {}): Conductor {
  return new WorkflowConductor(options);
}
