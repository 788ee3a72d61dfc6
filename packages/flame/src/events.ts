import type { FlameChartEvents } from './api.ts';

type Listeners = { readonly [K in keyof FlameChartEvents]: Set<(event: FlameChartEvents[K]) => void> };

/** The listeners of one chart. */
export class ChartEvents {
  readonly #listeners: Listeners = {
    select: new Set(),
    hover: new Set(),
    viewport: new Set(),
    range: new Set(),
    layers: new Set(),
    breaks: new Set(),
    note: new Set(),
    mode: new Set(),
    height: new Set(),
    matches: new Set(),
    help: new Set(),
    loading: new Set(),
  };

  on<K extends keyof FlameChartEvents>(type: K, listener: (event: FlameChartEvents[K]) => void): () => void {
    const set = this.#listeners[type];
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  }

  emit<K extends keyof FlameChartEvents>(type: K, event: FlameChartEvents[K]): void {
    for (const listener of this.#listeners[type]) listener(event);
  }

  clear(): void {
    for (const set of Object.values(this.#listeners)) set.clear();
  }
}
