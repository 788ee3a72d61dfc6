/** An engine that reports to a server which is killed with SIGKILL again and again, and what was stored of it. */
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { SeededRandom } from '../src/demo/random.ts';
import { ServerProcess } from './server-process.ts';

/** What was found after a kill. */
export interface KilledIngest {
  /** Callbacks that were answered before the kill, and those that were on their way. */
  readonly acknowledged: number;
  readonly unanswered: number;
  /** Callbacks that were answered and of which something is not stored. */
  readonly lost: readonly string[];
  /** Executions that are not what they ought to be once everything has been sent again. */
  readonly different: readonly string[];
  /** From the start of the next process to its first answer. */
  readonly readyAfterMs: number;
}

const HEADERS = { 'x-workspace-slug': 'kills' };
const STARTED = '2026-11-29T10:00:00Z';
/** After how many answers a server is killed at most, and how long after the last of them. */
const MOST_ANSWERS = 60;
const LONGEST_MS = 30;
/** How many callbacks are on their way at once. */
const AT_ONCE = 4;
const NODES = 4;

const summary = z.looseObject({ rejected: z.int() });
const listed = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });

interface Span {
  readonly id: string;
  readonly children?: readonly Span[] | undefined;
}
const span: z.ZodType<Span> = z.lazy(() => z.looseObject({ id: z.string(), children: z.array(span).optional() }));
const chart = z.looseObject({ spans: z.array(span) });

/** A callback with the ids of the spans that are stored once it is. */
interface Sent {
  readonly execution: string;
  readonly body: object;
  readonly spans: readonly string[];
}

/** An execution as its engine reports it. */
function callbacksOf(execution: string): Sent[] {
  const about = { execution_id: execution, workflow: 'killed', started_at: STARTED };
  const nodes = Array.from({ length: NODES }, (_, at) => {
    const key = `n${at}`;
    const phases = ['queue_wait', 'http_request'].map((name, place) => {
      return { id: `${key}-${name}`, name, start_ms: at * 100 + place * 20, duration_ms: 20 + place * 50 };
    });
    const result = { node_key: key, span_id: key, status: 'completed', start_ms: at * 100, duration_ms: 95 };
    const body = { ...about, results: [{ ...result, spans: phases }] };
    return { execution, body, spans: [key, ...phases.map(({ id }) => id)] };
  });
  const finished = { ...about, finished: { status: 'completed', duration_ms: NODES * 100 } };
  return [{ execution, body: about, spans: [] }, ...nodes, { execution, body: finished, spans: [] }];
}

function idsIn(spans: readonly Span[]): string[] {
  return spans.flatMap(({ id, children = [] }) => [id, ...idsIn(children)]);
}

class KillSeries {
  readonly #dataDir: string;
  readonly #random: SeededRandom;
  #server: ServerProcess;
  /** What an execution is that was reported without any kill. */
  #reference = '';
  #count = 0;

  constructor(dataDir: string, random: SeededRandom, server: ServerProcess) {
    this.#dataDir = dataDir;
    this.#random = random;
    this.#server = server;
  }

  async begin(): Promise<void> {
    await this.#server.call('/api/workspaces', { json: { slug: 'kills', name: 'Kills' } });
    for (const one of callbacksOf('reference')) await this.#send([one]);
    this.#reference = await this.#chartOf('reference');
  }

  async run(): Promise<KilledIngest> {
    const left: Sent[] = [];
    const sent: Sent[] = [];
    const acknowledged: Sent[] = [];
    const wanted = this.#random.integer(1, MOST_ANSWERS);
    const answers = new EventEmitter();
    const enough = once(answers, 'enough');
    const state = { isDead: false };
    const work = async (): Promise<void> => {
      while (!state.isDead) {
        if (left.length === 0) left.push(...this.#shuffled(callbacksOf(`execution ${this.#count++}`)));
        const some = left.splice(0, 1 + this.#random.integer(0, 2));
        sent.push(...some);
        if (!(await this.#send(some).catch(() => false))) return;
        acknowledged.push(...some);
        if (acknowledged.length >= wanted) answers.emit('enough');
      }
    };
    const working = Array.from({ length: AT_ONCE }, work);
    await enough;
    await sleep(this.#random.integer(0, LONGEST_MS));
    await this.#server.kill();
    state.isDead = true;
    await Promise.all(working);
    const from = performance.now();
    this.#server = await ServerProcess.start(this.#dataDir, 'http://127.0.0.1:9');
    const lost = await this.#lost(acknowledged);
    const readyAfterMs = performance.now() - from;
    // What was not answered is sent again, and so is some of what was.
    for (const one of this.#shuffled([...sent, ...left])) await this.#send([one]);
    const different: string[] = [];
    for (const execution of new Set([...sent, ...left].map((one) => one.execution))) {
      if ((await this.#chartOf(execution)) !== this.#reference) different.push(execution);
    }
    return {
      acknowledged: acknowledged.length,
      unanswered: sent.length - acknowledged.length,
      lost,
      different,
      readyAfterMs,
    };
  }

  async end(): Promise<void> {
    await this.#server.kill();
  }

  /** The callbacks of which something is missing. */
  async #lost(acknowledged: readonly Sent[]): Promise<string[]> {
    const stored = new Map<string, ReadonlySet<string>>();
    const lost: string[] = [];
    for (const { execution, spans } of acknowledged) {
      const known =
        stored.get(execution) ?? new Set(idsIn(chart.parse(JSON.parse(await this.#chartOf(execution))).spans));
      stored.set(execution, known);
      const missing = spans.filter((id) => !known.has(id));
      if (missing.length > 0) lost.push(`${execution}: ${missing.join(', ')}`);
    }
    return lost;
  }

  async #send(callbacks: readonly Sent[]): Promise<boolean> {
    const json = { callbacks: callbacks.map(({ body }) => body) };
    const { status, body } = await this.#server.call('/api/v1/callbacks', { headers: HEADERS, json });
    return status === 200 && summary.parse(body).rejected === 0;
  }

  /** The flame chart of an execution, without what tells it from others. */
  async #chartOf(execution: string): Promise<string> {
    const query = new URLSearchParams({ external_id: execution });
    const list = await this.#server.call(`/api/v1/workspaces/kills/executions?${query.toString()}`);
    const [found] = listed.parse(list.body).items;
    if (!found) return '{"spans":[]}';
    const { text } = await this.#server.call(`/api/v1/workspaces/kills/executions/${found.id}/flame-chart`);
    return text.replaceAll(found.id, 'id');
  }

  #shuffled<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = this.#random.integer(0, at);
      const [a, b] = [shuffled[at], shuffled[other]];
      if (a !== undefined && b !== undefined) [shuffled[at], shuffled[other]] = [b, a];
    }
    return shuffled;
  }
}

/** Kills a server so often while an engine reports to it; each time another one goes on with its data. */
export async function runCallbackKills(
  kills: number,
  random: SeededRandom,
  onKill: (found: KilledIngest) => void,
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-callback-kills-'));
  const series = new KillSeries(dataDir, random, await ServerProcess.start(dataDir, 'http://127.0.0.1:9'));
  try {
    await series.begin();
    for (let kill = 0; kill < kills; kill++) onKill(await series.run());
  } finally {
    await series.end();
    await rm(dataDir, { recursive: true, force: true });
  }
}
