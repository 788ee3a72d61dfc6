import { setTimeout } from 'node:timers/promises';

/** Timers that a test can drive. */
export interface StoreTimers {
  /** Resolves after the time, or once the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's timers. */
export const systemTimers: StoreTimers = {
  sleep: (ms, signal) => setTimeout(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined),
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
