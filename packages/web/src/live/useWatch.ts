import type { Trace } from '@flowprof/model';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { credential } from '../api/credential.ts';
import { Follower, type WatchState } from './follower.ts';
import { Refresher } from './refresher.ts';
import { BROWSER_TIMERS } from './timers.ts';

/** What is read of a running execution, by the first part of its keys. */
const READ = ['execution', 'trace', 'timeline'] as const;
/** How often it is read where no events come, in milliseconds. */
const POLL_MS = 1000;
/** So many spans are analysed and drawn in a millisecond, with room for everything else. */
const SPANS_PER_MS = 50;
/** And where they come: what happens inside a step tells no event. */
const QUIET_MS = 5000;

interface Watched {
  /** Undefined until it is known. */
  readonly workspace: string | undefined;
  readonly workflow: string | undefined;
  readonly execution: string;
  /** Whether it runs and is worth a watch. */
  readonly isOn: boolean;
  /** Whether events tell all that matters; someone else may run it and tell of it at any time. */
  readonly tellsAll: boolean;
}

function addressOf(workspace: string, workflow: string, since: number | null): string {
  const url = new URL(`/ws/workflows/${encodeURIComponent(workflow)}`, location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('workspace', workspace);
  if (since !== null) url.searchParams.set('since', String(since));
  return url.href;
}

function openSocket(workspace: string, workflow: string, since: number | null): WebSocket {
  const token = credential();
  const protocols = token === null ? ['flowprof'] : ['flowprof', `bearer.${token}`];
  return new WebSocket(addressOf(workspace, workflow, since), protocols);
}

/**
 * Watches a running execution: its events have it read anew, and where they do not come it is asked for regularly.
 * @returns how the watch stands; null where there is none
 */
export function useWatch({ workspace, workflow, execution, isOn, tellsAll }: Watched): WatchState | null {
  const client = useQueryClient();
  const [state, setState] = useState<WatchState | null>(null);
  useEffect(() => {
    if (!isOn || workspace === undefined || workflow === undefined) return undefined;
    const refetch = (what: string) =>
      client.refetchQueries({ queryKey: [what, workspace, execution], type: 'active' }, { cancelRefetch: false });
    const read = async () => {
      await Promise.all(READ.map(refetch));
    };
    const leastRest = () => {
      const [[, trace] = []] = client.getQueriesData<Trace>({
        queryKey: ['trace', workspace, execution],
        type: 'active',
      });
      return (trace?.spans.length ?? 0) / SPANS_PER_MS;
    };
    const refresher = new Refresher(read, BROWSER_TIMERS, leastRest);
    let isLive = false;
    let callOff: () => void = () => undefined;
    const wait = () => {
      callOff();
      callOff = BROWSER_TIMERS.after(isLive && tellsAll ? QUIET_MS : POLL_MS, () => {
        refresher.ask();
        wait();
      });
    };
    const follower = new Follower({
      open: (since) => openSocket(workspace, workflow, since),
      timers: BROWSER_TIMERS,
      onEvent: ({ executionId }) => {
        if (executionId === null || executionId === execution) refresher.ask();
      },
      onState: (now) => {
        isLive = now === 'live';
        setState(now);
        // What happened before there was a connection, or without one.
        if (isLive) refresher.ask();
        wait();
      },
    });
    const retry = () => follower.retryNow();
    addEventListener('online', retry);
    return () => {
      removeEventListener('online', retry);
      callOff();
      follower.stop();
      refresher.stop();
      setState(null);
    };
  }, [client, workspace, workflow, execution, isOn, tellsAll]);
  return state;
}
