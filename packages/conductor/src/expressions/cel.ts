import { celEnv, CelScalar, isCelError, parse, plan, type CelFunc, type CelInput, type CelValue } from '@bufbuild/cel';
import type { JsonValue } from '@flowprof/model';
import { checkSteps, EXPRESSION_LIMITS, ExpressionError } from './bounds.ts';
import { FUNCTIONS, INTERNAL } from './functions.ts';
import { metered } from './metered.ts';
import { toJson } from './values.ts';

type Expr = ReturnType<typeof parse>['expr'];

/** What the expressions of workflows can read. `nodes` holds the nodes that have ended. */
const VARIABLES = ['input', 'nodes', 'services', 'run', 'item', 'index', 'loops'] as const;

/** What expressions about a delivery from outside can read: its body, and those of its headers that are let through. */
export const DELIVERY_VARIABLES = ['payload', 'headers'] as const;

/** The values of variables by their names. */
export type Values = Readonly<Record<string, CelInput>>;

/** The values of the variables of a workflow; `nodes` is a map so that a node's result is added in constant time. */
export interface Scope extends Record<string, CelInput> {
  readonly input: CelInput;
  readonly nodes: CelInput;
  readonly services: CelInput;
  readonly run: CelInput;
  /** The item of the innermost `foreach`, and its position from 0; null outside of any. */
  readonly item: CelInput;
  readonly index: CelInput;
  /** `{ item, index }` of every `foreach` around, by its id. */
  readonly loops: CelInput;
}

const { DYN } = CelScalar;
const NUMBERS = new Set(['int', 'uint', 'double', 'bool', 'null_type']);
const VARIABLE_TYPES = Object.fromEntries([...VARIABLES, ...DELIVERY_VARIABLES].map((name) => [name, DYN] as const));
const plain = celEnv({ variables: VARIABLE_TYPES, funcs: FUNCTIONS });
/** The same functions, each charged for what it is given. What works on numbers alone costs the same whatever they are. */
const env = celEnv({
  variables: VARIABLE_TYPES,
  funcs: Array.from(plain.funcs, (func) => (isOfNumbers(func) ? func : metered(func))),
});

function isOfNumbers({ name, target, arguments: types }: CelFunc): boolean {
  const all = target === undefined ? types : [target, ...types];
  return name.startsWith('@') ? name !== '@in' : all.every((type) => NUMBERS.has(type.name));
}

/** Names of types, which may stand in an expression as values. */
const TYPE_NAMES = new Set([
  'bool',
  'bytes',
  'double',
  'dyn',
  'google',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'timestamp',
  'type',
  'uint',
]);

/** A field of a variable that an expression reads, such as `nodes.fetch` (variable `nodes`, field `fetch`). */
interface Reference {
  readonly variable: string;
  readonly field: string;
  readonly offset: number;
}

/** An expression that has been parsed and planned once and can be evaluated any number of times. */
export interface Expression {
  readonly source: string;
  readonly references: readonly Reference[];
  /** The variables that it reads, with where. */
  readonly variables: readonly { readonly name: string; readonly offset: number }[];
  /** Takes its steps from the evaluation that was started. @throws {ExpressionError} when it cannot be evaluated with these values */
  evaluate(scope: Values): JsonValue;
}

function checkNesting(source: string): void {
  let depth = 0;
  let run = 0;
  for (let i = 0; i < source.length; i++) {
    const c = source.charAt(i);
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    run = '!-?'.includes(c) ? run + 1 : c === ' ' ? run : 0;
    if (depth > EXPRESSION_LIMITS.nesting || run > EXPRESSION_LIMITS.nesting) {
      throw new ExpressionError(`brackets or operators are nested deeper than ${EXPRESSION_LIMITS.nesting} levels`, i);
    }
  }
}

function offsetOfError(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('location' in error)) return null;
  const { location } = error;
  if (typeof location !== 'object' || location === null || !('start' in location)) return null;
  const { start } = location;
  if (typeof start !== 'object' || start === null || !('offset' in start)) return null;
  return typeof start.offset === 'number' ? start.offset : null;
}

/** The parser's message without its own place, which is counted from the expression's start. */
function parserMessage(error: unknown): string {
  if (error instanceof RangeError) return 'it is too deeply nested';
  if (!(error instanceof Error)) return 'it cannot be parsed';
  const message = error.message.replace(/^.*?<input>:\d+:\d+:\s*/s, '');
  const found = /^found (.+?) but expecting/s.exec(message)?.[1];
  return found === undefined ? message : `unexpected ${found}`;
}

/** A comprehension's body, or the expression as a whole. */
interface Place {
  /** How many comprehensions it is in. */
  readonly depth: number;
  /** Counts the parts of the body that it is in. */
  readonly body: { parts: bigint };
  readonly variables: ReadonlySet<string>;
}

interface Visit {
  readonly expr: Expr;
  readonly in: Place;
}

type Loop = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value'];

/** Goes through a syntax tree, checks it against the limits and known names, and rewrites its comprehensions. */
class Checker {
  readonly references: Reference[] = [];
  readonly variables: { name: string; offset: number }[] = [];
  readonly #positions: Readonly<Record<string, number>>;
  readonly #known: readonly string[];
  readonly #todo: Visit[] = [];
  readonly #loops: { readonly loop: Loop; readonly id: bigint; readonly body: Place['body'] }[] = [];
  #seen = 0;

  constructor(positions: Readonly<Record<string, number>>, known: readonly string[]) {
    this.#positions = positions;
    this.#known = known;
  }

  check(root: Expr): void {
    this.#push(root, { depth: 0, variables: new Set(), body: { parts: 0n } });
    for (let visit = this.#todo.pop(); visit !== undefined; visit = this.#todo.pop()) {
      if (++this.#seen > EXPRESSION_LIMITS.nodes) {
        throw new ExpressionError(`it has more than ${EXPRESSION_LIMITS.nodes} parts`, 0);
      }
      visit.in.body.parts++;
      this.#visit(visit);
    }
    for (const { loop, id, body } of this.#loops) {
      if (loop.iterRange) loop.iterRange = call(id, INTERNAL.range, [loop.iterRange, whole(id, body.parts)]);
    }
  }

  #push(expr: Expr | undefined, place: Place): void {
    if (expr !== undefined) this.#todo.push({ expr, in: place });
  }

  #offset(expr: Expr): number {
    return this.#positions[String(expr.id)] ?? 0;
  }

  #visit({ expr, in: place }: Visit): void {
    const kind = expr.exprKind;
    switch (kind.case) {
      case 'identExpr':
        return this.#identifier(kind.value.name, expr, place.variables);
      case 'selectExpr':
        this.#reference(kind.value.operand, kind.value.field, expr);
        return this.#push(kind.value.operand, place);
      case 'callExpr': {
        const { args, target } = kind.value;
        this.#function(kind.value.function, expr);
        if (kind.value.function === '_[_]') this.#reference(args[0], constantString(args[1]), expr);
        this.#push(target, place);
        for (const arg of args) this.#push(arg, place);
        return;
      }
      case 'listExpr':
        for (const element of kind.value.elements) this.#push(element, place);
        return;
      case 'structExpr':
        for (const { keyKind, value } of kind.value.entries) {
          if (keyKind.case === 'mapKey') this.#push(keyKind.value, place);
          this.#push(value, place);
        }
        return;
      case 'comprehensionExpr':
        return this.#comprehension(expr, place);
      case 'constExpr':
      case undefined:
        return;
      default:
        return kind satisfies never;
    }
  }

  #identifier(name: string, expr: Expr, variables: ReadonlySet<string>): void {
    if (variables.has(name) || TYPE_NAMES.has(name)) return;
    if (this.#known.includes(name)) {
      this.variables.push({ name, offset: this.#offset(expr) });
      return;
    }
    throw new ExpressionError(
      `"${name}" is not known; expressions can read ${this.#known.join(', ')}`,
      this.#offset(expr),
    );
  }

  #function(name: string, expr: Expr): void {
    if (/^[_@!-]/.test(name) || env.funcs.find(name) !== undefined) return;
    throw new ExpressionError(`there is no function "${name}"`, this.#offset(expr));
  }

  #reference(operand: Expr | undefined, field: string | null, expr: Expr): void {
    if (field === null || operand?.exprKind.case !== 'identExpr') return;
    this.references.push({ variable: operand.exprKind.value.name, field, offset: this.#offset(operand ?? expr) });
  }

  #comprehension(expr: Expr, place: Place): void {
    if (expr.exprKind.case !== 'comprehensionExpr') return;
    const loop = expr.exprKind.value;
    const depth = place.depth + 1;
    if (depth > EXPRESSION_LIMITS.comprehensions) {
      throw new ExpressionError(
        `comprehensions are nested deeper than ${EXPRESSION_LIMITS.comprehensions}`,
        this.#offset(expr),
      );
    }
    const variables = new Set([...place.variables, loop.iterVar, loop.accuVar]);
    const inner: Place = { depth, variables, body: { parts: 0n } };
    this.#push(loop.iterRange, place);
    this.#push(loop.accuInit, place);
    for (const part of [loop.loopCondition, loop.loopStep, loop.result]) this.#push(part, inner);
    this.#loops.push({ loop, id: expr.id, body: inner.body });
    if (isEmptyList(loop.accuInit)) {
      loop.accuInit = call(expr.id, INTERNAL.list, []);
      appendInstead(loop.loopStep, loop.accuVar);
    }
  }
}

function constantString(expr: Expr | undefined): string | null {
  if (expr?.exprKind.case !== 'constExpr') return null;
  const { constantKind } = expr.exprKind.value;
  return constantKind.case === 'stringValue' ? constantKind.value : null;
}

function call(id: bigint, name: string, args: Expr[]): Expr {
  const value = { $typeName: 'cel.expr.Expr.Call', function: name, args } as const;
  return { $typeName: 'cel.expr.Expr', id, exprKind: { case: 'callExpr', value } };
}

function whole(id: bigint, value: bigint): Expr {
  const constant = { $typeName: 'cel.expr.Constant', constantKind: { case: 'int64Value', value } } as const;
  return { $typeName: 'cel.expr.Expr', id, exprKind: { case: 'constExpr', value: constant } };
}

function isEmptyList(expr: Expr | undefined): boolean {
  return expr?.exprKind.case === 'listExpr' && expr.exprKind.value.elements.length === 0;
}

/** Makes `accumulator + [item]` in the step of a comprehension, also under a condition, an append. */
function appendInstead(step: Expr | undefined, accumulator: string): void {
  if (step?.exprKind.case !== 'callExpr') return;
  const { value } = step.exprKind;
  if (value.function === '_?_:_') return appendInstead(value.args[1], accumulator);
  const [left, right] = value.args;
  if (value.function !== '_+_' || left?.exprKind.case !== 'identExpr' || right?.exprKind.case !== 'listExpr') return;
  const [item] = right.exprKind.value.elements;
  if (left.exprKind.value.name !== accumulator || item === undefined) return;
  value.function = INTERNAL.append;
  value.args = [left, item];
}

/**
 * Parses and plans a CEL expression.
 * @param known the variables that it may read; those of a workflow when absent
 * @throws {ExpressionError} with the offset of the fault when it is not valid CEL, reads unknown names or is too large
 */
export function compileExpression(source: string, known: readonly string[] = VARIABLES): Expression {
  if (source.length > EXPRESSION_LIMITS.source) {
    throw new ExpressionError(`it is longer than ${EXPRESSION_LIMITS.source} characters`, EXPRESSION_LIMITS.source);
  }
  if (source.trim() === '') throw new ExpressionError('it is empty', 0);
  checkNesting(source);
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(source);
  } catch (error) {
    throw new ExpressionError(parserMessage(error), offsetOfError(error) ?? 0);
  }
  const checker = new Checker(parsed.sourceInfo?.positions ?? {}, known);
  checker.check(parsed.expr);
  const run = plan(env, parsed.expr);
  return {
    source,
    references: checker.references,
    variables: checker.variables,
    evaluate(scope) {
      const result = run(scope);
      checkSteps();
      if (isCelError(result)) throw new ExpressionError(result.message);
      return toJson(result satisfies CelValue);
    },
  };
}
