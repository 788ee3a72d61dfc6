import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { ListedPage } from './listed.ts';
import { MOST_SAVED, type ListSource } from './queries.ts';
import { useSave } from './useSave.ts';

/** How far below the window the end of the list is when more of it is asked for. */
const AHEAD = '1200px';
/** After so many pages in a row that hold nothing one is asked whether to go on. */
const MOST_EMPTY = 10;

type List = UseInfiniteQueryResult<InfiniteData<ListedPage, string | null>>;

const number = new Intl.NumberFormat('en');

/** How many pages at the end of what was read hold nothing: of some filters the server reads 10,000 executions a page. */
function emptyAtTheEnd(pages: readonly ListedPage[]): number {
  const last = pages.findLastIndex(({ items }) => items.length > 0);
  return pages.length - 1 - last;
}

/** Asks for more when the end of the list comes near. */
function useMoreNear(list: List, pages: readonly ListedPage[]) {
  const end = useRef<HTMLDivElement>(null);
  const mayGoOn = list.hasNextPage && !list.isFetching && list.error === null && emptyAtTheEnd(pages) < MOST_EMPTY;
  const { fetchNextPage } = list;
  useEffect(() => {
    const element = end.current;
    if (!mayGoOn || element === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void fetchNextPage();
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [mayGoOn, fetchNextPage]);
  return end;
}

interface ListFootProps {
  readonly list: List;
  /** How many rows there are. */
  readonly shown: number;
  readonly source: ListSource | null;
}

/** Below the list: how much of it is there, more of it, and all of it as a file. */
export function ListFoot({ list, shown, source }: ListFootProps) {
  const pages = list.data?.pages ?? [];
  const end = useMoreNear(list, pages);
  const save = useSave(source);
  const first = pages[0];
  const total = Math.max(first?.total ?? 0, shown);
  const all = `${number.format(total)}${first?.isCapped === true && list.hasNextPage ? '+' : ''}`;
  return (
    <div className="list-foot" ref={end}>
      <output className="muted">
        {number.format(shown)} of {list.hasNextPage ? all : number.format(shown)} executions
      </output>
      {list.error && (
        <span className="inline-error" role="alert">
          {list.error.message}
        </span>
      )}
      {list.hasNextPage && (
        <Button
          className="button button-small"
          isDisabled={list.isFetchingNextPage}
          onPress={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? 'Loading' : 'Load more'}
        </Button>
      )}
      <span className="spacer" />
      {save.error && (
        <span className="inline-error" role="alert">
          {save.error.message}
        </span>
      )}
      {save.progress === null ? (
        <Button
          className="button button-small"
          onPress={save.start}
          aria-label={`Save as CSV, the first ${number.format(MOST_SAVED)} at most`}
        >
          <Icon name="download" />
          CSV
        </Button>
      ) : (
        <Button className="button button-small" onPress={save.stop}>
          <Icon name="running" />
          {number.format(save.progress)} read, stop
        </Button>
      )}
    </div>
  );
}
