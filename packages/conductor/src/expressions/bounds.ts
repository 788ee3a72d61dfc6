/** An expression that cannot be compiled, or not be evaluated with the values it got. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Characters before the fault in the source; null where that is not known. */
  readonly offset: number | null;
  readonly code: 'expression_failed' | 'expression_too_expensive';
  /** The expression that failed, where one of several did. */
  readonly of: object | null;

  constructor(
    message: string,
    offset: number | null = null,
    code: ExpressionError['code'] = 'expression_failed',
    of: object | null = null,
  ) {
    super(message);
    this.of = of;
    this.offset = offset;
    this.code = code;
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
  /**
   * Steps of one evaluation, that is of all expressions of a value together: the items of every comprehension times the
   * parts of its body, the items that functions go through, and the characters of texts by what a function does to
   * them. 100,000 take 20 to 75 ms once warm, so that nothing else in the process waits for long. A count and no clock,
   * so that the same workflow with the same data fails everywhere or nowhere.
   */
  steps: 100_000,
  /** Characters of a string that an expression makes. */
  string: 1_048_576,
} as const;

/** Steps left in the evaluation that is going on. Evaluation is synchronous, so there is only ever one. */
let stepsLeft = 0;

/** Starts the count of steps for one evaluation. */
export function startEvaluation(): void {
  stepsLeft = EXPRESSION_LIMITS.steps;
}

/** Fails when the evaluation has used up its steps. CEL's `||` swallows errors, so this is asked again at the end. */
export function checkSteps(): void {
  if (stepsLeft >= 0) return;
  const message = `it takes more than ${EXPRESSION_LIMITS.steps} steps; go through fewer items or split it over nodes`;
  throw new ExpressionError(message, null, 'expression_too_expensive');
}

/** Counts steps before they are done. @throws {ExpressionError} `expression_too_expensive` over the limit */
export function charge(steps: number): void {
  stepsLeft -= steps;
  checkSteps();
}

/** Refuses a list that is too long. @throws {ExpressionError} over the limit */
export function boundedList(items: number): void {
  if (items > EXPRESSION_LIMITS.list) {
    throw new ExpressionError(`a list of ${items} items is longer than the limit of ${EXPRESSION_LIMITS.list}`);
  }
}

/**
 * Counts the items of a list or map that is about to be gone through.
 * @param each the steps for each of them
 * @throws {ExpressionError} over a limit
 */
export function spend(items: number, each = 1): void {
  boundedList(items);
  charge(items * each);
}

/**
 * The string, if it is not too long.
 * @param length its length, where it is known before it is made
 * @throws {ExpressionError} over the limit
 */
export function boundedString(text: string, length = text.length): string {
  if (length > EXPRESSION_LIMITS.string) {
    throw new ExpressionError(`a string of ${length} characters is longer than ${EXPRESSION_LIMITS.string}`);
  }
  return text;
}
