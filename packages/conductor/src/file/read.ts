import type { z } from 'zod';
import {
  INPUT_TYPES,
  inputSchema,
  nodeSchema,
  ON_FAILURE,
  poolSchema,
  rateLimitSchema,
  RETRY_POLICIES,
  retrySchema,
  workflowSchema,
  type NodeDefinition,
  type WorkflowDefinition,
} from './definition.ts';
import { MOST_ISSUES, type Problem, type WorkflowIssueCode } from './issues.ts';
import type { Steps } from '../slices.ts';
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
  if (path[0] === 'pools') return Object.keys(poolSchema.shape);
  if (path[0] === 'rateLimits') return Object.keys(rateLimitSchema.shape);
  return path[0] === 'inputs' ? Object.keys(inputSchema.shape) : [];
}

function codeOf(issue: z.core.$ZodIssue, path: Path): WorkflowIssueCode {
  if (path[path.length - 1] === 'policy' && issue.code === 'invalid_value') return 'unknown_retry_policy';
  if ('input' in issue && issue.input === undefined && issue.code === 'invalid_type') return 'missing_field';
  return 'invalid_value';
}

const ENUM_OF_TYPES: readonly [string, readonly string[]] = ['input type', INPUT_TYPES];

/** The fields that hold one of a few words, with what these are. */
const ENUMS: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  policy: ['retry policy', RETRY_POLICIES],
  onFailure: ['way to go on after a failure', ON_FAILURE],
  onItemFailure: ['way to go on after a failure', ON_FAILURE],
};

function enumMessage(issue: z.core.$ZodIssue, value: unknown, path: Path): string | null {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return null;
  const [what, names] = ENUMS[String(path[path.length - 1])] ?? ENUM_OF_TYPES;
  return `unknown ${what} "${value.slice(0, 50)}"${suggestion(value, names)}`;
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

/** zod's issues about a value as problems in our words, as many as are told. */
export function problemsOf(
  error: z.ZodError,
  value: unknown,
  shape: Readonly<Record<string, unknown>>,
  at: PathLink | null,
): Problem[] {
  const problems: Problem[] = [];
  for (const issue of error.issues.slice(0, MOST_ISSUES)) {
    const path = plainPath(issue.path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, MOST_ISSUES)) {
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

function* readNodes(first: Work, problems: Problem[]): Steps<void> {
  const todo: Work[] = [first];
  for (let work = todo.pop(); work !== undefined; work = todo.pop()) {
    for (const [index, value] of work.values.entries()) {
      if (problems.length >= MOST_ISSUES) return;
      yield; // how much there is in a node is up to who wrote it
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

/** A workflow, or null with what is wrong with it. */
export interface Read {
  readonly definition: WorkflowDefinition | null;
  readonly problems: Problem[];
}

/** What a value is as a workflow, apart from those in it. */
function* readOne(value: unknown, at: PathLink | null): Steps<Read> {
  const parsed = workflowSchema.safeParse(value);
  const problems = parsed.success ? [] : problemsOf(parsed.error, value, workflowSchema.shape, at);
  const nodes: NodeDefinition[] = [];
  const values: unknown = parsed.success ? parsed.data.nodes : valueAt(value, ['nodes']);
  if (Array.isArray(values)) yield* readNodes({ values, into: nodes, at: { up: at, key: 'nodes' } }, problems);
  if (!parsed.success || problems.length > 0) return { definition: null, problems };
  const { workflows: _, ...rest } = parsed.data;
  return { definition: { ...rest, nodes }, problems };
}

/**
 * What a value is as a workflow with those in it, or what is wrong with its shape. Ids, dependencies and expressions are
 * not looked at.
 */
export function* readDefinition(value: unknown): Steps<Read> {
  const { definition, problems } = yield* readOne(value, null);
  const inside = valueAt(value, ['workflows']);
  const workflows: [string, WorkflowDefinition][] = [];
  if (typeof inside === 'object' && inside !== null) {
    for (const [name, one] of Object.entries(inside)) {
      yield;
      if (problems.length >= MOST_ISSUES) break;
      const at: PathLink = { up: { up: null, key: 'workflows' }, key: name };
      const read = yield* readOne(one, at);
      problems.push(...read.problems);
      if (read.definition) workflows.push([name, read.definition]);
      if (valueAt(one, ['workflows']) === undefined) continue;
      const message = 'a workflow inside a file has no "workflows" of its own; they stand side by side';
      problems.push({ code: 'unknown_field', message, path: pathFrom(at, 'workflows'), atKey: true });
    }
  }
  if (definition === null || problems.length > 0) return { definition: null, problems };
  return {
    definition: workflows.length === 0 ? definition : { ...definition, workflows: Object.fromEntries(workflows) },
    problems,
  };
}
