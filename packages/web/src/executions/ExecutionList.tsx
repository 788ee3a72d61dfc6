import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Button } from 'react-aria-components';
import { useNavigate } from 'react-router';
import { isMissing } from '../api/errors.ts';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { comparePath } from '../compare/path.ts';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { useNow } from '../shell/useNow.ts';
import { CancelDialog } from './CancelDialog.tsx';
import { CompareBar } from './CompareBar.tsx';
import { NoMatches } from './EmptyState.tsx';
import { ExecutionTable, TableSkeleton } from './ExecutionTable.tsx';
import type { RowAction } from './ExecutionRow.tsx';
import { isNarrowed, queryOf, type ListFilter, type ListScope } from './filter.ts';
import { FilterBar } from './FilterBar.tsx';
import type { ListedExecution } from './listed.ts';
import { unfinished } from './live.ts';
import { ListFoot } from './ListFoot.tsx';
import { useExecutionPages, useFromTheTop, useUsual, type ListSource } from './queries.ts';
import { tickedAfter } from './rows.ts';
import { useListFilter } from './useListFilter.ts';
import { useNews, useRowsByNow } from './useLiveRows.ts';
import { useRowWindow } from './useRowWindow.ts';

/** A list this short shows what is new by itself, unless someone has a hand on it: nothing moves out of sight. */
const SHORT = 8;
/** Of so many workflows in view it is asked what is usual. */
const MOST_WORKFLOWS = 40;
const NOTHING: readonly never[] = [];

/** How far visits of the list were scrolled, for those who come back. Pixels. */
const scrolled = new Map<string, number>();

/** Comes back to where the list was left, and remembers where it is left. */
function useScrollOfVisit(visit: string, isThere: boolean, isMeasured: boolean): void {
  const [wasThere] = useState(isThere);
  useLayoutEffect(() => {
    const before = scrolled.get(visit);
    // Before the rows are measured the page is not tall enough.
    if (wasThere && isMeasured && before !== undefined) scrollTo({ top: before });
  }, [visit, wasThere, isMeasured]);
  // Let go before the page changes, since a shorter one is scrolled less.
  useLayoutEffect(() => {
    let last = scrollY;
    const follow = () => {
      last = scrollY;
    };
    addEventListener('scroll', follow, { passive: true });
    return () => {
      removeEventListener('scroll', follow);
      scrolled.set(visit, last);
    };
  }, [visit]);
}

/** When the list was opened or its filter last changed: a range ends then, so that its pages fit each other. */
function useOpenedAt(filter: ListFilter): number {
  const now = useNow(15_000);
  const [opened, setOpened] = useState({ filter, now });
  if (opened.filter !== filter) setOpened({ filter, now });
  return opened.now;
}

function useSource(scope: ListScope, workspace: string | undefined) {
  const handle = useListFilter();
  const { filter, visit } = handle;
  const { workflow, project } = scope;
  const now = useOpenedAt(filter);
  const source = useMemo((): ListSource | null => {
    if (workspace === undefined) return null;
    const fixed = { ...(workflow !== undefined && { workflow }), ...(project !== undefined && { project }) };
    const query = queryOf(filter, fixed, now).toString();
    return { workspace, workflow: workflow ?? filter.workflow, query };
  }, [workspace, workflow, project, filter, now]);
  return { ...handle, source, visit };
}

interface FreshProps {
  readonly count: number;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onShow: () => void;
}

/** Says at the top what came since the list was read, and shows it on demand, so that nothing moves while one reads. */
function Fresh({ count, hasMore, isLoading, onShow }: FreshProps) {
  const text = `${count}${hasMore ? '+' : ''} new`;
  return (
    <output className="fresh">
      {count > 0 && (
        <Button className="button button-small fresh-button" isDisabled={isLoading} onPress={onShow}>
          {isLoading ? 'Loading' : `Show ${text}`}
        </Button>
      )}
    </output>
  );
}

interface ExecutionListProps {
  /** What the page keeps fixed; the rest is in the address. */
  readonly scope?: ListScope;
  /** In place of the list while there is nothing that it could show. */
  readonly empty: ReactNode;
}

const WHOLE_WORKSPACE: ListScope = {};

/** The rows of a list, kept up to date, with what stands beside them. */
function useRows(scope: ListScope, workspace: string | undefined) {
  const handle = useSource(scope, workspace);
  const { filter, source, visit } = handle;
  const list = useExecutionPages(source, visit);
  const fromTheTop = useFromTheTop(source, visit);
  const body = useRef<HTMLTableSectionElement>(null);
  const { rows, setLatest } = useRowsByNow(list.data?.pages ?? NOTHING);
  const shown = useRowWindow(body, rows.length);
  const inView = rows.slice(shown.inView.first, shown.inView.end);
  const isNewestFirst = filter.sort === 'newest' && list.data !== undefined;
  const news = useNews(source, isNewestFirst, rows, inView, setLatest);
  const workflows = [...new Set(inView.map(({ workflowId }) => workflowId))].slice(0, MOST_WORKFLOWS);
  const usual = useUsual(workspace, workflows);
  const now = useNow(unfinished(inView).length > 0 ? 1000 : 15_000);
  useScrollOfVisit(visit, list.data !== undefined, shown.rowHeight > 0);
  return { ...handle, list, fromTheTop, body, rows, shown, news, usual, now };
}

/** Whether the pointer or the keyboard focus is in an element. */
function isHeld(element: HTMLElement | null): boolean {
  return element !== null && element.matches(':hover, :focus-within');
}

/** Shows what is new by itself while the list is short and nobody has a hand on it; otherwise on demand. */
function useFresh(of: ReturnType<typeof useRows>, isFree: boolean, list: RefObject<HTMLElement | null>) {
  const { rows, news, fromTheTop, body } = of;
  const { mutate: showNew } = fromTheTop;
  const isShort = news.fresh > 0 && rows.length < SHORT && isFree;
  useEffect(() => {
    if (isShort && !isHeld(list.current)) showNew();
  }, [isShort, list, showNew]);
  const isAsked = useRef(false);
  useLayoutEffect(() => {
    if (!isAsked.current || news.fresh > 0) return;
    isAsked.current = false;
    scrollTo({ top: 0 });
    body.current?.querySelector<HTMLElement>('.row-link')?.focus({ preventScroll: true });
  });
  return () => {
    isAsked.current = true;
    showNew();
  };
}

interface StateProps {
  readonly error: Error | null;
  readonly isLoaded: boolean;
  readonly isEmpty: boolean;
  readonly onRetry: () => void;
  readonly onClear: () => void;
}

/** In place of the table: loading, failed, or nothing that matches. */
function ListState({ error, isLoaded, isEmpty, onRetry, onClear }: StateProps) {
  if (isEmpty) return <NoMatches onClear={onClear} />;
  if (isLoaded) return null;
  if (error === null) return <TableSkeleton />;
  if (isMissing(error)) return null;
  return <ErrorState error={error} what="The list of executions" onRetry={onRetry} />;
}

/** The list of executions with its filters: of the workspace, or of the workflow or project that the page is of. */
export function ExecutionList({ scope = WHOLE_WORKSPACE, empty }: ExecutionListProps) {
  const workspace = useWorkspace();
  const id = workspace.data?.id;
  const of = useRows(scope, id);
  const { filter, change, clear, source, list, rows, news } = of;
  const navigate = useNavigate();
  const mayChange = useMayChange();
  const section = useRef<HTMLElement>(null);
  const [ticked, setTicked] = useState<readonly ListedExecution[]>([]);
  const [cancelling, setCancelling] = useState<ListedExecution | null>(null);
  const showFresh = useFresh(of, ticked.length === 0, section);
  const error = workspace.error ?? list.error;
  const lost = list.data ? (error ?? news.error) : null;
  const retry = () => {
    if (workspace.error) void workspace.refetch();
    else if (list.data) news.retry();
    else void list.refetch();
  };
  const act = (execution: ListedExecution, action: RowAction) => {
    if (action === 'cancel') setCancelling(execution);
    else void navigate(comparePath({ base: 'previous', candidate: execution.id }));
  };
  const isEmpty = list.isSuccess && rows.length === 0 && !list.hasNextPage;
  if (isEmpty && !isNarrowed(filter)) return empty;

  return (
    <div className="execution-list">
      <FilterBar workspace={id} scope={scope} filter={filter} onChange={change} onClear={clear} />
      {lost && <LostConnection loadedAt={news.loadedAt || list.dataUpdatedAt} onRetry={retry} />}
      <Fresh count={news.fresh} hasMore={news.hasMore} isLoading={of.fromTheTop.isPending} onShow={showFresh} />
      <section className="list" aria-label="Executions" ref={section}>
        <ListState error={error} isLoaded={list.data !== undefined} isEmpty={isEmpty} onRetry={retry} onClear={clear} />
        {rows.length > 0 && (
          <ExecutionTable
            rows={rows}
            hasMore={list.hasNextPage}
            body={of.body}
            window={of.shown}
            usual={of.usual}
            now={of.now}
            sort={filter.sort}
            ticked={ticked.map((one) => one.id)}
            showsWorkflow={scope.workflow === undefined}
            mayChange={mayChange}
            onSort={(sort) => change({ sort })}
            onTick={(execution) => setTicked((before) => tickedAfter(before, execution))}
            onAction={act}
            onBeyond={() => {
              if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
            }}
          />
        )}
        {list.data && !isEmpty && <ListFoot list={list} shown={rows.length} source={source} />}
      </section>
      <CompareBar ticked={ticked} onClear={() => setTicked([])} />
      <CancelDialog workspace={id} execution={cancelling} onClose={() => setCancelling(null)} />
    </div>
  );
}
