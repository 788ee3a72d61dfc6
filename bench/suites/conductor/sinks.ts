import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
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
  const [port]: unknown[] = await once(child.stdout, 'data');
  return { process: child, url: `http://127.0.0.1:${String(port)}` };
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
  const plain = otlpExporter({ url: receiver.url });
  const gzipped = otlpExporter({ url: receiver.url, compression: 'gzip' });
  return {
    floor: running('no sink', {}),
    tasks: [
      running('a sink that does nothing', { sink: ignoring }),
      running('OTLP, and delivered', { sink: plain }, () => plain.flush()),
      running('OTLP with gzip, and delivered', { sink: gzipped }, () => gzipped.flush()),
    ],
    close: async () => {
      receiver.process.kill();
      const { dropped } = (await Promise.all([plain.flush(), gzipped.flush()]))[0];
      if (dropped > 0) console.log(`  ${dropped} spans were dropped`);
    },
  };
}

export const sinks: Suite = {
  name: 'conductor-sinks',
  about: `what a sink costs a run of ${NODES} layered nodes that do nothing`,
  open,
};
