import {
  isTerminal,
  predictRun,
  since,
  type Clock,
  type Micros,
  type RunPrediction,
  type WhatIfChange,
} from '@flowprof/model';
import type { Execution, PackedTrace, TenantStore } from '@flowprof/store';
import { packTrace, unpackTrace } from '@flowprof/store/blob';
import { ApiError, notFound } from '../../http/errors.ts';
import type { ThreadPool } from '../threads/pool.ts';
import { answerWhatIf, type WhatIfRefusal, type WhatIfWork } from './answer.ts';

/** What a client asks. */
export interface WhatIfRequest {
  readonly changes: readonly WhatIfChange[];
  readonly suggest: boolean;
  readonly chart: boolean;
  /** How many runs of the workflow the changes are made to, this one among them. */
  readonly runs: number;
}

/** A trace of more spans is worked on in a thread: a what-if takes about twice as long as a profile. */
const INLINE_SPANS = 1000;

/** How many executions are looked at for each run that is wanted. */
const LOOKED_AT = 2;

function impossible({ code, detail, position }: WhatIfRefusal): ApiError {
  const pointer = position === null ? '/changes' : `/changes/${position}`;
  return new ApiError('impossible_change', detail, { errors: [{ pointer, code, detail }] });
}

/** How far an execution that runs has come; null for one that has ended, or whose source left it so. */
function nowOf({ status, trigger, startedAt }: Execution, clock: Clock): Micros | null {
  return isTerminal(status) || trigger === 'import' || startedAt === null ? null : since(startedAt, clock.now());
}

/** Predicts what executions would have taken. Large ones are simulated in threads. */
export class WhatIfs {
  readonly #pool: ThreadPool;
  readonly #clock: Clock;

  constructor(pool: ThreadPool, clock: Clock) {
    this.#pool = pool;
    this.#clock = clock;
  }

  /**
   * The answer as JSON in UTF-8.
   * @throws {ApiError} `impossible_change` when a change names what is not there; `not_found` when the execution has gone
   */
  async answer(tenant: TenantStore, execution: Execution, request: WhatIfRequest): Promise<Uint8Array> {
    const packed = await this.#packed(tenant, execution.id);
    if (packed === null) throw notFound();
    const others = request.runs > 1 ? await this.#others(tenant, execution, request) : null;
    const { changes, suggest, chart } = request;
    const now = nowOf(execution, this.#clock);
    return this.#make(packed, { changes, suggest, chart, executionId: execution.id, now, others });
  }

  async #make(packed: PackedTrace, work: WhatIfWork): Promise<Uint8Array> {
    if (packed.spanCount <= INLINE_SPANS) {
      const made = answerWhatIf(await unpackTrace(packed), work);
      if ('refusal' in made) throw impossible(made.refusal);
      return Buffer.from(JSON.stringify(made.answer), 'utf8');
    }
    return this.#pool.use(async (ask) => {
      const result = await ask({ type: 'what_if', trace: packed, ask: work });
      if (result.type === 'impossible') throw impossible(result.refusal);
      if (result.type !== 'json') throw new Error(`a thread answered ${result.type}`);
      return result.bytes;
    });
  }

  /** The same changes made to the other executions of the workflow that have completed, the newest first. */
  async #others(tenant: TenantStore, { id, workflowId }: Execution, { runs, changes }: WhatIfRequest) {
    const { items } = await tenant.listExecutions({
      workflowId,
      statuses: ['completed'],
      skip: 0,
      limit: Math.min(100, runs * LOOKED_AT),
    });
    const found: RunPrediction[] = [];
    let skipped = 0;
    for (const other of items) {
      if (found.length === runs - 1) break;
      if (other.id === id) continue;
      const packed = await this.#packed(tenant, other.id);
      const run = packed && (await this.#predict(packed, changes));
      if (run) found.push(run);
      else skipped++;
    }
    return { runs: found, skipped };
  }

  async #predict(packed: PackedTrace, changes: readonly WhatIfChange[]): Promise<RunPrediction | null> {
    if (packed.spanCount <= INLINE_SPANS) return predictRun(await unpackTrace(packed), changes);
    return this.#pool.use(async (ask) => {
      const result = await ask({ type: 'predict_run', trace: packed, changes });
      if (result.type !== 'prediction') throw new Error(`a thread answered ${result.type}`);
      return result.run;
    });
  }

  /** The trace of an execution, packed; null where there is none. */
  async #packed(tenant: TenantStore, id: string): Promise<PackedTrace | null> {
    const packed = await tenant.getPackedTrace(id);
    if (packed !== null) return packed;
    const trace = await tenant.getTrace(id);
    return trace && packTrace(trace);
  }
}
