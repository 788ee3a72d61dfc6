import { printParseErrorCode } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';
import { compileGraph } from '../graph/compile.ts';
import type { Graph } from '../graph/graph.ts';
import { builtInTypes } from '../nodes/index.ts';
import type { Registry } from '../registry.ts';
import { allAtOnce, STRIDE, type Steps } from '../slices.ts';
import type { WorkflowDefinition } from './definition.ts';
import { WorkflowFileError, type Problem, type WorkflowIssueCode } from './issues.ts';
import { lineAndColumn, locate, tooDeepAt, treeOf } from './locate.ts';
import { readDefinition } from './read.ts';

const MAX_LENGTH = 4 * 1024 * 1024;

function failAt(text: string, offset: number, code: WorkflowIssueCode, message: string): never {
  throw new WorkflowFileError([{ code, message, pointer: '', ...lineAndColumn(text, offset) }]);
}

/** An object that has a key twice; JSON.parse would silently take the last. The depth is bounded. */
function* duplicateKey(tree: Node | undefined): Steps<Node | null> {
  const todo = tree ? [tree] : [];
  let seen = 0;
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (++seen % STRIDE === 0) yield;
    const keys = new Set<unknown>();
    for (const child of node.children ?? []) {
      const [key] = node.type === 'object' ? (child.children ?? []) : [];
      if (key && keys.has(key.value)) return key;
      if (key) keys.add(key.value);
      todo.push(child);
    }
  }
  return null;
}

/** `PropertyNameExpected` as `property name expected`. */
function inWords(code: string): string {
  return code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}

function* parseJson(text: string): Steps<unknown> {
  if (text.length > MAX_LENGTH) failAt(text, 0, 'too_large', 'the file is larger than 4 MiB');
  const deep = tooDeepAt(text);
  if (deep !== null) failAt(text, deep, 'too_deep', 'the JSON is nested deeper than 64 levels');
  yield;
  const { tree, errors } = treeOf(text);
  const [first] = errors;
  if (first)
    failAt(text, first.offset, 'malformed_json', `the file is not JSON: ${inWords(printParseErrorCode(first.error))}`);
  yield;
  const twice = yield* duplicateKey(tree);
  if (twice)
    failAt(text, twice.offset, 'duplicate_key', `the key ${JSON.stringify(twice.value)} stands twice in one object`);
  yield;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return failAt(text, 0, 'malformed_json', 'the file is not JSON');
  }
}

function failIf(problems: readonly Problem[], text: string | null): void {
  if (problems.length > 0) throw new WorkflowFileError(locate(problems, text));
}

/**
 * Reads a workflow file and checks all of it: syntax, shape, ids, dependencies, expressions.
 * @param registry the node types that the file may use; the built-in ones when absent
 * @throws {WorkflowFileError} with every problem found (at most 20), each with its place in the text
 */
export function parseWorkflow(text: string, registry: Registry = builtInTypes()): WorkflowDefinition {
  return allAtOnce(readWorkflow(text, registry)).definition;
}

/** The steps of reading a workflow file, and what it is compiled to. @throws {WorkflowFileError} */
export function* readWorkflow(
  text: string,
  registry: Registry,
): Steps<{ readonly definition: WorkflowDefinition; readonly graph: Graph }> {
  const value = yield* parseJson(text.startsWith('\uFEFF') ? text.slice(1) : text);
  yield;
  const { definition, problems } = yield* readDefinition(value);
  failIf(problems, text);
  if (definition === null) throw new WorkflowFileError(locate(problems, text));
  const compiled = yield* compileGraph(definition, registry);
  failIf(compiled.problems, text);
  return { definition, graph: compiled.graph };
}
