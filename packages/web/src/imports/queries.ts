import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { requestFields } from '../api/client.ts';
import { askAgainAfter } from '../api/polling.ts';
import { readPage, type Page } from '../api/types.ts';
import { hasEnded, readUpload, type Upload } from './upload.ts';
import { uploader, uploadsPath, type Sending } from './uploader.ts';

/** How often the server is asked while a file is on its way, and while none is. Milliseconds. */
const LIVE_MS = 500;
const QUIET_MS = 10_000;
const SHOWN = 30;

function keyOf(workspace: string) {
  return ['uploads', workspace] as const;
}

/** The files that this page sends. */
export function useSending(): readonly Sending[] {
  return useSyncExternalStore(uploader.subscribe, uploader.snapshot);
}

/** The files of a workspace that are on their way in or were, newest first; kept up to date while one is. */
export function useUploads(workspace: string | undefined): UseQueryResult<Page<Upload>> {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: keyOf(workspace ?? ''),
    enabled: workspace !== undefined,
    queryFn: async ({ signal }) =>
      readPage(await requestFields(`${uploadsPath(workspace ?? '')}?limit=${SHOWN}`, { signal }), readUpload),
    refetchInterval: ({ state: { error, data } }) =>
      askAgainAfter(error, data?.items.some((upload) => !hasEnded(upload)) === true ? LIVE_MS : QUIET_MS),
  });
  const done = query.data?.items.filter(hasEnded).length;
  useEffect(() => {
    // What was stored is in the list of executions now.
    if (done !== undefined && done > 0) void client.invalidateQueries({ queryKey: ['executions'] });
  }, [client, done]);
  useEffect(() => {
    uploader.onProgress = (of, upload) => {
      client.setQueryData<Page<Upload>>(keyOf(of), (page) => page && withUpload(page, upload));
    };
    return () => {
      uploader.onProgress = () => undefined;
    };
  }, [client]);
  return query;
}

/** A page of uploads with one as it is now. */
function withUpload(page: Page<Upload>, upload: Upload): Page<Upload> {
  if (page.items.some(({ id }) => id === upload.id)) {
    return { ...page, items: page.items.map((one) => (one.id === upload.id ? upload : one)) };
  }
  return { ...page, items: [upload, ...page.items], total: page.total + 1 };
}

/** Cancels a file on its way, or takes one that has ended off the list. */
export function useCancelUpload(workspace: string): UseMutationResult<void, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await requestFields(`${uploadsPath(workspace)}/${id}`, { method: 'DELETE' });
      await client.invalidateQueries({ queryKey: keyOf(workspace) });
    },
  });
}
