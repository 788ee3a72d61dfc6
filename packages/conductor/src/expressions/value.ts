import { allAtOnce, type JsonValue, type Steps } from '@flowprof/model';
import { ExpressionError, startEvaluation } from './bounds.ts';
import { compileExpression, type Expression, type Values } from './cel.ts';
import { splitTemplate, TemplateError } from './template.ts';

/** A value of a workflow file whose strings may hold expressions, compiled once. */
export type Template =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] };

/** A fault in an expression inside a value: where in the value, and where in the string. */
export interface TemplateFault {
  readonly path: readonly (string | number)[];
  readonly offset: number;
  readonly message: string;
}

/** An expression of a template, with its place. */
export interface PlacedExpression {
  readonly expression: Expression;
  readonly path: readonly (string | number)[];
  readonly offset: number;
}

const MAX_DEPTH = 64;
/** So many faults of a value are told; what comes after them is not compiled. */
const MOST_FAULTS = 20;

/** Compiles the values of a workflow file, and collects their expressions and faults. */
export class TemplateCompiler {
  readonly faults: TemplateFault[] = [];
  readonly expressions: PlacedExpression[] = [];
  readonly #known: readonly string[] | undefined;

  /** @param known the variables that expressions may read; those of a workflow when absent */
  constructor(known?: readonly string[]) {
    this.#known = known;
  }

  /** Compiles a value at once. */
  compile(value: JsonValue, path: readonly (string | number)[]): Template {
    return allAtOnce(this.compileInSteps(value, path));
  }

  /** Compiles a value, an expression a step; its depth is bounded, so that the recursion is too. */
  *compileInSteps(value: JsonValue, path: readonly (string | number)[]): Steps<Template> {
    if (typeof value === 'string') return yield* this.#string(value, path);
    if (typeof value !== 'object' || value === null) return { kind: 'constant', value };
    if (path.length > MAX_DEPTH) {
      this.faults.push({ path, offset: 0, message: `the value is nested deeper than ${MAX_DEPTH} levels` });
      return { kind: 'constant', value: null };
    }
    if (isList(value)) {
      const items: Template[] = [];
      for (const [index, item] of value.entries()) {
        items.push(
          isPlain(item) ? { kind: 'constant', value: item } : yield* this.compileInSteps(item, [...path, index]),
        );
      }
      return items.every(isConstant) ? { kind: 'constant', value } : { kind: 'list', items };
    }
    const entries: (readonly [string, Template])[] = [];
    for (const [key, item] of Object.entries(value)) {
      entries.push([
        key,
        isPlain(item) ? { kind: 'constant', value: item } : yield* this.compileInSteps(item, [...path, key]),
      ]);
    }
    return entries.every(([, item]) => isConstant(item)) ? { kind: 'constant', value } : { kind: 'object', entries };
  }

  /** Compiles the source of an expression that is no template, such as a condition. */
  expression(source: string, path: readonly (string | number)[], offset = 0): Expression | null {
    if (this.faults.length >= MOST_FAULTS) return null;
    try {
      const expression = compileExpression(source, this.#known);
      this.expressions.push({ expression, path, offset });
      return expression;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.faults.push({ path, offset: offset + (error.offset ?? 0), message: error.message });
      return null;
    }
  }

  *#string(text: string, path: readonly (string | number)[]): Steps<Template> {
    yield;
    if (this.faults.length >= MOST_FAULTS) return { kind: 'constant', value: null };
    try {
      const parts = splitTemplate(text);
      const [first] = parts;
      if (parts.length === 1 && first?.kind === 'text') return { kind: 'constant', value: first.text };
      if (parts.length === 1 && first?.kind === 'expression') {
        const expression = this.expression(first.source, path, first.offset);
        return expression ? { kind: 'expression', expression } : { kind: 'constant', value: null };
      }
      const compiled: (string | Expression)[] = [];
      for (const part of parts) {
        if (part.kind === 'expression') yield;
        compiled.push(part.kind === 'text' ? part.text : (this.expression(part.source, path, part.offset) ?? ''));
      }
      return { kind: 'text', parts: compiled };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.faults.push({ path, offset: error.offset, message: error.message });
      return { kind: 'constant', value: null };
    }
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether there is nothing to be compiled in a value. */
function isPlain(value: JsonValue): boolean {
  return typeof value === 'string' ? !value.includes('${') : typeof value !== 'object' || value === null;
}

function isConstant(template: Template): boolean {
  return template.kind === 'constant';
}

/** An expression's value in the middle of a text. */
function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * The value of a template in a scope.
 * @throws {ExpressionError} naming the expression that cannot be evaluated
 */
export function evaluateTemplate(template: Template, scope: Values): JsonValue {
  if (template.kind === 'constant') return template.value;
  startEvaluation();
  return fill(template, scope);
}

function fill(template: Template, scope: Values): JsonValue {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'expression':
      return evaluatePart(template.expression, scope);
    case 'text':
      return template.parts
        .map((part) => (typeof part === 'string' ? part : asText(evaluatePart(part, scope))))
        .join('');
    case 'list':
      return template.items.map((item) => fill(item, scope));
    case 'object':
      return Object.fromEntries(template.entries.map(([key, item]) => [key, fill(item, scope)]));
    default:
      return template satisfies never;
  }
}

/** Evaluates an expression by itself; the message of a failure names it. @throws {ExpressionError} */
export function evaluate(expression: Expression, scope: Values): JsonValue {
  startEvaluation();
  return evaluatePart(expression, scope);
}

function evaluatePart(expression: Expression, scope: Values): JsonValue {
  try {
    return expression.evaluate(scope);
  } catch (error) {
    const { source } = expression;
    const shown = source.length > 100 ? `${source.slice(0, 100)}…` : source;
    const code = error instanceof ExpressionError ? error.code : 'expression_failed';
    throw new ExpressionError(
      `\${${shown}}: ${error instanceof Error ? error.message : 'it failed'}`,
      null,
      code,
      expression,
    );
  }
}
