// A process that sends spans by OTLP/HTTP as fast as it may, and says how many were acknowledged.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { newIds, requestOf, templates, type Template } from './shop.ts';

/** What the process is told to do. */
export interface SendOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
  /** Spans a second; as many as are taken when 0. */
  readonly rate: number;
  readonly connections: number;
}

/** What it did. */
export interface SendReport {
  readonly seconds: number;
  readonly requests: number;
  readonly spans: number;
  /** Requests that were answered with 429 or 503 and sent again. */
  readonly putOff: number;
  /** Requests with any other answer, or none. */
  readonly failed: number;
  readonly traces: number;
  readonly cpuSeconds: number;
}

const RETRY_MS = 200;

function post(agent: Agent, { url, headers }: SendOrder, body: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const options = {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/x-protobuf', 'content-length': body.byteLength, ...headers },
    };
    const sending = request(url, options, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    sending.on('error', () => resolve(0));
    sending.end(body);
  });
}

async function send(order: SendOrder): Promise<SendReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const pair = templates();
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const end = start + order.seconds * 1000;
  const done = { requests: 0, spans: 0, putOff: 0, failed: 0, traces: 0 };
  let begun = 0;
  const deliver = async (template: Template, body: Buffer): Promise<void> => {
    for (;;) {
      const status = await post(agent, order, body);
      if (status === 200) {
        done.requests++;
        done.spans += template.spans;
        return;
      }
      if (status !== 429 && status !== 503) {
        done.failed++;
        return;
      }
      done.putOff++;
      await sleep(RETRY_MS);
      if (performance.now() > end + 5000) return;
    }
  };
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      const ids = newIds(pair[0].traces);
      const now = Date.now();
      begun += pair[0].spans + pair[1].spans;
      if (order.rate > 0) {
        const due = start + (begun / order.rate) * 1000;
        await sleep(Math.max(0, due - performance.now()));
      }
      for (const template of pair) await deliver(template, requestOf(template, ids, now));
      done.traces += pair[0].traces;
    }
  };
  await Promise.all(Array.from({ length: order.connections }, one));
  const { user, system } = process.cpuUsage(cpu);
  agent.destroy();
  return { ...done, seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
}

process.on('message', (order: SendOrder) => {
  void send(order).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
