import type { PriceTable } from '@flowprof/model';
import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { requestFields, requestNothing } from '../api/client.ts';
import { keepCredential } from '../api/credential.ts';
import { askAgainAfter, pathIn } from '../api/polling.ts';
import { readPage, readWorkspace, type Page, type Workspace } from '../api/types.ts';
import { auditQueryOf, type AuditFilter } from './auditFilter.ts';
import { holdFreshKey } from './freshKey.ts';
import { readPrices } from './prices.ts';
import {
  readAuditEntry,
  readKey,
  readMember,
  readRetention,
  SCOPE_OF,
  type ApiKey,
  type AuditEntry,
  type Member,
  type Retention,
  type RetentionState,
  type Role,
} from './types.ts';

/** How often lists are asked for again. Milliseconds. */
const POLL_MS = 10_000;
const LIST_LIMIT = 100;
const AUDIT_PAGE = 50;

function useChange<Given, Result>(
  keys: readonly QueryKey[],
  work: (given: Given) => Promise<Result>,
): UseMutationResult<Result, Error, Given> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSettled: () => Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** The API keys of a workspace, the newest first. */
export function useKeys(workspace: string): UseQueryResult<Page<ApiKey>> {
  return useQuery({
    queryKey: ['keys', workspace],
    queryFn: async ({ signal }) =>
      readPage(await requestFields(pathIn(workspace, `keys?limit=${LIST_LIMIT}`), { signal }), readKey),
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

/** A key that is wanted. */
export interface WantedKey {
  readonly name: string;
  readonly role: Role;
  /** ISO 8601; null is for ever. */
  readonly expiresAt: string | null;
}

/** Makes a key and holds its text; where that is the first of the server, this tab goes on with it. */
export function useCreateKey(workspace: string): UseMutationResult<void, Error, WantedKey> {
  return useChange([['keys', workspace], ['me']], async ({ name, role, expiresAt }: WantedKey) => {
    const body = { name, scopes: [SCOPE_OF[role]], ...(expiresAt !== null && { expires_at: expiresAt }) };
    const answer = await requestFields(pathIn(workspace, 'keys'), { method: 'POST', body });
    const text = answer.string('key');
    const endsLocalMode = answer.any('ends_local_mode') === true;
    // From this moment on the server asks for it, also whoever asks next on this page.
    if (endsLocalMode) keepCredential(text);
    holdFreshKey({ name, text, endsLocalMode });
  });
}

export function useRevokeKey(workspace: string): UseMutationResult<void, Error, string> {
  return useChange([['keys', workspace], ['me']], (id: string) =>
    requestNothing(pathIn(workspace, `keys/${encodeURIComponent(id)}`), { method: 'DELETE' }),
  );
}

/** The members of a workspace, the oldest first. */
export function useMembers(workspace: string): UseQueryResult<Page<Member>> {
  return useQuery({
    queryKey: ['members', workspace],
    queryFn: async ({ signal }) =>
      readPage(await requestFields(pathIn(workspace, `members?limit=${LIST_LIMIT}`), { signal }), readMember),
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

/** Something to do with members. */
export type MemberChange =
  | {
      readonly change: 'add';
      readonly subject: string;
      readonly issuer: string;
      readonly name: string;
      readonly email: string;
      readonly role: Role;
    }
  | { readonly change: 'role'; readonly id: string; readonly role: Role }
  | { readonly change: 'remove'; readonly id: string };

async function changeMember(workspace: string, wanted: MemberChange): Promise<void> {
  if (wanted.change === 'add') {
    const { subject, issuer, name, email, role } = wanted;
    const body = { subject, role, ...(issuer && { issuer }), ...(name && { name }), ...(email && { email }) };
    await requestFields(pathIn(workspace, 'members'), { method: 'POST', body });
    return;
  }
  const path = pathIn(workspace, `members/${encodeURIComponent(wanted.id)}`);
  if (wanted.change === 'remove') return requestNothing(path, { method: 'DELETE' });
  await requestFields(path, { method: 'PUT', body: { role: wanted.role } });
}

export function useChangeMember(workspace: string): UseMutationResult<void, Error, MemberChange> {
  return useChange([['members', workspace], ['me']], (wanted: MemberChange) => changeMember(workspace, wanted));
}

/** What is kept for how long, and what is stored. */
export function useRetention(workspace: string): UseQueryResult<RetentionState> {
  return useQuery({
    queryKey: ['retention', workspace],
    queryFn: async ({ signal }) => readRetention(await requestFields(pathIn(workspace, 'settings'), { signal })),
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

export function useSaveRetention(workspace: string): UseMutationResult<RetentionState, Error, Retention> {
  return useChange([['retention', workspace]], async ({ rows, profiles }: Retention) => {
    const body = {
      retention: {
        rows: { max_days: rows.maxDays, max_bytes: rows.maxBytes },
        profiles: { max_days: profiles.maxDays, max_bytes: profiles.maxBytes },
      },
    };
    return readRetention(await requestFields(pathIn(workspace, 'settings'), { method: 'PUT', body }));
  });
}

/** The price list of a workspace; null where it has none. */
export function usePrices(workspace: string): UseQueryResult<PriceTable | null> {
  return useQuery({
    queryKey: ['prices', workspace],
    queryFn: async ({ signal }) => readPrices(await requestFields(pathIn(workspace, 'prices'), { signal })),
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

export function useSavePrices(workspace: string): UseMutationResult<PriceTable | null, Error, PriceTable | null> {
  return useChange([['prices', workspace]], async (prices: PriceTable | null) =>
    readPrices(await requestFields(pathIn(workspace, 'prices'), { method: 'PUT', body: { prices } })),
  );
}

/** What of a workspace is to be called otherwise. */
export interface WorkspaceNames {
  readonly name: string;
  readonly slug: string;
}

/**
 * Gives a workspace another name or slug.
 * @param onRenamed told before anything is asked for anew, so that it is found by its new slug then
 */
export function useRenameWorkspace(
  workspace: string,
  onRenamed: (renamed: Workspace) => void,
): UseMutationResult<Workspace, Error, WorkspaceNames> {
  return useChange([['workspaces'], ['me']], async (body: WorkspaceNames) => {
    const path = `/api/v1/workspaces/${encodeURIComponent(workspace)}`;
    const renamed = readWorkspace(await requestFields(path, { method: 'PUT', body }));
    onRenamed(renamed);
    return renamed;
  });
}

/** Deletes a workspace for good; it has to be named once more. */
export function useDeleteWorkspace(workspace: string): UseMutationResult<void, Error, string> {
  return useMutation({
    mutationFn: (confirm: string) =>
      requestNothing(`/api/v1/workspaces/${encodeURIComponent(workspace)}?confirm=${encodeURIComponent(confirm)}`, {
        method: 'DELETE',
      }),
  });
}

interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

/** What was changed or refused, the newest first, page after page. */
export function useAudit(
  workspace: string,
  filter: AuditFilter,
): UseInfiniteQueryResult<InfiniteData<AuditPage, string | null>> {
  return useInfiniteQuery({
    queryKey: ['audit', workspace, filter],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }): Promise<AuditPage> => {
      const query = auditQueryOf(filter);
      query.set('limit', String(AUDIT_PAGE));
      if (pageParam !== null) query.set('cursor', pageParam);
      const answer = await requestFields(pathIn(workspace, `audit?${query}`), { signal });
      return { items: answer.list('items', readAuditEntry), nextCursor: answer.optionalString('next_cursor') };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}
