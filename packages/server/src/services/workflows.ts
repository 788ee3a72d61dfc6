import { isUuid, type JsonObject } from '@flowprof/model';
import type { TenantStore, Workflow } from '@flowprof/store';
import { notFound } from '../http/errors.ts';
import type { NodeTypeDescription } from '@flowprof/conductor';
import type { DefinitionFault, Engine } from './engine.ts';

export interface NewWorkflow {
  /** What the definition calls itself when absent. */
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly definition: JsonObject;
  /** The workspace's first project when absent. */
  readonly projectId?: string | undefined;
  /** Who makes it, in words. */
  readonly by?: string | null;
}

export interface WorkflowChange {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly definition?: JsonObject | undefined;
  readonly enabled?: boolean | undefined;
  /** The project that it is moved to. */
  readonly projectId?: string | undefined;
  /** The newest version that the change was made from. */
  readonly expectedVersion?: number | undefined;
  /** Who changes it, in words. */
  readonly by?: string | null;
  /** Why, in their words. */
  readonly message?: string | undefined;
}

/** Keeps workflows; only such as the engine can run. */
export class WorkflowService {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** What is wrong with a definition, which is not kept. */
  check(definition: JsonObject): Promise<readonly DefinitionFault[]> {
    return this.#engine.check(definition);
  }

  /** The node types that definitions can use. */
  nodeTypes(): readonly NodeTypeDescription[] {
    return this.#engine.nodeTypes();
  }

  /** @throws {ApiError} `invalid_workflow`, or `not_found` for the project */
  async create(tenant: TenantStore, workflow: NewWorkflow): Promise<Workflow> {
    const { projectId, definition, by = null } = workflow;
    const summary = await this.#engine.describe(definition);
    if (projectId !== undefined && !(isUuid(projectId) && (await tenant.findProject(projectId)))) throw notFound();
    return tenant.createWorkflow({
      name: workflow.name ?? summary.name,
      description: workflow.description === undefined ? summary.description : workflow.description,
      definition,
      by,
      ...(projectId !== undefined && { projectId }),
    });
  }

  /**
   * @throws {ApiError} `invalid_workflow`, `not_found`
   * @throws {StoreError} `version_conflict`
   */
  async update(tenant: TenantStore, id: string, change: WorkflowChange): Promise<Workflow> {
    const { name, description, definition, enabled, projectId, expectedVersion, by = null, message } = change;
    if (definition !== undefined) await this.#engine.describe(definition);
    const workflow = await tenant.updateWorkflow(id, {
      by,
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(definition !== undefined && { definition }),
      ...(enabled !== undefined && { enabled }),
      ...(projectId !== undefined && { projectId }),
      ...(expectedVersion !== undefined && { expectedVersion }),
      ...(message !== undefined && { message }),
    });
    if (!workflow) throw notFound();
    return workflow;
  }
}
