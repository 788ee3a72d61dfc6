import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asMicros } from '@flowprof/model';
import { startServer } from 'flowprof';
import { WebSocketServer, type WebSocket } from 'ws';
import { Subscribers } from '../live/subscribers.ts';
import type { OpenSuite, Suite, Task } from '../suite.ts';

const SUBSCRIBERS = 1000;
const PROCESSES = 2;

/** What an event looks like, about as long as most. */
const MESSAGE = Buffer.from(
  JSON.stringify({
    event: 'step_started',
    seq: 1234,
    data: {
      execution_id: randomUUID(),
      workflow_id: randomUUID(),
      step_id: 'step-1234',
      step_name: 'step-1234',
      iteration: null,
      timestamp: new Date(0).toISOString(),
    },
  }),
);

interface Part {
  readonly task: Task;
  readonly close: () => Promise<void>;
}

/** The floor: a bare `ws` that sends the same bytes to as many. */
async function bareBroadcast(): Promise<Part> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<WebSocket>();
  const accept = new WebSocketServer({ server, perMessageDeflate: false });
  accept.on('connection', (socket) => sockets.add(socket));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const subscribers = await Subscribers.open(`ws://127.0.0.1:${port}`, SUBSCRIBERS, PROCESSES);
  const run = async (): Promise<number> => {
    const all = subscribers.all();
    for (const socket of sockets) socket.send(MESSAGE, { binary: false });
    await all;
    return sockets.size;
  };
  return {
    task: { name: 'bare ws, a broadcast', run },
    close: async () => {
      await subscribers.close();
      server.close();
    },
  };
}

/** From the call that commits a step's start until the last of all who watch has it. */
async function liveEvent(): Promise<Part> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bench-live-'));
  const services = { acquire: () => Promise.reject(new Error('no services here')) };
  const server = await startServer({ host: '127.0.0.1', port: 0, dataDir, services, log: 'silent' });
  const workspace = await server.store.createWorkspace({ slug: 'bench', name: 'Bench' });
  const tenant = server.store.tenant(workspace.id);
  const workflow = await tenant.createWorkflow({ name: 'bench', description: null, definition: {} });
  const executionId = randomUUID();
  await tenant.createExecution({ id: executionId, workflowId: workflow.id, input: {}, trigger: 'bench' });
  const url = `${server.url.replace(/^http/, 'ws')}/ws/workflows/${workflow.id}`;
  const subscribers = await Subscribers.open(url, SUBSCRIBERS, PROCESSES);
  const idle = { iteration: null, retryCount: 0, error: null, input: null, output: null } as const;
  let step = 0;
  const run = async (): Promise<number> => {
    const all = subscribers.all();
    step++;
    const state = { ...idle, nodeKey: `step-${step}`, status: 'running' as const, at: asMicros(step) };
    await tenant.recordEvents(executionId, [{ type: 'node_state', state }]);
    await all;
    return step;
  };
  return {
    task: { name: 'flowprof, an event from before its commit', run },
    close: async () => {
      await subscribers.close();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function open(): Promise<OpenSuite> {
  const [bare, ours] = [await bareBroadcast(), await liveEvent()];
  return {
    turnsMs: 20_000,
    floor: bare.task,
    tasks: [ours.task],
    close: async () => {
      await ours.close();
      await bare.close();
    },
  };
}

export const live: Suite = {
  name: 'live',
  about: `an event to ${SUBSCRIBERS} subscribers in ${PROCESSES} other processes, until the last of them has it: from the call that commits it to an embedded PostgreSQL with fsync, against a bare ws that sends the same bytes`,
  open,
};
