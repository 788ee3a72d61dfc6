import type { Decode } from '@flowprof/ingest/temporal';
import { isJsonObject, type HistoryInfo, type JsonObject } from '@flowprof/model';
import type { KnownTemporalConnection, TemporalRun, TenantTemporal } from '@flowprof/store';
import type { ThreadPool } from '../threads/pool.ts';
import type { KeptHistory, MadeRun, RunWork, SealedPayload } from './making.ts';

/** How deep children are looked for, how many in all, and how large their histories may be together. */
const MAX_DEPTH = 8;
const MAX_CHILDREN = 500;
const MAX_CHILD_BYTES = 48 << 20;
/** What was decoded is remembered: a run that goes on is made again and again of the same payloads. */
const MOST_DECODED = 20_000;
const MOST_DECODED_CHARS = 32 << 20;

/** Payloads that a codec server gave back lately, by the data that they had before. */
class DecodedPayloads {
  readonly #known = new Map<string, JsonObject>();
  #chars = 0;

  get(key: string): JsonObject | undefined {
    return this.#known.get(key);
  }

  set(key: string, decoded: JsonObject): void {
    if (this.#known.has(key)) return;
    this.#known.set(key, decoded);
    this.#chars += key.length;
    while (this.#known.size > MOST_DECODED || this.#chars > MOST_DECODED_CHARS) {
      const [eldest] = this.#known.keys();
      if (eldest === undefined) return;
      this.#known.delete(eldest);
      this.#chars -= eldest.length;
    }
  }
}

async function partsOf(temporal: TenantTemporal, { connectionId, runId }: TemporalRun): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const { data } of temporal.readEvents(connectionId, runId)) parts.push(data);
  return parts;
}

function infoOf(connection: KnownTemporalConnection, { workflowId, runId, described }: TemporalRun): HistoryInfo {
  const pending = described?.['pendingActivities'];
  const pendingActivities = Array.isArray(pending) ? pending.filter(isJsonObject) : [];
  return { namespace: connection.namespace, workflowId, runId, pendingActivities };
}

/** Makes executions of what is kept of their runs. */
export class RunMaker {
  readonly #pool: Pick<ThreadPool, 'use'>;
  readonly #decoded = new DecodedPayloads();

  constructor(pool: Pick<ThreadPool, 'use'>) {
    this.#pool = pool;
  }

  /** @param decode asks the codec server; null where there is none @throws {TemporalError} `codec_failed` */
  async make(
    temporal: TenantTemporal,
    connection: KnownTemporalConnection,
    run: TemporalRun,
    decode: Decode | null,
  ): Promise<MadeRun> {
    const children = await this.#childrenOf(temporal, connection, run);
    const ids = [run.runId, ...children.map(({ runId }) => runId)];
    const [parts, attempts, joined] = await Promise.all([
      partsOf(temporal, run),
      temporal.attemptsOf(ids),
      temporal.joinedOf(run.runId),
    ]);
    const info = infoOf(connection, run);
    const { runId, workflowType } = run;
    const bare = { runId, info, parts, workflowType, children, attempts, joined };
    return this.#inThread(bare, decode);
  }

  /** Children, their children and so on, as far as there is something of them. */
  async #childrenOf(
    temporal: TenantTemporal,
    connection: KnownTemporalConnection,
    run: TemporalRun,
  ): Promise<readonly KeptHistory[]> {
    const found: KeptHistory[] = [];
    const seen = new Set([run.runId]);
    let bytes = 0;
    let parents = [run.runId];
    for (let depth = 0; depth < MAX_DEPTH && parents.length > 0; depth++) {
      const children = await temporal.childrenOf(run.connectionId, parents);
      parents = [];
      for (const child of children) {
        if (seen.has(child.runId) || child.checkpoint === 0) continue;
        if (found.length >= MAX_CHILDREN) return found;
        seen.add(child.runId);
        const parts = await partsOf(temporal, child);
        bytes += parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
        if (bytes > MAX_CHILD_BYTES) return found;
        found.push({ runId: child.runId, info: infoOf(connection, child), parts });
        parents.push(child.runId);
      }
    }
    return found;
  }

  async #inThread(bare: Omit<RunWork, 'decoded'>, decode: Decode | null): Promise<MadeRun> {
    const decoded = decode === null ? [] : await this.#decode(bare, decode);
    const result = await this.#pool.use((ask) => ask({ type: 'make_run', run: { ...bare, decoded } }));
    if (result.type !== 'made_run') throw new Error(`a thread answered ${result.type}`);
    return result.made;
  }

  /** Gives what the codec server makes of payloads that only it can read. */
  async #decode(
    { parts, children }: Omit<RunWork, 'decoded'>,
    decode: Decode,
  ): Promise<(readonly [string, JsonObject])[]> {
    const histories = [parts, ...children.map((child) => child.parts)];
    const result = await this.#pool.use((ask) => ask({ type: 'sealed_payloads', histories }));
    if (result.type !== 'sealed') throw new Error(`a thread answered ${result.type}`);
    const unknown = result.payloads.filter(({ data }) => this.#decoded.get(data) === undefined);
    await this.#ask(unknown, decode);
    return result.payloads.flatMap(({ data }) => {
      const opened = this.#decoded.get(data);
      return opened === undefined ? [] : [[data, opened] as const];
    });
  }

  async #ask(sealed: readonly SealedPayload[], decode: Decode): Promise<void> {
    if (sealed.length === 0) return;
    const opened = await decode(sealed);
    for (const [i, { data }] of sealed.entries()) {
      const payload = opened[i];
      if (payload !== undefined) this.#decoded.set(data, { ...payload });
    }
  }
}
