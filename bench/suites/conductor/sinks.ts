import { spawn, type ChildProcess } from 'node:child_process';
import { otlpExporter, type RunOptions } from '@flowprof/conductor';
import type { TraceSink } from '@flowprof/model';
import type { OpenSuite, Suite, Task } from '../../suite.ts';
import { idleConductor, layered, workflowOf } from './graphs.ts';

const NODES = 10_000;
const conductor = idleConductor();
const workflow = workflowOf('layered', layered(NODES));

/** A receiver of OTLP in a process of its own, so that what it takes is not counted. */
const RECEIVER = `
  const server = require('node:http').createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));
`;

async function startReceiver(): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['-e', RECEIVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  for await (const port of child.stdout) return { process: child, url: `http://127.0.0.1:${String(port)}` };
  throw new Error('the receiver did not start');
}

function running(name: string, options: RunOptions, after: () => Promise<unknown> = async () => null): Task {
  const run = async (): Promise<number> => {
    const { executedNodes } = await conductor.node.run(workflow, options);
    await after();
    return executedNodes.length;
  };
  return { name, steps: NODES, run };
}

const ignoring: TraceSink = { write: async () => {} };

async function open(): Promise<OpenSuite> {
  const receiver = await startReceiver();
  const plain = otlpExporter({ url: receiver.url, maxQueue: 100_000 });
  const gzipped = otlpExporter({ url: receiver.url, maxQueue: 100_000, compression: 'gzip' });
  return {
    floor: running('no sink', {}),
    tasks: [
      running('a sink that does nothing', { sink: ignoring }),
      running('OTLP, and delivered', { sink: plain }, () => plain.flush()),
      running('OTLP with gzip, and delivered', { sink: gzipped }, () => gzipped.flush()),
    ],
    close: async () => {
      receiver.process.kill();
      const dropped = plain.stats.dropped + gzipped.stats.dropped;
      if (dropped > 0) throw new Error(`${dropped} spans were dropped, so that the figures are too low`);
    },
  };
}

export const sinks: Suite = {
  name: 'conductor-sinks',
  about: `what a sink costs a run of ${NODES} layered nodes that do nothing`,
  open,
};
