import type { BaselineSource } from './queries.ts';

/** What a baseline is made of, in words. */
export function sourceWords(source: BaselineSource): string {
  switch (source.kind) {
    case 'execution':
      return 'one run';
    case 'list':
      return source.count === 1 ? 'one chosen run' : `${source.count} chosen runs`;
    case 'last':
      return `the last ${source.runs} runs at that time`;
    case 'version':
      return `runs of version ${source.version}`;
    default:
      return source satisfies never;
  }
}

/** What the form of a new baseline holds. */
export interface BaselineForm {
  readonly name: string;
  readonly kind: 'last' | 'version' | 'execution';
  readonly runs: string;
  readonly version: string;
  readonly execution: string;
}

/** What is wrong with the form, by field. */
export type Problems = Partial<Record<keyof BaselineForm, string>>;

function whole(text: string, most: number): number | null {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= most ? value : null;
}

/** The source that a form asks for, or what is wrong with it. */
export function readBaselineForm(
  form: BaselineForm,
): { readonly madeOf: Readonly<Record<string, unknown>> } | { readonly problems: Problems } {
  const problems: { -readonly [K in keyof Problems]: string } = {};
  if (form.name.trim() === '') problems.name = 'Expected a name';
  const runs = whole(form.runs, 200);
  const version = whole(form.version, 2 ** 31 - 1);
  const execution = form.execution.trim();
  if (form.kind !== 'execution' && runs === null) problems.runs = 'Expected a number from 1 to 200';
  if (form.kind === 'version' && version === null) problems.version = 'Expected the number of a version';
  if (form.kind === 'execution' && execution === '') problems.execution = 'Expected a run';
  if (Object.keys(problems).length > 0) return { problems };
  switch (form.kind) {
    case 'last':
      return { madeOf: { kind: 'last', runs } };
    case 'version':
      return { madeOf: { kind: 'version', version, runs } };
    case 'execution':
      return { madeOf: { kind: 'execution', execution_id: execution } };
    default:
      return form.kind satisfies never;
  }
}
