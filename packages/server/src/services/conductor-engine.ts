import {
  createConductor,
  WORKFLOW_ISSUE_CODES,
  WorkflowFileError,
  type Conductor,
  type ConductorOptions,
  type WorkflowDefinition,
  type WorkflowIssue,
} from '@flowprof/conductor';
import type { JsonObject } from '@flowprof/model';
import { ApiError, type FieldError } from '../http/errors.ts';
import { outsideCalls } from './called-workflows.ts';
import type { DefinitionFault, Engine, WorkflowSummary } from './engine.ts';

/** Where a definition stands in the body of a request. */
const BODY_POINTER = '/definition';

/** A definition as text with one value a line, so that a line tells which value it is. */
function textOf(definition: JsonObject): string {
  return JSON.stringify(definition, null, 1);
}

/**
 * The place of an issue inside the string that it is in, both from 1: a definition that came as JSON has no lines of its
 * own. Null for an issue that is not inside a string.
 */
function placeInString(text: string, issue: WorkflowIssue): { readonly line: number; readonly column: number } | null {
  if (issue.line === null || issue.column === null) return null;
  const line = text.split('\n', issue.line)[issue.line - 1] ?? '';
  const before = /^ *(?:"(?:[^"\\]|\\.)*": )?"/.exec(line)?.[0].length ?? 0;
  if (before === 0 || issue.column <= before) return null;
  const raw = line.slice(before, issue.column - 1);
  const breaks = raw.split('\\n');
  const last = (breaks.at(-1) ?? '').replaceAll(/\\u[0-9a-f]{4}|\\./g, '.');
  return { line: breaks.length, column: last.length + 1 };
}

/** An issue for a client. The message of the engine is left out, since it may repeat parts of the definition. */
function fieldError(text: string, issue: WorkflowIssue): FieldError {
  const isExpression = issue.code === 'bad_expression' || issue.code === 'unknown_reference';
  return {
    pointer: `${BODY_POINTER}${issue.pointer}`,
    code: issue.code,
    detail: WORKFLOW_ISSUE_CODES[issue.code],
    ...(isExpression && placeInString(text, issue)),
    ...(issue.code === 'bad_expression' && { expected: 'a CEL expression' }),
  };
}

async function readDefinition(conductor: Conductor, definition: JsonObject): Promise<WorkflowDefinition> {
  const text = textOf(definition);
  try {
    return await conductor.parseInSlices(text);
  } catch (error) {
    if (!(error instanceof WorkflowFileError)) throw error;
    const errors = error.issues.map((issue) => fieldError(text, issue));
    const detail = errors.length === 1 ? 'The workflow has 1 fault.' : `The workflow has ${errors.length} faults.`;
    throw new ApiError('invalid_workflow', detail, { errors });
  }
}

/** What is wrong with a definition. */
async function faultsOf(conductor: Conductor, definition: JsonObject): Promise<readonly DefinitionFault[]> {
  const text = textOf(definition);
  try {
    await conductor.parseInSlices(text);
    return [];
  } catch (error) {
    if (!(error instanceof WorkflowFileError)) throw error;
    return error.issues.map((issue) => {
      const { code, message, pointer } = issue;
      const isExpression = code === 'bad_expression' || code === 'unknown_reference';
      return { code, message, pointer, place: isExpression ? placeInString(text, issue) : null };
    });
  }
}

function summaryOf(definition: WorkflowDefinition): WorkflowSummary {
  const { name, description, services, inputs, timeoutMs } = definition;
  return {
    name,
    description: description ?? null,
    services: services ?? [],
    secretInputs: Object.entries(inputs ?? {}).flatMap(([input, { secret }]) => (secret === true ? [input] : [])),
    calls: [...new Set(outsideCalls(definition).map((call) => call.name))],
    timeoutMs: timeoutMs ?? null,
  };
}

/** Our own engine, in this process. */
export function conductorEngine(options: ConductorOptions): Engine {
  const conductor = createConductor(options);
  const types = conductor.describeTypes();
  return {
    check: (definition) => faultsOf(conductor, definition),
    nodeTypes: () => types,
    describe: async (definition) => summaryOf(await readDefinition(conductor, definition)),
    run: async (definition, { workflows, ...runOptions }) => {
      const called = new Map<string, WorkflowDefinition>();
      for (const [name, value] of Object.entries(workflows)) called.set(name, await readDefinition(conductor, value));
      return conductor.node.run(await readDefinition(conductor, definition), {
        ...runOptions,
        ...(called.size > 0 && { workflows: Object.fromEntries(called) }),
      });
    },
  };
}
