import { useContext, useEffect, useRef, useState } from 'react';
import { UNSAFE_NavigationContext as NavigationContext, useLocation, type Navigator, type To } from 'react-router';
import { guardPops } from '../shell/pops.ts';

/** A way out of the page that waits for an answer. */
export interface LeaveGuard {
  readonly isAsking: boolean;
  readonly stay: () => void;
  readonly leave: () => void;
}

/** The place of an entry in the browser's history, which the router notes in its state. */
function placeOf(state: unknown): number | null {
  return typeof state === 'object' && state !== null && 'idx' in state && typeof state.idx === 'number'
    ? state.idx
    : null;
}

function pathOf(to: To): string | undefined {
  return typeof to === 'string' ? new URL(to, location.href).pathname : to.pathname;
}

/** Has the ways of the router asked about before they are gone; returns how to undo that. */
function guardWays(ways: Navigator, mayGo: (path: string | undefined, go: () => void) => boolean): () => void {
  const push = ways.push.bind(ways);
  const replace = ways.replace.bind(ways);
  ways.push = (to, ...more) => {
    if (mayGo(pathOf(to), () => push(to, ...more))) push(to, ...more);
  };
  ways.replace = (to, ...more) => {
    if (mayGo(pathOf(to), () => replace(to, ...more))) replace(to, ...more);
  };
  return () => {
    ways.push = push;
    ways.replace = replace;
  };
}

/**
 * Holds what leads to another path until somebody has answered: links and buttons by the router's own way there, and the
 * browser's back and forward by going back to where one was. Closing the page is left to the browser, which asks itself.
 */
export function useLeaveGuard(isOn: boolean): LeaveGuard {
  const { navigator } = useContext(NavigationContext);
  const { pathname, key } = useLocation();
  const [way, setWay] = useState<(() => void) | null>(null);
  const isFree = useRef(false);

  useEffect(() => {
    isFree.current = false;
    if (!isOn) return undefined;
    return guardWays(navigator, (path, go) => {
      if (isFree.current || path === undefined || path === pathname) return true;
      setWay(() => go);
      return false;
    });
  }, [isOn, navigator, pathname]);

  useEffect(() => {
    if (!isOn) return undefined;
    const here = placeOf(history.state);
    let isReturning = false;
    return guardPops((event) => {
      const there = placeOf(event.state);
      if (isReturning) {
        isReturning = false;
        event.stopImmediatePropagation();
      } else if (!isFree.current && here !== null && there !== null && location.pathname !== pathname) {
        event.stopImmediatePropagation();
        isReturning = true;
        history.go(here - there);
        setWay(() => () => history.go(there - here));
      }
    });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- another location of the same path has another place
  }, [isOn, pathname, key]);

  useEffect(() => {
    if (!isOn) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isOn]);

  return {
    isAsking: way !== null,
    stay: () => setWay(null),
    leave: () => {
      isFree.current = true;
      setWay(null);
      way?.();
    },
  };
}
