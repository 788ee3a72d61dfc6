import type { z } from 'zod';
import {
  INPUT_TYPES,
  inputSchema,
  nodeSchema,
  RETRY_POLICIES,
  retrySchema,
  workflowSchema,
  type NodeDefinition,
  type WorkflowDefinition,
} from './definition.ts';
import type { Problem, WorkflowIssueCode } from './issues.ts';
import { suggestion } from './nearest.ts';

type Path = readonly (string | number)[];

/** A path as a chain towards the root, so that deep nesting does not copy it for every node. */
export interface PathLink {
  readonly up: PathLink | null;
  readonly key: string | number;
}

/** The keys of a path from the root on, followed by more. */
export function pathFrom(link: PathLink | null, ...rest: (string | number)[]): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = link; at !== null; at = at.up) path.push(at.key);
  return [...path.reverse(), ...rest];
}

/** The fields that an object at a path below a node or workflow may have. */
function fieldsAt(shape: Readonly<Record<string, unknown>>, path: Path): readonly string[] {
  const last = path[path.length - 1];
  if (path.length === 0) return Object.keys(shape);
  if (last === 'retry') return Object.keys(retrySchema.shape);
  return path[0] === 'inputs' ? Object.keys(inputSchema.shape) : [];
}

function codeOf(issue: z.core.$ZodIssue, path: Path): WorkflowIssueCode {
  if (path[path.length - 1] === 'policy' && issue.code === 'invalid_value') return 'unknown_retry_policy';
  if ('input' in issue && issue.input === undefined && issue.code === 'invalid_type') return 'missing_field';
  return 'invalid_value';
}

function enumMessage(issue: z.core.$ZodIssue, value: unknown, path: Path): string | null {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return null;
  const isPolicy = path[path.length - 1] === 'policy';
  const names: readonly string[] = isPolicy ? RETRY_POLICIES : INPUT_TYPES;
  return `unknown ${isPolicy ? 'retry policy' : 'input type'} "${value.slice(0, 50)}"${suggestion(value, names)}`;
}

function plainPath(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((key) => (typeof key === 'symbol' ? key.toString() : key));
}

function valueAt(value: unknown, path: Path): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

/** zod's issues about a value as problems in our words. */
export function problemsOf(
  error: z.ZodError,
  value: unknown,
  shape: Readonly<Record<string, unknown>>,
  at: PathLink | null,
): Problem[] {
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    const path = plainPath(issue.path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const message = `unknown field "${key.slice(0, 50)}"${suggestion(key, fieldsAt(shape, path))}`;
        problems.push({ code: 'unknown_field', message, path: pathFrom(at, ...path, key), atKey: true });
      }
      continue;
    }
    const found = valueAt(value, path);
    const missing = found === undefined;
    const code = missing ? 'missing_field' : codeOf(issue, path);
    const message = missing
      ? `the field "${String(path[path.length - 1] ?? '')}" is missing`
      : (enumMessage(issue, found, path) ?? `${path.length > 0 ? `"${path.join('.')}": ` : ''}${issue.message}`);
    problems.push({ code, message, path: pathFrom(at, ...path) });
  }
  return problems;
}

interface Work {
  readonly values: readonly unknown[];
  readonly into: NodeDefinition[];
  readonly at: PathLink;
}

function readNodes(first: Work, problems: Problem[]): void {
  const todo: Work[] = [first];
  for (let work = todo.pop(); work !== undefined; work = todo.pop()) {
    for (const [index, value] of work.values.entries()) {
      const at: PathLink = { up: work.at, key: index };
      const parsed = nodeSchema.safeParse(value);
      if (!parsed.success) {
        problems.push(...problemsOf(parsed.error, value, nodeSchema.shape, at));
        continue;
      }
      const { nodes, ...node } = parsed.data;
      const definition: NodeDefinition = node;
      if (nodes !== undefined) {
        definition.nodes = [];
        todo.push({ values: nodes, into: definition.nodes, at: { up: at, key: 'nodes' } });
      }
      work.into.push(definition);
    }
  }
}

/** What a value is as a workflow, or what is wrong with its shape. Ids, dependencies and expressions are not looked at. */
export function readDefinition(value: unknown): { definition: WorkflowDefinition | null; problems: Problem[] } {
  const parsed = workflowSchema.safeParse(value);
  const problems = parsed.success ? [] : problemsOf(parsed.error, value, workflowSchema.shape, null);
  const nodes: NodeDefinition[] = [];
  const values: unknown = parsed.success ? parsed.data.nodes : valueAt(value, ['nodes']);
  if (Array.isArray(values)) readNodes({ values, into: nodes, at: { up: null, key: 'nodes' } }, problems);
  if (!parsed.success || problems.length > 0) return { definition: null, problems };
  const { workflows: _, ...rest } = parsed.data;
  return { definition: { ...rest, nodes }, problems };
}
