import type { JsonObject } from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';
import { ApiError } from '../http/errors.ts';
import type { Engine } from './engine.ts';
import { isImported } from './imports.ts';

/** A version of a workflow of the workspace. */
export interface WorkflowVersion {
  readonly id: string;
  readonly version: number;
}

/** The workflows that an execution calls, by the names that it calls them by. */
export interface CalledWorkflows {
  readonly versions: Readonly<Record<string, WorkflowVersion>>;
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

interface Found extends WorkflowVersion {
  readonly definition: JsonObject;
}

/** How many workflows an execution may call, directly and through others. */
const MAX_CALLED = 100;

function calledFrom(found: ReadonlyMap<string, Found>): CalledWorkflows {
  const all = [...found];
  return {
    versions: Object.fromEntries(all.map(([name, { id, version }]) => [name, { id, version }])),
    definitions: Object.fromEntries(all.map(([name, { definition }]) => [name, definition])),
  };
}

async function collect(
  engine: Engine,
  calls: readonly string[],
  find: (name: string) => Promise<Found>,
): Promise<CalledWorkflows> {
  const found = new Map<string, Found>();
  const todo = [...calls];
  for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
    if (found.has(name)) continue;
    if (found.size >= MAX_CALLED) {
      throw new ApiError('unknown_subworkflow', `More than ${MAX_CALLED} workflows are called.`);
    }
    const workflow = await find(name);
    found.set(name, workflow);
    todo.push(...(await engine.describe(workflow.definition)).calls);
  }
  return calledFrom(found);
}

/**
 * The newest versions of the workflows that are called by name, and of those that they call.
 * @throws {ApiError} `unknown_subworkflow` when the workspace has none of the name, or it was only imported
 */
export function newestVersions(
  tenant: TenantStore,
  engine: Engine,
  calls: readonly string[],
): Promise<CalledWorkflows> {
  return collect(engine, calls, async (name) => {
    const workflow = await tenant.findWorkflowByName(name);
    if (!workflow || isImported(workflow)) {
      throw new ApiError('unknown_subworkflow', 'A node calls a workflow that is not in this workspace.');
    }
    return workflow;
  });
}

/**
 * The versions that an execution has used before.
 * @throws {ApiError} `unknown_subworkflow` when one of them has been deleted since
 */
export function sameVersions(
  tenant: TenantStore,
  engine: Engine,
  calls: readonly string[],
  versions: Readonly<Record<string, WorkflowVersion>>,
): Promise<CalledWorkflows> {
  return collect(engine, calls, async (name) => {
    const known = Object.hasOwn(versions, name) ? versions[name] : undefined;
    const definition = known && (await tenant.getDefinition(known.id, known.version));
    if (!known || !definition) {
      throw new ApiError('unknown_subworkflow', 'A workflow that the execution calls is no longer there.');
    }
    return { ...known, definition };
  });
}
