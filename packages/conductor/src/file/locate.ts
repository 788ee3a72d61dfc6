import { findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { MOST_ISSUES, pointerOf, type Problem, type WorkflowIssue } from './issues.ts';

const MAX_DEPTH = 64;

/** The offset at which brackets are nested deeper than 64 levels, or null. Looks at characters only. */
export function tooDeepAt(text: string): number | null {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      if (c === '\\') i++;
      else if (c === '"') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') {
      if (++depth > MAX_DEPTH) return i;
    } else if (c === '}' || c === ']') depth--;
  }
  return null;
}

/** The line and column (both from 1) of an offset in a text. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lastBreak = -1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lastBreak = at;
  }
  return { line, column: offset - lastBreak };
}

/** The parsed tree with the offsets of its values, and what is wrong with the syntax. */
export function treeOf(text: string): { tree: Node | undefined; errors: ParseError[] } {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  return { tree, errors };
}

/** Where a character of a string's value stands in the raw text of the string, which may hold escapes. */
function offsetInString(raw: string, valueOffset: number): number {
  let at = 1;
  for (let i = 0; i < valueOffset && at < raw.length; i++) {
    if (raw[at] === '\\') at += raw[at + 1] === 'u' ? 6 : 2;
    else at++;
  }
  return at;
}

function offsetOf(text: string, tree: Node | undefined, problem: Problem): number {
  if (tree === undefined) return 0;
  for (let length = problem.path.length; length >= 0; length--) {
    const node = findNodeAtLocation(tree, problem.path.slice(0, length));
    if (node === undefined) continue;
    if (length < problem.path.length) return node.offset;
    if (problem.atKey === true) return node.parent?.offset ?? node.offset;
    if (problem.offset !== undefined && node.type === 'string') {
      return node.offset + offsetInString(text.slice(node.offset, node.offset + node.length), problem.offset);
    }
    return node.offset;
  }
  return 0;
}

/** The problems as issues, with their places in the text where there is one, in the order of the text; at most 20. */
export function locate(problems: readonly Problem[], text: string | null): WorkflowIssue[] {
  const some = problems.slice(0, MOST_ISSUES);
  if (text === null) {
    return some.map(({ code, message, path }) => ({
      code,
      message,
      pointer: pointerOf(path),
      line: null,
      column: null,
    }));
  }
  const { tree } = treeOf(text);
  return some
    .map((problem) => ({ problem, offset: offsetOf(text, tree, problem) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ problem, offset }) => ({
      code: problem.code,
      message: problem.message,
      pointer: pointerOf(problem.path),
      ...lineAndColumn(text, offset),
    }));
}
