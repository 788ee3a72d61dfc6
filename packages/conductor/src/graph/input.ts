import type { JsonObject, JsonValue, TraceError } from '@flowprof/model';
import type { InputDefinition, InputType } from '../file/definition.ts';
import type { Graph } from './graph.ts';

function fits(value: JsonValue, type: InputType): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function inputProblem(name: string, value: JsonValue | undefined, { type, required }: InputDefinition): string | null {
  if (value === undefined) return required ? `the input "${name}" is missing` : null;
  return fits(value, type) ? null : `the input "${name}" is not of type ${type}`;
}

/** The input of a workflow with the defaults filled in, and why it cannot start with it, if so. */
export function prepareInput(graph: Graph, given: JsonObject): { input: JsonObject; refusal: TraceError | null } {
  const input: Record<string, JsonValue> = { ...given };
  const problems: string[] = [];
  for (const [name, declared] of Object.entries(graph.inputs)) {
    const value = Object.hasOwn(input, name) ? input[name] : declared.default;
    if (value !== undefined) input[name] = value;
    else if (declared.required !== true) input[name] = null;
    const problem = inputProblem(name, value, declared);
    if (problem !== null) problems.push(problem);
  }
  if (Object.keys(graph.inputs).length > 0) {
    for (const name of Object.keys(input)) {
      if (!Object.hasOwn(graph.inputs, name)) problems.push(`the workflow declares no input "${name}"`);
    }
  }
  if (problems.length === 0) return { input, refusal: null };
  return { input, refusal: { code: 'invalid_input', message: problems.join('; ') } };
}

/** The values of the inputs that are declared secret. */
export function secretsOf({ inputs }: Graph, input: JsonObject): JsonValue[] {
  return Object.entries(inputs).flatMap(([name, { secret }]) => (secret === true ? (input[name] ?? []) : []));
}
