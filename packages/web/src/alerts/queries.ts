import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { Fields } from '../api/fields.ts';
import { requestFields, requestNothing } from '../api/client.ts';
import { askAgainAfter, pathIn } from '../api/polling.ts';
import { readPage, type Page } from '../api/types.ts';
import { readAlert, readAlertEvent, readChannel, type Alert, type AlertEvent, type Channel } from './types.ts';
import type { RuleBody } from './ruleForm.ts';

/** How often the server is asked, by the page and by the badge. Milliseconds. */
const POLL_MS = 3000;
const BADGE_MS = 10_000;
const RULES = 100;
const EVENTS = 20;

/** The alert rules of a workspace, those that fire first. */
export function useAlerts(workspace: string | undefined): UseQueryResult<Page<Alert>> {
  return useQuery({
    queryKey: ['alerts', workspace],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readPage(await requestFields(pathIn(workspace, `alerts?limit=${RULES}`), { signal }), readAlert),
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

/** How many alerts fire. */
export function useFiringCount(workspace: string | undefined): number {
  const { data } = useQuery({
    queryKey: ['alerts', workspace, 'firing'],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readPage(await requestFields(pathIn(workspace, 'alerts?state=firing&limit=1'), { signal }), readAlert).total,
    refetchInterval: ({ state }) => askAgainAfter(state.error, BADGE_MS),
  });
  return data ?? 0;
}

interface EventPage extends Page<AlertEvent> {
  readonly nextCursor: string | null;
}

/** When alerts began and were over, the newest first, page after page. */
export function useAlertEvents(
  workspace: string | undefined,
): UseInfiniteQueryResult<InfiniteData<EventPage, string | null>> {
  return useInfiniteQuery({
    queryKey: ['alert-events', workspace],
    enabled: workspace !== undefined,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(EVENTS) });
      if (pageParam !== null) query.set('cursor', pageParam);
      const answer = await requestFields(pathIn(workspace, `alert-events?${query}`), { signal });
      return { ...readPage(answer, readAlertEvent), nextCursor: answer.optionalString('next_cursor') };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

/** The webhooks that alerts are told to. */
export function useChannels(workspace: string | undefined): UseQueryResult<Page<Channel>> {
  return useQuery({
    queryKey: ['alert-channels', workspace],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readPage(await requestFields(pathIn(workspace, 'alert-channels?limit=100'), { signal }), readChannel),
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

/** Executions that others are compared with, under a name. */
export interface Baseline {
  readonly id: string;
  readonly name: string;
}

/** The baselines of a workflow. */
export function useBaselines(workspace: string | undefined, workflowId: string): readonly Baseline[] {
  const { data } = useQuery({
    queryKey: ['baselines', workspace, workflowId],
    enabled: workspace !== undefined && workflowId !== '',
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ workflow_id: workflowId, limit: '100' });
      const answer = await requestFields(pathIn(workspace, `baselines?${query}`), { signal });
      return readPage(answer, (item) => ({ id: item.string('id'), name: item.string('name') })).items;
    },
  });
  return data ?? [];
}

/** The keys of the nodes that a workflow defines; none for one whose definition is not known. */
export function useNodeKeys(workspace: string | undefined, workflowId: string): readonly string[] {
  const { data } = useQuery({
    queryKey: ['node-keys', workspace, workflowId],
    enabled: workspace !== undefined && workflowId !== '',
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/${encodeURIComponent(workflowId)}`;
      const answer = await requestFields(path, { ...(workspace !== undefined && { workspace }), signal });
      const definition = new Fields(answer.record('definition'));
      return definition.any('nodes') === null ? [] : definition.list('nodes', (node) => node.string('id'));
    },
  });
  return data ?? [];
}

/** What is done with rules and channels; each asks for all of it anew. */
function useChange<Given, Result>(work: (given: Given) => Promise<Result>): UseMutationResult<Result, Error, Given> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSettled: () =>
      Promise.all(
        ['alerts', 'alert-events', 'alert-channels'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
}

/** A rule to be made, of a workflow, or one to be changed. */
export type WantedRule =
  | { readonly id: string; readonly body: Partial<RuleBody> & { readonly enabled?: boolean } }
  | { readonly id: null; readonly body: RuleBody & { readonly workflow_id: string; readonly kind: string } };

export function useSaveRule(workspace: string | undefined): UseMutationResult<Alert, Error, WantedRule> {
  return useChange(async ({ id, body }: WantedRule) => {
    const path = pathIn(workspace, id === null ? 'alerts' : `alerts/${encodeURIComponent(id)}`);
    return readAlert(await requestFields(path, { method: id === null ? 'POST' : 'PUT', body }));
  });
}

/** Something to do with a rule. */
export type RuleAction =
  | { readonly id: string; readonly action: 'acknowledge' | 'test' | 'delete' }
  | { readonly id: string; readonly action: 'mute'; readonly seconds: number | null };

export function useRuleAction(workspace: string | undefined): UseMutationResult<void, Error, RuleAction> {
  return useChange(async (wanted: RuleAction) => {
    const path = pathIn(workspace, `alerts/${encodeURIComponent(wanted.id)}`);
    if (wanted.action === 'delete') return requestNothing(path, { method: 'DELETE' });
    const body = wanted.action === 'mute' ? { for_seconds: wanted.seconds } : {};
    await requestFields(`${path}/${wanted.action}`, { method: 'POST', body });
  });
}

/** A channel as it was made, with its secret. */
export interface NewChannel {
  readonly secret: string;
}

export function useAddChannel(
  workspace: string | undefined,
): UseMutationResult<NewChannel, Error, { readonly name: string; readonly url: string }> {
  return useChange(async (body: { readonly name: string; readonly url: string }) => {
    const answer = await requestFields(pathIn(workspace, 'alert-channels'), { method: 'POST', body });
    return { secret: answer.string('secret') };
  });
}

/** Something to do with a channel. */
export interface ChannelAction {
  readonly id: string;
  readonly action: 'test' | 'delete' | 'enable' | 'disable';
}

export function useChannelAction(workspace: string | undefined): UseMutationResult<void, Error, ChannelAction> {
  return useChange(async ({ id, action }: ChannelAction) => {
    const path = pathIn(workspace, `alert-channels/${encodeURIComponent(id)}`);
    if (action === 'delete') return requestNothing(path, { method: 'DELETE' });
    if (action === 'test') await requestFields(`${path}/test`, { method: 'POST', body: {} });
    else await requestFields(path, { method: 'PUT', body: { enabled: action === 'enable' } });
  });
}
