import { createConductor } from '@flowprof/conductor';
import { connectConductor, ConductorConnectionError, webSocketChannel } from '@flowprof/conductor/client';
import { KeptRuns, MAX_FRAME_BYTES, serveConductor } from '@flowprof/conductor/rpc';
import { WebSocket, WebSocketServer } from 'ws';

// the side that runs; it decides on services, network, commands and journal
const conductor = createConductor();
const runs = new KeptRuns({ unattendedMs: 60_000 }); // one for each owner of runs
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: MAX_FRAME_BYTES });
server.on('connection', (socket) => {
  serveConductor(conductor, webSocketChannel(socket), { runs, runOptions: () => ({ concurrency: 8 }) });
});

/** The client; in a browser the socket is the page's own `WebSocket`. */
export async function runFarAway(url: string, executionId: string): Promise<string> {
  const client = connectConductor(webSocketChannel(new WebSocket(url)));
  try {
    const result = await client.node.run({ id: 'wait', type: 'delay', with: { ms: 5 } }, { executionId });
    return result.trace.executionId;
  } catch (error) {
    if (!(error instanceof ConductorConnectionError)) throw error;
    const again = connectConductor(webSocketChannel(new WebSocket(url)));
    return (await again.attach(executionId, { after: error.lastSeq })).trace.executionId;
  } finally {
    client.close();
  }
}

export { server };
