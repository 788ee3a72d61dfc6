/** A page that is a client of a conductor: the test calls `run` and `attach` on it. */
import { connectConductor, ConductorConnectionError, webSocketChannel } from '@flowprof/conductor/client';
import { WORKFLOWS } from './workflows.ts';

/** What a run came to, as it can leave the page. */
export interface Outcome {
  readonly trace: string;
  readonly recording: { readonly spans: number; readonly starts: number[] };
  readonly batches: number;
}

export interface Lost {
  readonly code: string;
  readonly executionId: string;
  readonly lastSeq: number;
}

export interface TestPage {
  run(url: string, name: keyof typeof WORKFLOWS, executionId: string): Promise<Outcome | Lost>;
  attach(url: string, lost: Lost): Promise<Outcome>;
}

declare global {
  interface Window {
    conductorClient: TestPage;
  }
}

async function follow(
  url: string,
  start: (
    client: ReturnType<typeof connectConductor>,
    sink: { write: () => Promise<void> },
  ) => ReturnType<ReturnType<typeof connectConductor>['attach']>,
): Promise<Outcome> {
  const client = connectConductor(webSocketChannel(new WebSocket(url)));
  let batches = 0;
  const write = (): Promise<void> => {
    document.title = `${++batches} batches`;
    return Promise.resolve();
  };
  const { trace, recording } = await start(client, { write });
  client.close();
  const { spans } = recording;
  return {
    trace: JSON.stringify(trace),
    recording: { spans: spans.length, starts: [...spans.start.subarray(0, spans.length)] },
    batches,
  };
}

window.conductorClient = {
  run: async (url, name, executionId) => {
    try {
      return await follow(url, (client, sink) => client.node.run(WORKFLOWS[name], { executionId, sink }));
    } catch (error) {
      if (!(error instanceof ConductorConnectionError)) throw error;
      return { code: error.code, executionId: error.executionId, lastSeq: error.lastSeq };
    }
  },
  attach: (url, { executionId, lastSeq }) =>
    follow(url, (client, sink) => client.attach(executionId, { sink, after: lastSeq })),
};
