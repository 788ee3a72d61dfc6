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
