import type { Timers } from '../types.ts';

const MAX_TIMER_MS = 2_147_483_647;

/** Timers of the platform, browsers included, that do not keep a process alive. */
export const platformTimers: Timers = {
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(new Error('the wait was ended'));
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
        Math.min(ms, MAX_TIMER_MS),
      );
      if (typeof timer === 'object') timer.unref();
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    }),
};

/** Waits; gives false when the signal ended the wait. */
export async function isTimeUp(timers: Timers, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await timers.sleep(ms, signal);
    return true;
  } catch {
    return false;
  }
}
