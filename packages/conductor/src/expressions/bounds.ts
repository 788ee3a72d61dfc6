/** An expression that cannot be compiled, or not be evaluated with the values it got. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Characters before the fault in the source; null where that is not known. */
  readonly offset: number | null;

  constructor(message: string, offset: number | null = null) {
    super(message);
    this.offset = offset;
  }
}

/** The limits that keep an expression from using much time or memory. */
export const EXPRESSION_LIMITS = {
  /** Characters of source. */
  source: 4096,
  /** Brackets within brackets; the parser is recursive. */
  nesting: 64,
  /** Nodes of the syntax tree. */
  nodes: 500,
  /** Comprehensions (`map`, `filter`, `all`, ...) within each other. */
  comprehensions: 2,
  /** Items of a list that is gone through or made. */
  list: 10_000,
  /** Items gone through in one evaluation, in all comprehensions and list functions together. */
  steps: 50_000,
  /** Characters of a string that an expression makes. */
  string: 1_048_576,
} as const;

/** Steps left in the evaluation that is going on. Evaluation is synchronous, so there is only ever one. */
let stepsLeft = 0;

/** Starts the count of steps for one evaluation. */
export function startEvaluation(): void {
  stepsLeft = EXPRESSION_LIMITS.steps;
}

/** Counts the items of a list or map that is about to be gone through. @throws {ExpressionError} over a limit */
export function spend(items: number): void {
  if (items > EXPRESSION_LIMITS.list) {
    throw new ExpressionError(`a list of ${items} items is longer than the limit of ${EXPRESSION_LIMITS.list}`);
  }
  stepsLeft -= items;
  if (stepsLeft < 0) throw new ExpressionError(`it goes through more than ${EXPRESSION_LIMITS.steps} items in all`);
}

/** The string, if it is not too long. @throws {ExpressionError} over the limit */
export function boundedString(text: string): string {
  if (text.length > EXPRESSION_LIMITS.string) {
    throw new ExpressionError(`a string of ${text.length} characters is longer than ${EXPRESSION_LIMITS.string}`);
  }
  return text;
}
