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
import { requestFields, requestNothing } from '../api/client.ts';
import type { Fields } from '../api/fields.ts';
import { askAgainAfter } from '../api/polling.ts';
import { readExecution, readPage, type Execution, type Page } from '../api/types.ts';
import { readStatistics, type Statistics } from '../statistics/types.ts';

const QUIET_MS = 15_000;
const PAGE_SIZE = 50;

/** Workflows that belong together. */
export interface Project {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

interface ProjectPage extends Page<Project> {
  readonly nextCursor: string | null;
}

/** What is told of all executions of a project. */
export interface ProjectStatistics extends Statistics {
  readonly workflows: number;
  readonly mostUsedWorkflow: { readonly id: string; readonly name: string; readonly executions: number } | null;
  readonly longestRun: Execution | null;
}

function readProject(fields: Fields): Project {
  return { id: fields.string('id'), slug: fields.string('slug'), name: fields.string('name') };
}

function readUsedWorkflow(fields: Fields): NonNullable<ProjectStatistics['mostUsedWorkflow']> {
  return { id: fields.string('id'), name: fields.string('name'), executions: fields.number('executions') };
}

function readProjectStatistics(fields: Fields): ProjectStatistics {
  return {
    ...readStatistics(fields),
    workflows: fields.number('total_workflows'),
    mostUsedWorkflow: fields.optionalObject('most_used_workflow', readUsedWorkflow),
    longestRun: fields.optionalObject('longest_run', readExecution),
  };
}

function inWorkspace(workspace: string | undefined) {
  return workspace === undefined ? {} : { workspace };
}

function projectPath(id: string): string {
  return `/api/projects/${encodeURIComponent(id)}`;
}

/** The projects of a workspace, oldest first, page after page. */
export function useProjects(
  workspace: string | undefined,
): UseInfiniteQueryResult<InfiniteData<ProjectPage, string | null>> {
  return useInfiniteQuery({
    queryKey: ['projects', workspace],
    enabled: workspace !== undefined,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
      if (pageParam !== null) query.set('cursor', pageParam);
      const answer = await requestFields(`/api/projects?${query}`, { ...inWorkspace(workspace), signal });
      return { ...readPage(answer, readProject), nextCursor: answer.optionalString('next_cursor') };
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
  });
}

export function useProject(workspace: string | undefined, id: string): UseQueryResult<Project> {
  return useQuery({
    queryKey: ['project', workspace, id],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readProject(await requestFields(projectPath(id), { ...inWorkspace(workspace), signal })),
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

export function useProjectStatistics(workspace: string | undefined, id: string): UseQueryResult<ProjectStatistics> {
  return useQuery({
    queryKey: ['project-statistics', workspace, id],
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readProjectStatistics(
        await requestFields(`${projectPath(id)}/statistics`, { ...inWorkspace(workspace), signal }),
      ),
    refetchInterval: ({ state }) => askAgainAfter(state.error, QUIET_MS),
  });
}

/** What is done with a project. */
type ProjectChange =
  | { readonly kind: 'create'; readonly name: string; readonly slug: string }
  | { readonly kind: 'rename'; readonly id: string; readonly name: string }
  | { readonly kind: 'delete'; readonly id: string };

/** Makes, renames and deletes projects; one that has workflows is not deleted. */
export function useChangeProject(workspace: string | undefined): UseMutationResult<void, Error, ProjectChange> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: ProjectChange) => {
      const where = inWorkspace(workspace);
      switch (change.kind) {
        case 'create': {
          const { name, slug } = change;
          await requestFields('/api/projects', { method: 'POST', body: { name, slug }, ...where });
          return;
        }
        case 'rename':
          await requestFields(projectPath(change.id), { method: 'PUT', body: { name: change.name }, ...where });
          return;
        case 'delete':
          await requestNothing(projectPath(change.id), { method: 'DELETE', ...where });
          return;
        default:
          change satisfies never;
      }
    },
    onSettled: (_, error, { kind }) => {
      // What was deleted is not asked for again, nor listed from before.
      if (kind === 'delete' && error === null) return client.removeQueries({ queryKey: ['projects', workspace] });
      return Promise.all(
        ['projects', 'project'].map((key) => client.invalidateQueries({ queryKey: [key, workspace] })),
      );
    },
  });
}
