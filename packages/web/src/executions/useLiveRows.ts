import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { newOnTop, rowsOf, unfinished, vanished, withNews, type Latest } from './live.ts';
import type { ListedExecution, ListedPage } from './listed.ts';
import { readOne, useHead, useRunning, type ListSource } from './queries.ts';

const NOTHING: Latest = new Map();

export interface News {
  /** Why no news can be asked for. */
  readonly error: Error | null;
  /** Milliseconds since the epoch; 0 for never. */
  readonly loadedAt: number;
  /** How many executions came onto the top since the list was read. */
  readonly fresh: number;
  /** Whether `fresh` counts only the first of them. */
  readonly hasMore: boolean;
  readonly retry: () => void;
}

/** Keeps the rows of a list up to date: those that were not ended when they were read, without reading the list again. */
export function useRowsByNow(pages: readonly ListedPage[]) {
  const [latest, setLatest] = useState<Latest>(NOTHING);
  const rows = rowsOf(pages, latest);
  return { rows, setLatest };
}

/**
 * Asks for news of the rows in view that have not ended, and for what came onto the top of a list.
 * @param setLatest where the news go
 */
export function useNews(
  source: ListSource | null,
  isNewestFirst: boolean,
  rows: readonly ListedExecution[],
  inView: readonly ListedExecution[],
  setLatest: (change: (before: Latest) => Latest) => void,
): News {
  const client = useQueryClient();
  const open = unfinished(inView);
  const isLive = open.length > 0;
  const head = useHead(isNewestFirst ? source : null, isLive);
  const running = useRunning(source, isLive);
  const workspace = source?.workspace;
  const headItems = head.data?.items;
  const runningItems = running.data?.items;
  useEffect(() => {
    if (headItems !== undefined) setLatest((before) => withNews(before, headItems));
  }, [headItems, setLatest]);
  const openIds = open.map(({ id }) => id).join(' ');
  useEffect(() => {
    if (runningItems === undefined || workspace === undefined || openIds === '') return undefined;
    setLatest((before) => withNews(before, runningItems));
    const still = new Set(openIds.split(' '));
    let isWanted = true;
    const asked = vanished(
      rows.filter(({ id }) => still.has(id)),
      runningItems,
    ).map((id) => client.fetchQuery({ queryKey: ['one', workspace, id], queryFn: () => readOne(workspace, id) }));
    const takeAll = async () => {
      const answers = await Promise.allSettled(asked);
      const news = answers.flatMap((one) => (one.status === 'fulfilled' && one.value !== null ? [one.value] : []));
      if (isWanted) setLatest((before) => withNews(before, news));
    };
    void takeAll();
    return () => {
      isWanted = false;
    };
    // Asked once an answer, not once a rendering: what the rows say changes with what is answered here.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [running.dataUpdatedAt, workspace, openIds]);
  const fresh = headItems === undefined ? 0 : newOnTop(headItems, rows);
  return {
    error: head.error ?? running.error,
    loadedAt: Math.max(head.dataUpdatedAt, running.dataUpdatedAt),
    fresh,
    retry: () => void (head.error === null ? running.refetch() : head.refetch()),
    hasMore: fresh > 0 && fresh === headItems?.length && head.data?.nextCursor !== null,
  };
}
