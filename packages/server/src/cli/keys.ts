import { z } from 'zod';

import { systemClock } from '../services/system.ts';
import { styleOf } from '../terminal/style.ts';
import { ProblemFailure, type ApiClient } from './api-client.ts';
import { withServer } from './connect.ts';
import { EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';

const shared = { workspace: z.string().optional(), dataDir: z.string().optional() };
const createOptions = z.object({
  ...shared,
  name: z.string().min(1),
  scopes: z.string(),
  expires: z.string().optional(),
  createWorkspace: z.boolean().default(false),
});
const listOptions = z.object({ ...shared, json: z.boolean().default(false) });
const revokeOptions = z.object(shared);

const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
});
const newKeySchema = keySchema.extend({ key: z.string(), ends_local_mode: z.boolean() });
const keyPage = z.object({ items: z.array(keySchema), total: z.number() });
const workspacePage = z.object({ items: z.array(z.object({ slug: z.string() })), total: z.number() });

type Key = z.output<typeof keySchema>;

const UNITS = { h: 1, d: 24, w: 168, y: 8760 } as const;
const HOUR_MS = 3_600_000;
const LIST_LIMIT = 100;

function isScope(text: string): boolean {
  return text === 'read' || text === 'write' || text === 'admin';
}

/** @throws {UsageError} */
function scopesOf(text: string): readonly string[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  if (scopes.every(isScope)) return scopes;
  throw new UsageError('--scopes takes read, write and admin, separated by commas');
}

/** The moment after a time such as `90d`, in ISO 8601. @throws {UsageError} */
function momentAfter(text: string): string {
  const [, count, unit] = /^(\d{1,4})([hdwy])$/u.exec(text) ?? [];
  const hours = unit === 'h' || unit === 'd' || unit === 'w' || unit === 'y' ? UNITS[unit] : 0;
  if (hours === 0) throw new UsageError('--expires takes a number of hours, days, weeks or years, e.g. 12h, 90d, 1y');
  return new Date(systemClock.now() / 1000 + Number(count) * hours * HOUR_MS).toISOString();
}

/** The workspace that was named, or the only one there is. @throws {UsageError} */
async function workspaceOf(api: ApiClient, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const { items, total } = await api.call('GET', '/api/workspaces?limit=2', workspacePage);
  const [only] = items;
  if (only && total === 1) return only.slug;
  throw new UsageError(total === 0 ? 'there is no workspace yet; add --create-workspace' : 'name one with --workspace');
}

function keysPath(workspace: string): string {
  return `/api/v1/workspaces/${encodeURIComponent(workspace)}/keys`;
}

/** Makes the workspace unless it is there. */
async function ensureWorkspace(api: ApiClient, slug: string | undefined): Promise<void> {
  if (slug === undefined) throw new UsageError('--create-workspace needs its slug: --workspace <slug>');
  try {
    await api.call('POST', '/api/workspaces', z.unknown(), { json: { slug, name: slug } });
  } catch (error) {
    if (!(error instanceof ProblemFailure) || error.code !== 'already_exists') throw error;
  }
}

async function create(options: unknown, io: CliIo): Promise<number> {
  const { workspace, dataDir, name, scopes, expires, createWorkspace } = createOptions.parse(options);
  const json = {
    name,
    scopes: scopesOf(scopes),
    ...(expires !== undefined && { expires_at: momentAfter(expires) }),
  };
  return withServer({ dataDir, mayCreate: createWorkspace }, io, async (api) => {
    if (createWorkspace) await ensureWorkspace(api, workspace);
    const slug = await workspaceOf(api, workspace);
    const made = await api.call('POST', keysPath(slug), newKeySchema, { json });
    // Alone on stdout, so that a script can take it.
    io.out.write(`${made.key}\n`);
    const until = made.expires_at === null ? '' : ` until ${made.expires_at}`;
    io.err.write(`flowprof: the key is shown this once; it has ${made.scopes.join(', ')}${until}\n`);
    if (made.ends_local_mode) {
      io.err.write('flowprof: it is the first one: from now on the server asks everybody for a credential\n');
    }
    return EXIT.fine;
  });
}

function stateOf({ revoked_at: revoked, expires_at: expires }: Key): string {
  if (revoked !== null) return 'revoked';
  return expires !== null && Date.parse(expires) <= systemClock.now() / 1000 ? 'expired' : 'valid';
}

async function list(options: unknown, io: CliIo): Promise<number> {
  const { workspace, dataDir, json } = listOptions.parse(options);
  return withServer({ dataDir }, io, async (api) => {
    const slug = await workspaceOf(api, workspace);
    const keys: Key[] = [];
    for (let total = 1; keys.length < total;) {
      const query = new URLSearchParams({ skip: String(keys.length), limit: String(LIST_LIMIT) });
      const page = await api.call('GET', `${keysPath(slug)}?${query.toString()}`, keyPage);
      keys.push(...page.items);
      total = page.items.length === 0 ? 0 : page.total;
    }
    if (json) {
      io.out.write(`${JSON.stringify(keys, null, 2)}\n`);
      return EXIT.fine;
    }
    if (keys.length === 0) io.err.write(`flowprof: ${slug} has no keys\n`);
    const style = styleOf(io.out.terminal);
    for (const key of keys) {
      const used = key.last_used_at === null ? 'never used' : `used ${key.last_used_at}`;
      const columns = [
        key.id,
        stateOf(key).padEnd(7),
        key.scopes.join(',').padEnd(16),
        used,
        style.clean(key.name, 60),
      ];
      io.out.write(`${columns.join('  ')}\n`);
    }
    return EXIT.fine;
  });
}

async function revoke(id: string, options: unknown, io: CliIo): Promise<number> {
  const { workspace, dataDir } = revokeOptions.parse(options);
  return withServer({ dataDir }, io, async (api) => {
    const slug = await workspaceOf(api, workspace);
    const { name } = await api.call('DELETE', `${keysPath(slug)}/${encodeURIComponent(id)}`, keySchema);
    const shown = styleOf(io.err.terminal).clean(name, 60);
    io.err.write(`flowprof: ${shown} is revoked; every server refuses it within seconds\n`);
    return EXIT.fine;
  });
}

/** `flowprof keys create|list|revoke`. Returns the exit code. */
export const keysCommand = { create, list, revoke };
