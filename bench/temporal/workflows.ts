import { proxyActivities } from '@temporalio/workflow';

interface Activities {
  quick(): Promise<void>;
  alone(): Promise<readonly number[]>;
}

const { quick, alone } = proxyActivities<Activities>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 1 },
});

/** Many activities that do nothing, at once. */
export async function many(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => quick()));
}

/** The interceptors by themselves, inside an activity. */
export async function interceptors(): Promise<readonly number[]> {
  return alone();
}
