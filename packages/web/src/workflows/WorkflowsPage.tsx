import '../styles/workflows.css';
import { Button, Input, SearchField } from 'react-aria-components';
import { Link, useSearchParams } from 'react-router';
import { isMissing } from '../api/errors.ts';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { NoWorkspace } from '../executions/EmptyState.tsx';
import { TableSkeleton } from '../executions/ExecutionTable.tsx';
import { RunAsked } from '../run/RunAsked.tsx';
import { useRun } from '../run/useRun.ts';
import { useNow } from '../shell/useNow.ts';
import { useTitle } from '../shell/useTitle.ts';
import { NoWorkflows } from './NoWorkflows.tsx';
import { useWorkflowList } from './queries.ts';
import { WorkflowTable } from './WorkflowTable.tsx';

const NOW_MS = 15_000;

function Search({ text, onChange }: { readonly text: string; readonly onChange: (text: string) => void }) {
  return (
    <search className="filters" aria-label="Workflows">
      <SearchField className="search" aria-label="Search workflows" value={text} onChange={onChange}>
        <Icon name="search" />
        <Input className="search-input" placeholder="Search workflows" />
        <Button className="search-clear" aria-label="Clear the search">
          <Icon name="cross" />
        </Button>
      </SearchField>
    </search>
  );
}

function NoMatch({ text, onClear }: { readonly text: string; readonly onClear: () => void }) {
  return (
    <div className="state">
      <h2>No workflow matches</h2>
      <p>
        None has <bdi>{text}</bdi> in its name.
      </p>
      <div className="state-actions">
        <Button className="button" onPress={onClear}>
          Show all workflows
        </Button>
      </div>
    </div>
  );
}

interface ListProps {
  readonly workspace: { readonly id: string; readonly slug: string };
  readonly list: ReturnType<typeof useWorkflowList>;
  readonly search: string;
  readonly onClear: () => void;
  readonly mayRun: boolean;
  readonly run: ReturnType<typeof useRun>;
}

/** The workflows that are loaded, or why there are none. */
function List({ workspace, list, search, onClear, mayRun, run }: ListProps) {
  const now = useNow(NOW_MS);
  const pages = list.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const total = pages.at(-1)?.total ?? 0;
  if (items.length === 0 && search !== '') return <NoMatch text={search} onClear={onClear} />;
  if (items.length === 0) return <NoWorkflows workspace={workspace.slug} mayChange={mayRun} />;
  return (
    <>
      <WorkflowTable workspace={workspace.id} workflows={items} now={now} run={mayRun ? run : null} />
      <div className="list-foot">
        <output className="muted">
          {items.length} of {total} {total === 1 ? 'workflow' : 'workflows'}
        </output>
        {list.hasNextPage && (
          <Button className="button" isDisabled={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading' : 'Load more'}
          </Button>
        )}
      </div>
    </>
  );
}

/** The workflows of the workspace: how their runs went, a button that runs them, and the way to each. */
export function WorkflowsPage() {
  useTitle('Workflows');
  const { data: workspace, error: noWorkspace, refetch } = useWorkspace();
  const mayRun = useMayChange();
  const [params, setParams] = useSearchParams();
  const search = params.get('search') ?? '';
  const setSearch = (text: string) => setParams(text === '' ? {} : { search: text }, { replace: true });
  const list = useWorkflowList(workspace?.id, search.trim());
  const run = useRun(workspace?.id);
  const none = noWorkspace !== null && isMissing(noWorkspace);
  const error = noWorkspace ?? list.error;
  const retry = () => void (noWorkspace ? refetch() : list.refetch());
  const isEmpty = search === '' && list.data?.pages[0]?.items.length === 0;
  return (
    <div className="page page-list">
      <div className="page-head">
        <h1>Workflows</h1>
        {!none && !isEmpty && (
          <div className="page-actions">
            <Search text={search} onChange={setSearch} />
            {mayRun && (
              <Link className="button button-primary" to="/workflows/new">
                <Icon name="plus" />
                New workflow
              </Link>
            )}
          </div>
        )}
      </div>
      {error && list.data && <LostConnection loadedAt={list.dataUpdatedAt} onRetry={retry} />}
      {run.error && run.asked === null && (
        <p className="inline-error" role="alert">
          It could not be started: {run.error.message}
        </p>
      )}
      <section className="list" aria-label="Workflows" aria-busy={!list.data && !error}>
        {none && <NoWorkspace />}
        {error && !none && !list.data && <ErrorState error={error} what="The list of workflows" onRetry={retry} />}
        {!error && !list.data && <TableSkeleton />}
        {list.data && workspace && <List {...{ workspace, list, search, onClear: () => setSearch(''), mayRun, run }} />}
      </section>
      <RunAsked run={run} />
    </div>
  );
}
