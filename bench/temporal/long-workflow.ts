import { proxyActivities, sleep } from '@temporalio/workflow';

const { step } = proxyActivities<{ step(round: number): Promise<string> }>({ startToCloseTimeout: '1 minute' });

/** A workflow that never continues as new: some 1,000 events a round, of activities, timers and workflow tasks. */
export async function longWorkflow(rounds: number): Promise<number> {
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    const steps = Array.from({ length: 50 }, () => step(round));
    const waits = Array.from({ length: 400 }, () => sleep(1));
    const [made] = await Promise.all([Promise.all(steps), Promise.all(waits)]);
    done += made.length;
  }
  return done;
}
