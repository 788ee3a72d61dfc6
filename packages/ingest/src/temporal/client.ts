import type { TemporalClient, TemporalCredentials, TemporalTarget, TemporalTools } from './api.ts';

/**
 * Opens a client of a Temporal server. Nothing is connected to before it is asked something, nor is what speaks gRPC
 * loaded, which takes a tenth of a second: most who import this never ask.
 */
export function openTemporal(
  target: TemporalTarget,
  shown: TemporalCredentials,
  tools: TemporalTools = {},
): TemporalClient {
  let isClosed = false;
  let opened: Promise<TemporalClient> | null = null;
  const connect = async (): Promise<TemporalClient> => {
    const { connectTemporal } = await import('./connected.ts');
    const client = connectTemporal(target, shown, tools);
    if (isClosed) client.close();
    return client;
  };
  const open = (): Promise<TemporalClient> => (opened ??= connect());
  return {
    check: async (signal) => (await open()).check(signal),
    list: async function* (request) {
      yield* (await open()).list(request);
    },
    history: async function* (run, request) {
      yield* (await open()).history(run, request);
    },
    describe: async (workflowId, runId, request) => (await open()).describe(workflowId, runId, request),
    close: () => {
      isClosed = true;
      void opened?.then((client) => client.close());
    },
  };
}
