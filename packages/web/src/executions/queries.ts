import { isTerminal } from '@flowprof/model';
import {
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { requestFields } from '../api/client.ts';
import { isMissing } from '../api/errors.ts';
import { askAgainAfter, pathIn } from '../api/polling.ts';
import { EXAMPLE } from './example.ts';
import { readListed, readListedPage, type ListedExecution, type ListedPage } from './listed.ts';
import type { Usual } from './usual.ts';

/** How many executions a page of the list has, and how many of the newest are looked at for what is new. */
const PAGE_SIZE = 100;
const HEAD_SIZE = 20;
/** How often the list is looked at while something in view runs, and while nothing does. Milliseconds. */
const LIVE_MS = 1500;
const QUIET_MS = 10_000;
/** How long what is usual stays usual. Milliseconds. */
const USUAL_MS = 60_000;

/** A list of executions: where it is, and what of it is asked for. */
export interface ListSource {
  readonly workspace: string;
  /** Only those of this workflow. */
  readonly workflow: string | null;
  /** The filters and the order, as a query. */
  readonly query: string;
}

async function readPart(source: ListSource, more: Readonly<Record<string, string>>, signal?: AbortSignal) {
  const query = new URLSearchParams(source.query);
  for (const [key, value] of Object.entries(more)) query.set(key, value);
  const { workspace, workflow } = source;
  const path =
    workflow === null
      ? pathIn(workspace, `executions?${query}`)
      : `/api/workflows/${encodeURIComponent(workflow)}/executions?${query}`;
  return readListedPage(await requestFields(path, { workspace, signal }));
}

function pagesKey(source: ListSource, visit: string) {
  return ['execution-pages', source.workspace, source.workflow, source.query, visit] as const;
}

/** The part of a list that was read, page after page. */
type Pages = InfiniteData<ListedPage, string | null>;

/**
 * A list, page after page by cursor. What was read is not asked for again: see `useHead` and `useRunning` for what changes.
 * @param visit coming back to the same visit of the page finds what was read
 */
export function useExecutionPages(source: ListSource | null, visit: string): UseInfiniteQueryResult<Pages> {
  return useInfiniteQuery({
    queryKey: source === null ? ['execution-pages'] : pagesKey(source, visit),
    enabled: source !== null,
    staleTime: Number.POSITIVE_INFINITY,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      if (source === null) throw new Error('there is no workspace yet');
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      return readPart(source, { limit: String(PAGE_SIZE), ...cursor }, signal);
    },
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: ({ state }) => (state.data === undefined ? askAgainAfter(state.error, false) : false),
  });
}

/** Reads the list again from its top, and shows what was there until then. */
export function useFromTheTop(source: ListSource | null, visit: string): UseMutationResult<void, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      if (source === null) return;
      const page = await readPart(source, { limit: String(PAGE_SIZE) });
      client.setQueryData<Pages>(pagesKey(source, visit), { pages: [page], pageParams: [null] });
    },
  });
}

/** The newest executions of a list, looked at again and again. Only a list that begins with the newest has such. */
export function useHead(source: ListSource | null, isLive: boolean): UseQueryResult<ListedPage> {
  return useQuery({
    queryKey: ['executions', source?.workspace, 'head', source?.workflow, source?.query],
    enabled: source !== null,
    queryFn: async ({ signal }) => {
      if (source === null) throw new Error('there is no workspace yet');
      return readPart(source, { limit: String(HEAD_SIZE) }, signal);
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, isLive ? LIVE_MS : QUIET_MS),
  });
}

/** What runs now of a workspace or a workflow, the newest first; asked for only while something in view runs. */
export function useRunning(source: ListSource | null, isLive: boolean): UseQueryResult<ListedPage> {
  return useQuery({
    queryKey: ['executions', source?.workspace, 'running', source?.workflow],
    enabled: source !== null && isLive,
    queryFn: async ({ signal }) => {
      if (source === null) throw new Error('there is no workspace yet');
      return readPart({ ...source, query: 'status=running,pending' }, { limit: String(PAGE_SIZE) }, signal);
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, LIVE_MS),
  });
}

/** Single executions as the list has them, of those that do not run any more; null for one that is gone. */
export async function readOne(workspace: string, id: string): Promise<ListedExecution | null> {
  const path = pathIn(workspace, `executions?${new URLSearchParams({ search: id, limit: '1' })}`);
  const { items } = readListedPage(await requestFields(path));
  return items[0] ?? null;
}

/** An execution by its id, as lists have it; kept up to date until it has ended. */
export function useListed(workspace: string | undefined, id: string | null): UseQueryResult<ListedExecution> {
  return useQuery({
    queryKey: ['listed', workspace, id],
    enabled: workspace !== undefined && id !== null,
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/executions/${encodeURIComponent(id ?? '')}`;
      return readListed(await requestFields(path, { ...(workspace !== undefined && { workspace }), signal }));
    },
    refetchInterval: ({ state }) =>
      askAgainAfter(state.error, state.data !== undefined && !isTerminal(state.data.status) ? LIVE_MS : false),
  });
}

/** What is usual for each of some workflows, as far as it is known yet. */
export function useUsual(workspace: string | undefined, workflows: readonly string[]): ReadonlyMap<string, Usual> {
  return useQueries({
    queries: workflows.map((id) => ({
      queryKey: ['usual', workspace, id],
      enabled: workspace !== undefined,
      staleTime: USUAL_MS,
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        const path = `/api/workflows/${encodeURIComponent(id)}/metrics`;
        const fields = await requestFields(path, { ...(workspace !== undefined && { workspace }), signal });
        const usual: Usual = {
          medianSeconds: fields.optionalNumber('p50_duration_seconds'),
          ended: fields.number('successful_executions') + fields.number('failed_executions'),
        };
        return usual;
      },
    })),
    combine: (results) => {
      const known = new Map<string, Usual>();
      for (const [at, { data }] of results.entries()) {
        const id = workflows[at];
        if (data !== undefined && id !== undefined) known.set(id, data);
      }
      return known;
    },
  });
}

/** A project or a workflow to choose. */
export interface Choice {
  readonly id: string;
  readonly name: string;
}

const readChoice = (fields: { string: (key: string) => string }): Choice => ({
  id: fields.string('id'),
  name: fields.string('name'),
});

/** The projects of a workspace, the first 100. */
export function useProjectChoices(workspace: string | undefined, isAsked: boolean): readonly Choice[] {
  const { data } = useQuery({
    queryKey: ['project-choices', workspace],
    enabled: workspace !== undefined && isAsked,
    staleTime: USUAL_MS,
    queryFn: async ({ signal }) => {
      const options = { ...(workspace !== undefined && { workspace }), signal };
      return (await requestFields('/api/projects?limit=100', options)).list('items', readChoice);
    },
  });
  return data ?? [];
}

/** The name of a workflow, or of a project; null while it is not known, and its id where it is gone. */
export function useNameOf(kind: 'workflows' | 'projects', workspace: string | undefined, id: string | null) {
  const { data, error } = useQuery({
    queryKey: ['name-of', kind, workspace, id],
    enabled: workspace !== undefined && id !== null,
    staleTime: USUAL_MS,
    queryFn: async ({ signal }) => {
      const options = { ...(workspace !== undefined && { workspace }), signal };
      return (await requestFields(`/api/${kind}/${encodeURIComponent(id ?? '')}`, options)).string('name');
    },
  });
  return data ?? (error !== null && isMissing(error) ? id : null);
}

/** Takes the example into a workspace and starts it; gives the id of the execution. */
export function useExample(workspace: string | undefined): UseMutationResult<string, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const within = { method: 'POST', ...(workspace !== undefined && { workspace }) } as const;
      const made = await requestFields('/api/workflows', { ...within, body: { definition: EXAMPLE } });
      const path = `/api/workflows/${encodeURIComponent(made.string('id'))}/execute`;
      const started = await requestFields(path, { ...within, body: { input_variables: {} } });
      return started.optionalString('execution_id') ?? started.string('id');
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['workflows', workspace] }),
  });
}

/** The most executions that a file of the list holds. */
export const MOST_SAVED = 10_000;

/**
 * All executions of a list, to be saved; the first 10,000.
 * @param onProgress told how many were read
 */
export async function readWhole(
  source: ListSource,
  onProgress: (count: number) => void,
  signal: AbortSignal,
): Promise<ListedExecution[]> {
  const all: ListedExecution[] = [];
  let cursor: string | null = null;
  do {
    const more: Record<string, string> = cursor === null ? {} : { cursor };
    // One after the other: each page says where the next begins.
    const page: ListedPage = await readPart(source, { limit: String(PAGE_SIZE), ...more }, signal);
    all.push(...page.items);
    onProgress(all.length);
    cursor = page.nextCursor;
  } while (cursor !== null && all.length < MOST_SAVED);
  return all.slice(0, MOST_SAVED);
}
