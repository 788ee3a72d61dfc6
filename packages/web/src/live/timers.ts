/** What tells the time and wakes up later; a test has its own. Milliseconds. */
export interface Timers {
  now(): number;
  /** @returns what calls it off */
  after(delay: number, does: () => void): () => void;
}

export const BROWSER_TIMERS: Timers = {
  now: () => performance.now(),
  after: (delay, does) => {
    const timer = setTimeout(does, delay);
    return () => clearTimeout(timer);
  },
};
