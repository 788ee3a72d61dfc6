// Reports what an engine runs to flowprof: copy `Reporter` into your engine. Node 20, no dependencies.
//   node examples/callbacks/report.mjs [http://127.0.0.1:7420]       (FLOWPROF_API_KEY, FLOWPROF_WORKSPACE: one of several)
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Sends callbacks in batches, in the background, and again until they are stored: the same twice does no harm. */
export class Reporter {
  #options;
  #queue = [];
  /** @type {Promise<void> | null} */
  #sending = null;

  constructor(options) {
    this.#options = { batch: 200, waitMs: 100, queue: 100_000, attempts: 8, fetch, log: console.error, ...options };
  }

  /** Never throws and never waits: reporting must not hold up what it reports. */
  report(callback) {
    if (this.#queue.length >= this.#options.queue) this.#options.log('flowprof: the queue is full');
    else this.#queue.push(callback);
    this.#sending ??= sleep(this.#options.waitMs).then(() => this.#sendAll());
  }

  /** Resolves once all that was reported is stored or given up: call it before the process ends. */
  async flush() {
    while (this.#sending !== null) await this.#sending;
  }

  async #sendAll() {
    while (this.#queue.length > 0) await this.#send(this.#queue.splice(0, this.#options.batch));
    this.#sending = null;
  }

  async #send(callbacks) {
    const { url, key, workspace, attempts, log } = this.#options;
    const headers = { 'content-type': 'application/json' };
    if (workspace) headers['x-workspace-slug'] = workspace;
    if (key) headers.authorization = `Bearer ${key}`;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const answer = await this.#options
        .fetch(`${url}/api/v1/callbacks`, { method: 'POST', headers, body: JSON.stringify({ callbacks }) })
        .catch(() => null);
      if (answer?.ok) {
        const { rejections } = await answer.json();
        for (const { pointer, detail } of rejections) log(`flowprof: ${pointer} ${detail}`);
        return;
      }
      // Whatever passes by itself is tried again: no answer, too many requests, the database away, a full disk.
      const passes = !answer || [429, 502, 503, 504, 507].includes(answer.status);
      if (!passes) {
        log(`flowprof: ${answer.status} ${await answer.text()}`);
        return;
      }
      const told = Number(answer?.headers.get('retry-after')) * 1000;
      await sleep(told || Math.min(10_000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2));
    }
    log(`flowprof: gave up on ${callbacks.length} callbacks`);
  }
}

/** A toy engine: two nodes, one after the other, each with the phases that an engine knows of. */
async function runOrder(reporter) {
  const about = { execution_id: randomUUID(), workflow: 'example_order', source: 'example-engine' };
  const started = Date.now();
  const at = () => Math.max(0, Date.now() - started);
  about.started_at = new Date(started).toISOString();
  const nodes = [
    { key: 'charge', type: 'http' },
    { key: 'ship', type: 'http', depends_on: ['charge'] },
  ];
  reporter.report({ ...about, nodes });
  for (const { key } of nodes) {
    const [start_ms, spans] = [at(), []];
    for (const [name, ms] of Object.entries({ queue_wait: 20, expression_eval: 5, http_request: 60, callback: 10 })) {
      const from = at();
      await sleep(ms);
      spans.push({ name, start_ms: from, duration_ms: at() - from });
    }
    const output = { status: 200 };
    const result = { node_key: key, status: 'completed', start_ms, duration_ms: at() - start_ms, output, spans };
    reporter.report({ ...about, results: [result] });
  }
  reporter.report({ ...about, finished: { status: 'completed', duration_ms: at() } });
  return about.execution_id;
}

if (process.argv[1]?.endsWith('report.mjs')) {
  const { FLOWPROF_API_KEY: key, FLOWPROF_WORKSPACE: workspace } = process.env;
  const reporter = new Reporter({ url: process.argv[2] ?? 'http://127.0.0.1:7420', key, workspace });
  const id = await runOrder(reporter);
  await reporter.flush();
  console.log(id);
}
