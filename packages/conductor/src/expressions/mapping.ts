import type { JsonObject, JsonValue } from '@flowprof/model';
import { ExpressionError } from './bounds.ts';
import { DELIVERY_VARIABLES } from './cel.ts';
import { fromJson } from './json-input.ts';
import { evaluate, evaluateTemplate, TemplateCompiler } from './value.ts';

/** A fault in an expression of a mapping. */
export interface MappingFault {
  /** A JSON pointer to the string that the expression stands in. */
  readonly pointer: string;
  /** From 1, in that string. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Expressions that cannot be compiled, or one that cannot be evaluated with the values it got. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly faults: readonly MappingFault[];

  constructor(faults: readonly MappingFault[]) {
    super(faults[0]?.message ?? 'an expression failed');
    this.faults = faults;
  }
}

/** What is delivered from outside, such as to a webhook. */
interface Delivery {
  readonly payload: JsonValue;
  /** Those that are let through, by their names in lower case. */
  readonly headers: JsonObject;
}

/** How a delivery becomes the input of a workflow, or whether it is wanted at all; compiled once. */
export interface Mapping {
  /** @throws {MappingError} with the one expression that failed; bounded in time and memory as those of workflows */
  evaluate(delivery: Delivery): JsonValue;
}

type Place = { readonly path: readonly (string | number)[]; readonly offset: number };

function textAt(value: JsonValue, path: readonly (string | number)[]): string {
  let at: unknown = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return typeof at === 'string' ? at : '';
}

/** A fault where people look for it. */
function faultAt(value: JsonValue, { path, offset }: Place, message: string): MappingFault {
  const before = textAt(value, path).slice(0, offset).split('\n');
  const pointer = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { pointer, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}

/** Fails as the compiler says, if it found faults. */
function refuseFaults(compiler: TemplateCompiler, value: JsonValue): void {
  if (compiler.faults.length === 0) return;
  throw new MappingError(compiler.faults.map((fault) => faultAt(value, fault, fault.message)));
}

function evaluating(compiler: TemplateCompiler, value: JsonValue, work: () => JsonValue): JsonValue {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const place = compiler.expressions.find(({ expression }) => expression === error.of);
    throw new MappingError([faultAt(value, place ?? { path: [], offset: 0 }, error.message)]);
  }
}

function valuesOf({
  payload,
  headers,
}: Delivery): Record<(typeof DELIVERY_VARIABLES)[number], ReturnType<typeof fromJson>> {
  return { payload: fromJson(payload), headers: fromJson(headers) };
}

/**
 * Compiles a value whose strings may hold `${...}` over `payload` and `headers`.
 * @throws {MappingError} with every fault
 */
export function compileMapping(value: JsonValue): Mapping {
  const compiler = new TemplateCompiler(DELIVERY_VARIABLES);
  const template = compiler.compile(value, []);
  refuseFaults(compiler, value);
  return {
    evaluate: (delivery) => evaluating(compiler, value, () => evaluateTemplate(template, valuesOf(delivery))),
  };
}

/**
 * Compiles one expression over `payload` and `headers`.
 * @throws {MappingError}
 */
export function compileCondition(source: string): Mapping {
  const compiler = new TemplateCompiler(DELIVERY_VARIABLES);
  const expression = compiler.expression(source, []);
  refuseFaults(compiler, source);
  if (expression === null) throw new MappingError([]);
  return { evaluate: (delivery) => evaluating(compiler, source, () => evaluate(expression, valuesOf(delivery))) };
}
