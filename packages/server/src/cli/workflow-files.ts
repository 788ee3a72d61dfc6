import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';

import { parseWorkflow, WorkflowFileError, type WorkflowDefinition } from '@flowprof/conductor';

import { outsideCalls } from '../services/called-workflows.ts';
import { reasonOf, UsageError } from './errors.ts';

/** A workflow file, with the files that it calls. */
export interface WorkflowFiles {
  readonly definition: WorkflowDefinition;
  /** What `subworkflow` nodes call, by the names that stand in the definitions now. */
  readonly called: Readonly<Record<string, WorkflowDefinition>>;
  /** The services that all of them ask for. */
  readonly services: readonly string[];
}

/** How many files a workflow may call, directly and through others. */
const MAX_FILES = 100;

/** Reads and checks a workflow file. @throws {UsageError} with the place of what is wrong */
function readWorkflow(file: string, calledBy: string): WorkflowDefinition {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${calledBy}cannot read ${file}: ${reasonOf(error)}`);
  }
  try {
    return parseWorkflow(text);
  } catch (error) {
    if (!(error instanceof WorkflowFileError)) throw error;
    const [first] = error.issues;
    const place = first === undefined || first.line === null ? file : `${file}:${first.line}:${first.column ?? 1}`;
    const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
    throw new UsageError(`${place}: ${first?.message ?? error.message}${more}`);
  }
}

/** The file that a name means which stands in another file: a path, or the name of a file beside it. */
function fileOf(name: string, caller: string): string {
  return resolve(dirname(caller), name.endsWith('.json') ? name : `${name}.json`);
}

/**
 * Reads a workflow file and those that its `subworkflow` nodes call: by a path relative to their file (`./tax.json`), or by
 * the name of a file beside it (`tax`). Each is read once, so files may call each other in a circle.
 * @throws {UsageError} with the place of what is wrong
 */
export function readWorkflowFiles(file: string): WorkflowFiles {
  const main = resolve(file);
  const definition = readWorkflow(file, '');
  const found = new Map<string, WorkflowDefinition>([[main, definition]]);
  const called = new Map<string, WorkflowDefinition>();
  // A map is gone through in order of insertion, also while it grows.
  for (const [caller, calling] of found) {
    const shown = caller === main ? file : relative(process.cwd(), caller);
    for (const { node, name } of outsideCalls(calling)) {
      const path = fileOf(name, caller);
      const known = found.get(path);
      if (!known && found.size >= MAX_FILES) throw new UsageError(`${file}: more than ${MAX_FILES} files are called`);
      const by = `${shown}: node "${node.id}" calls ${JSON.stringify(name)}: `;
      const workflow = known ?? readWorkflow(relative(process.cwd(), path) || path, by);
      found.set(path, workflow);
      const key = relative(dirname(main), path).split(sep).join('/');
      called.set(key, workflow);
      node.with = { ...node.with, workflow: key };
    }
  }
  const services = new Set([...found.values()].flatMap((one) => one.services ?? []));
  return { definition, called: Object.fromEntries(called), services: [...services] };
}
