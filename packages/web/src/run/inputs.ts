import type { InputType, WorkflowInput } from '../api/types.ts';

/** What stands in the field of an input: the value to begin with, as text; nothing where it is secret. */
export function fieldText(input: WorkflowInput, value: unknown = input.fallback): string {
  if (input.secret || value === undefined || value === null) return '';
  return typeof value === 'string' && input.type === 'string' ? value : JSON.stringify(value);
}

/** What the text of a field stands for, or why it stands for nothing. */
type FieldValue = { readonly value: unknown } | { readonly problem: string };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const FITS: Readonly<Record<Exclude<InputType, 'string'>, readonly [test: (value: unknown) => boolean, is: string]>> = {
  number: [(value) => typeof value === 'number', 'a number'],
  boolean: [(value) => typeof value === 'boolean', 'true or false'],
  array: [(value) => Array.isArray(value), 'a list in JSON, such as ["a", 1]'],
  object: [(value) => typeof value === 'object' && value !== null, 'an object in JSON, such as {"a": 1}'],
};

/** Reads the field of an input. An empty one leaves the input to its default: its value is undefined. */
export function readField(input: WorkflowInput, text: string): FieldValue {
  if (text.trim() === '' && (input.secret || input.type !== 'string' || input.fallback === undefined)) {
    return input.required && input.fallback === undefined
      ? { problem: 'This input is required.' }
      : { value: undefined };
  }
  if (input.type === 'string') return { value: text };
  const value = parseJson(text.trim());
  const [test, is] = FITS[input.type];
  return test(value) ? { value } : { problem: `This has to be ${is}.` };
}

/** What a form came to: the input for a run, or what is wrong by name. */
export type FormResult =
  | { readonly input: Readonly<Record<string, unknown>> }
  | { readonly problems: ReadonlyMap<string, string> };

/** Reads the fields of a form. */
export function readForm(inputs: readonly WorkflowInput[], textOf: (name: string) => string): FormResult {
  const input: Record<string, unknown> = {};
  const problems = new Map<string, string>();
  for (const declared of inputs) {
    const field = readField(declared, textOf(declared.name));
    if ('problem' in field) problems.set(declared.name, field.problem);
    else if (field.value !== undefined) input[declared.name] = field.value;
  }
  return problems.size > 0 ? { problems } : { input };
}
