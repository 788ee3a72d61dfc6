import { useEffect, useState } from 'react';
import { formatUrlState, parseUrlState, type UrlState, type View } from './urlState.ts';

/** How long a state must last before it is in the address: browsers limit how often that may change. Milliseconds. */
const SETTLED_MS = 200;

/** In the address of a file nothing but the fragment may change. */
const isFile = location.protocol === 'file:';

/** What the address says of the state; begins with `?` or is empty. */
function queryOfAddress(): string {
  return isFile ? location.hash.slice(1) : location.search;
}

function addressWith(query: string): string {
  return isFile ? `#${query}` : `${location.pathname}${query}`;
}

/**
 * Keeps the address in step with the latest state, some time after it has settled. Another tab is another entry of the
 * browser's history, at once, so that back leads to the tab before.
 */
class AddressWriter {
  latest: UrlState = parseUrlState(queryOfAddress());
  readonly #path = location.pathname;
  #timer: ReturnType<typeof setTimeout> | undefined;

  write(change: Partial<UrlState>): void {
    const isOtherTab = change.tab !== undefined && change.tab !== this.latest.tab;
    if (isOtherTab) this.#settle();
    this.latest = { ...this.latest, ...change };
    clearTimeout(this.#timer);
    if (isOtherTab) history.pushState(history.state, '', addressWith(formatUrlState(this.latest)));
    else this.#timer = setTimeout(() => this.#settle(), SETTLED_MS);
  }

  #settle(): void {
    const query = formatUrlState(this.latest);
    if (query !== queryOfAddress()) history.replaceState(history.state, '', addressWith(query));
  }

  /** Takes the state of an entry that the browser has gone to; null where that is of another page. */
  read(): UrlState | null {
    if (location.pathname !== this.#path) return null;
    clearTimeout(this.#timer);
    this.latest = parseUrlState(queryOfAddress());
    return this.latest;
  }

  /** The address of the latest state, also while it has not settled. */
  link(): string {
    return new URL(addressWith(formatUrlState(this.latest)), location.href).href;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

export interface UrlStateHandle {
  readonly state: UrlState;
  readonly change: (change: Partial<UrlState>) => void;
  /** The part of the run in view changes with every frame, so it goes to the address past React. */
  readonly setView: (view: View | null) => void;
  /** The part of the run that is in view now. */
  readonly view: () => View | null;
  /** A link that opens exactly what is shown. */
  readonly link: () => string;
}

/** The state of the page, as the address has it at first, and back into the address once it has settled. */
export function useUrlState(): UrlStateHandle {
  const [writer] = useState(() => new AddressWriter());
  const [state, setState] = useState(writer.latest);
  useEffect(() => {
    const follow = () => {
      const gone = writer.read();
      if (gone !== null) setState(gone);
    };
    addEventListener('popstate', follow);
    return () => {
      removeEventListener('popstate', follow);
      writer.stop();
    };
  }, [writer]);
  const [actions] = useState(() => ({
    change: (change: Partial<UrlState>) => {
      writer.write(change);
      setState((before) => ({ ...before, ...change }));
    },
    setView: (view: View | null) => writer.write({ view }),
    view: () => writer.latest.view,
    link: () => writer.link(),
  }));
  return { state, ...actions };
}
