const request = {
  attempts: [
    {
      run_id: '0197a7a2-8f6e-7d4c-9f0a-3b1c5d7e9f10',
      workflow_id: 'order-12345',
      namespace: 'default',
      activity_id: '1',
      activity_type: 'chargeCard',
      attempt: 1,
      is_local: false,
      scheduled_ms: 1_705_312_800_000,
      attempt_scheduled_ms: 1_705_312_800_000,
      started_ms: 1_705_312_800_004.25,
      ended_ms: 1_705_312_800_250.5,
      status: 'failed',
      error: { code: 'ConnectionReset', message: 'the payment service hung up' },
      task_queue: 'orders',
      identity: '4711@worker-1',
      build_id: '2024-01-15.1',
      heartbeats_ms: [1_705_312_800_104.25],
      heartbeat_count: 1,
    },
  ],
};

const response = { received: 1 };

/** What workers of Temporal tell of the attempts that they run. */
export const ATTEMPT_EXAMPLES = { reportAttempts: { request, response }, reportAttemptsTo: { request, response } };
