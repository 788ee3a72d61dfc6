import type { Membership } from '@flowprof/store';
import { notFound } from '../../http/errors.ts';

/** A workspace as a request names it: by its path, or by headers. */
export interface NamedWorkspace {
  /** An id or a slug, from the path. */
  readonly path?: string | undefined;
  readonly id?: string | undefined;
  readonly slug?: string | undefined;
}

/** The name that comes first; `undefined` when there is none. */
export function firstName({ path, id, slug }: NamedWorkspace): string | undefined {
  return path ?? id ?? slug;
}

/** @throws {ApiError} `not_found` when a workspace is not the one that all names mean */
export function requireAllNames({ id, slug }: NamedWorkspace, workspace: Membership['workspace']): void {
  const matches =
    (id === undefined || workspace.id === id.toLowerCase()) && (slug === undefined || workspace.slug === slug);
  if (!matches) throw notFound();
}

/** The one of someone's workspaces that has an id or slug; an id comes first. */
export function findMembership(memberships: readonly Membership[], name: string): Membership | undefined {
  const id = name.toLowerCase();
  return (
    memberships.find(({ workspace }) => workspace.id === id) ??
    memberships.find(({ workspace }) => workspace.slug === name)
  );
}
