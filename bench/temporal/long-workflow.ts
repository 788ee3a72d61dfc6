import { proxyActivities, proxyLocalActivities, sleep } from '@temporalio/workflow';

interface Activities {
  step(round: number): Promise<string>;
}

const { step } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute' });
const { step: stepHere } = proxyLocalActivities<Activities>({ startToCloseTimeout: '1 minute' });

/** A workflow that never continues as new: some 1,000 events a round of activities, local activities and timers. */
export async function longWorkflow(rounds: number): Promise<number> {
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    const steps = Array.from({ length: 80 }, () => step(round));
    const waits = Array.from({ length: 50 }, () => sleep(1));
    const here = Array.from({ length: 600 }, () => stepHere(round));
    const [made, madeHere] = await Promise.all([Promise.all(steps), Promise.all(here), Promise.all(waits)]);
    done += made.length + madeHere.length;
  }
  return done;
}
