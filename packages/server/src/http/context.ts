import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { isUuid, type Clock } from '@flowprof/model';
import type { Store, TenantStore, Workspace } from '@flowprof/store';
import type { ExecutionService } from '../services/executions.ts';
import type { ImportService } from '../services/imports.ts';
import type { TraceViews } from '../services/views.ts';
import type { WorkflowService } from '../services/workflows.ts';
import { ApiError, notFound } from './errors.ts';

/** A server whose routes take their types from zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes work with. */
export interface AppContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly workflows: WorkflowService;
  readonly executions: ExecutionService;
  readonly imports: ImportService;
  readonly views: TraceViews;
}

async function foundWorkspace(store: Store, idOrSlug: string): Promise<Workspace> {
  const workspace = await store.findWorkspace(idOrSlug);
  if (!workspace) throw notFound();
  return workspace;
}

/** The workspace that a path names by id or slug. @throws {ApiError} `not_found` */
export async function tenantOfPath(store: Store, idOrSlug: string): Promise<TenantStore> {
  const { id } = await foundWorkspace(store, idOrSlug);
  return store.tenant(id);
}

/**
 * The workspace that the headers name; without them the only one there is.
 * @throws {ApiError} `not_found`; also when both headers are there and name different ones
 * @throws {ApiError} `workspace_required` when none is named and there is not exactly one
 */
export async function tenantOfHeaders(
  store: Store,
  headers: { readonly 'x-workspace-id'?: string | undefined; readonly 'x-workspace-slug'?: string | undefined },
): Promise<TenantStore> {
  const { 'x-workspace-id': id, 'x-workspace-slug': slug } = headers;
  const named = id ?? slug;
  if (named !== undefined) {
    const workspace = await foundWorkspace(store, named);
    const matches =
      (id === undefined || workspace.id === id.toLowerCase()) && (slug === undefined || workspace.slug === slug);
    if (!matches) throw notFound();
    return store.tenant(workspace.id);
  }
  const [only, ...others] = await store.listWorkspaces();
  if (!only || others.length > 0) {
    throw new ApiError('workspace_required', 'Name a workspace with X-Workspace-Id or X-Workspace-Slug.');
  }
  return store.tenant(only.id);
}

/** An id from a path, for the store. What is no UUID cannot exist. @throws {ApiError} `not_found` */
export function existingId(id: string): string {
  if (!isUuid(id)) throw notFound();
  return id.toLowerCase();
}

/** What was looked for. @throws {ApiError} `not_found` when it is not there */
export function found<T>(thing: T | null): T {
  if (thing === null) throw notFound();
  return thing;
}
