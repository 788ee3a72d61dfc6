/** Timers that a test can drive. */
export interface StoreTimers {
  /** Resolves after the time. */
  sleep(ms: number): Promise<void>;
}

/** The machine's timers. */
export const systemTimers: StoreTimers = {
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};

/** Asks again and again, every `everyMs`, until the answer is yes or `tries` are used up; says which it was. */
export async function until(
  timers: StoreTimers,
  everyMs: number,
  tries: number,
  answer: () => boolean | Promise<boolean>,
): Promise<boolean> {
  for (let i = 0; i < tries; i++) {
    if (await answer()) return true;
    await timers.sleep(everyMs);
  }
  return answer();
}
