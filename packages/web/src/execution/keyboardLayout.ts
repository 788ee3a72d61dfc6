import type { Binding } from '@flowprof/flame';
import { useEffect, useState } from 'react';

declare global {
  interface Navigator {
    /** Only some browsers tell what the keys print. */
    readonly keyboard?: { getLayoutMap?(): Promise<ReadonlyMap<string, string>> };
  }
}

type Layout = Pick<ReadonlyMap<string, string>, 'get'>;

const ENGLISH: Layout = new Map();

/** What the keys of the reader's keyboard print, by their place; nothing where the browser does not tell. */
export function useKeyboardLayout(): Layout {
  const [layout, setLayout] = useState(ENGLISH);
  useEffect(() => {
    let isThere = true;
    void navigator.keyboard?.getLayoutMap?.().then(
      (map) => isThere && setLayout(map),
      () => {},
    );
    return () => {
      isThere = false;
    };
  }, []);
  return layout;
}

/** How a key is called on a keyboard: what is taken by its place has there what that keyboard prints on it. */
export function shownOn(
  { codes = [], keys, shown }: Pick<Binding, 'codes' | 'keys' | 'shown'>,
  layout: Layout,
): string {
  const [place] = codes;
  const printed = place?.startsWith('Key') === true && keys === undefined ? layout.get(place) : undefined;
  return printed === undefined || !/^\p{L}$/u.test(printed) ? shown : printed.toUpperCase();
}
