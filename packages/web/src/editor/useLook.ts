import { useCallback, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Outline, OutlineNode } from './outline.ts';
import type { EditorAction } from './state.ts';
import type { Views } from './Toolbar.tsx';

export interface Look {
  readonly views: Views;
  readonly setViews: (views: Views) => void;
  readonly search: string;
  readonly setSearch: (text: string) => void;
  /** The keys of the nodes that are searched for; null where none are. */
  readonly found: ReadonlySet<string> | null;
  /** The node that is brought into view; a new object brings it there again. */
  readonly shown: { readonly key: string } | null;
  readonly show: (key: string) => void;
  /** Goes to the next node that is searched for. */
  readonly showNext: () => void;
}

function isFound({ id, label, type }: OutlineNode, wanted: string): boolean {
  return [id, label, type].some((text) => text.toLowerCase().includes(wanted));
}

function foundIn({ nodes }: Outline, search: string): ReadonlySet<string> | null {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return null;
  return new Set(nodes.filter((node) => isFound(node, wanted)).map(({ key }) => key));
}

/** What of the file is looked at and how. The address has it, so that a link opens the same. */
export function useLook(
  outline: Outline,
  selected: OutlineNode | null,
  dispatch: (action: EditorAction) => void,
): Look {
  const [params, setParams] = useSearchParams();
  const [shown, setShown] = useState<{ readonly key: string } | null>(null);
  const [search, setSearch] = useState('');
  const wanted = useRef(params.get('node'));
  const views: Views = {
    main: params.get('view') === 'list' ? 'list' : 'graph',
    side: params.get('side') === 'text' ? 'text' : 'form',
  };
  const change = useCallback(
    (changes: Readonly<Record<string, string | null>>) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === null) next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );

  // The node that a link names is looked at once; from then on the address follows.
  const id = selected?.id ?? null;
  const named = params.get('node');
  useEffect(() => {
    if (wanted.current === null && id !== named) change({ node: id === '' ? null : id });
  }, [id, named, change]);
  useEffect(() => {
    const asked = wanted.current === null ? undefined : outline.byId.get(wanted.current);
    wanted.current = null;
    if (asked) dispatch({ kind: 'select', key: asked.key });
  }, [outline, dispatch]);

  const found = foundIn(outline, search);
  const show = (key: string): void => {
    dispatch({ kind: 'select', key });
    setShown({ key });
  };
  return {
    views,
    setViews: ({ main, side }) => change({ view: main === 'graph' ? null : main, side: side === 'form' ? null : side }),
    search,
    setSearch,
    found,
    shown,
    show,
    showNext: () => {
      const keys = [...(found ?? [])];
      const next = keys[(keys.indexOf(selected?.key ?? '') + 1) % (keys.length || 1)];
      if (next !== undefined) show(next);
    },
  };
}
