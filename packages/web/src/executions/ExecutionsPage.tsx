import { isTerminal } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { useSearchParams } from 'react-router';
import { useExecutions, useWorkflows, useWorkspace } from '../api/queries.ts';
import { isMissing } from '../api/errors.ts';
import type { Execution } from '../api/types.ts';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { useNow } from '../shell/useNow.ts';
import { useTitle } from '../shell/useTitle.ts';
import { NoExecutions, NoMatches, NoWorkspace } from './EmptyState.tsx';
import { ExecutionTable, TableSkeleton } from './ExecutionTable.tsx';
import { Filters } from './Filters.tsx';
import { filterByName, flattenPages, readStatusFilter } from './rows.ts';
import { Workflows } from './Workflows.tsx';

interface Filter {
  readonly status: string;
  readonly name: string;
  readonly setStatus: (status: string) => void;
  readonly setName: (name: string) => void;
}

/** The filters live in the address, so that a link shows the same list. */
function useFilter(): Filter {
  const [params, setParams] = useSearchParams();
  const set = (key: string, value: string) =>
    setParams(
      (previous) => {
        const next = new URLSearchParams(previous);
        if (value === '') next.delete(key);
        else next.set(key, value);
        return next;
      },
      { replace: true },
    );
  return {
    status: readStatusFilter(params.get('status')) ?? '',
    name: params.get('workflow') ?? '',
    setStatus: (status) => set('status', status),
    setName: (name) => set('workflow', name),
  };
}

interface ListProps {
  readonly executions: readonly Execution[];
  readonly filter: Filter;
  readonly total: number;
  readonly workspace: string;
  readonly workflows: boolean;
}

function List({ executions, filter, total, workspace, workflows }: ListProps) {
  const live = executions.some((execution) => !isTerminal(execution.status));
  const now = useNow(live ? 1000 : 15_000);
  const shown = filterByName(executions, filter.name);
  if (executions.length === 0 && filter.status === '')
    return <NoExecutions workspace={workspace} workflows={workflows} />;
  if (shown.length === 0 && executions.length === total) return <NoMatches />;
  return <ExecutionTable executions={shown} now={now} />;
}

/** How much of the list is on the page. */
function Count({ shown, loaded, total }: { readonly shown: number; readonly loaded: number; readonly total: number }) {
  const text = shown === loaded ? `${loaded} of ${total} executions` : `${shown} of the ${loaded} loaded executions`;
  return <output className="muted">{text}</output>;
}

/** All executions of the workspace, newest first, and the workflows to run. */
export function ExecutionsPage() {
  useTitle('Executions');
  const workspace = useWorkspace();
  const filter = useFilter();
  const list = useExecutions(workspace.data?.id, readStatusFilter(filter.status));
  const workflows = useWorkflows(workspace.data?.id);
  const executions = flattenPages(list.data?.pages ?? []);
  const total = list.data?.pages.at(-1)?.total ?? 0;
  const none = workspace.error !== null && isMissing(workspace.error);
  const empty = executions.length === 0 && list.isSuccess && filter.status === '' && filter.name === '';
  const error = workspace.error ?? list.error;
  const retry = () => void (workspace.error ? workspace.refetch() : list.refetch());

  return (
    <div className="page page-list">
      <div className="page-head">
        <h1>Executions</h1>
        {!empty && !none && (
          <Filters status={filter.status} name={filter.name} onStatus={filter.setStatus} onName={filter.setName} />
        )}
      </div>
      {error && list.data && <LostConnection loadedAt={list.dataUpdatedAt} onRetry={retry} />}
      <div className="columns">
        <section className="list" aria-label="Executions">
          {none && <NoWorkspace />}
          {error && !none && !list.data && <ErrorState error={error} what="The list of executions" onRetry={retry} />}
          {!error && !list.data && <TableSkeleton />}
          {list.data && (
            <List
              executions={executions}
              filter={filter}
              total={total}
              workspace={workspace.data?.slug ?? ''}
              workflows={(workflows.data?.items.length ?? 0) > 0}
            />
          )}
          {executions.length > 0 && (
            <div className="list-foot">
              <Count shown={filterByName(executions, filter.name).length} loaded={executions.length} total={total} />
              {list.hasNextPage && (
                <Button
                  className="button"
                  isDisabled={list.isFetchingNextPage}
                  onPress={() => void list.fetchNextPage()}
                >
                  {list.isFetchingNextPage ? 'Loading' : 'Load more'}
                </Button>
              )}
            </div>
          )}
        </section>
        <Workflows workspace={workspace.data?.id} />
      </div>
    </div>
  );
}
