import { proxyActivities } from '@temporalio/workflow';

const { reserve, charge } = proxyActivities({
  startToCloseTimeout: '10 seconds',
  heartbeatTimeout: '2 seconds',
  retry: { initialInterval: '300 ms', maximumAttempts: 5 },
});

export async function order(item) {
  const reservation = await reserve(item);
  return charge(reservation);
}
