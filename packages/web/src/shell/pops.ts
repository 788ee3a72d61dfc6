type PopGuard = (event: PopStateEvent) => void;

let guard: PopGuard | null = null;

/** Listens for the browser's back and forward before the router does; called before that is there. */
export function startPops(): void {
  addEventListener('popstate', (event) => guard?.(event));
}

/**
 * Has the browser's back and forward asked about before the router hears of them; returns how to undo that. Browsers call
 * the listeners of the window in the order in which they came, whether they capture or not.
 */
export function guardPops(ask: PopGuard): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = null;
  };
}
