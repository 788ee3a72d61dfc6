/** Why a timer is aborted that is no longer needed; without a reason each would get an error with a stack of its own. */
export const LIFTED = 'lifted';

/** Goes on when a wait is over, or otherwise when it was broken off. Neither function may throw. */
export async function afterWait(
  wait: Promise<void>,
  over: () => void,
  brokenOff: (reason: unknown) => void = () => {},
): Promise<void> {
  try {
    await wait;
  } catch (reason) {
    brokenOff(reason);
    return;
  }
  over();
}
