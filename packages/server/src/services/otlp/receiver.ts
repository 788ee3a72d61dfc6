import { rejectionText } from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';
import type { ThreadPool } from '../threads/pool.ts';
import type { Held } from './byte-budget.ts';
import { ByteBudget } from './byte-budget.ts';
import type { OtlpIntake } from './intake.ts';
import type { OtlpEncoding } from './encoding.ts';
import { readSpans } from './read.ts';

/** The largest request that is read, in bytes, as it comes and once unpacked: as much as collectors take. */
export const MAX_REQUEST_BYTES = 20 * 1024 * 1024;

const MIB = 1024 * 1024;

/** What is in memory of requests at once. */
const LIMITS = { total: 256 * MIB, workspace: 96 * MIB };

/** What became of the spans of a request that was answered. */
export interface Exported {
  readonly rejected: number;
  /** Why some were rejected; null where none was. */
  readonly message: string | null;
}

/** Takes requests of OpenTelemetry's exporters, whatever they came by. */
export class OtlpReceiver {
  readonly #intake: OtlpIntake;
  readonly #pool: ThreadPool;
  readonly #budget = new ByteBudget(LIMITS);

  constructor(intake: OtlpIntake, pool: ThreadPool) {
    this.#intake = intake;
    this.#pool = pool;
  }

  /** Counts what a request of a workspace holds in memory. */
  hold(workspaceId: string): Held {
    return this.#budget.open(workspaceId);
  }

  /**
   * Reads a request and keeps its spans; those that are wrong are counted.
   * @throws {ApiError} `bad_request`, `malformed_json` and the like when it cannot be read
   * @throws {ApiError} `overloaded` and the like, {StoreError}: the same request may be sent again
   */
  async receive(tenant: TenantStore, bytes: Uint8Array, encoding: OtlpEncoding): Promise<Exported> {
    const { spans, rejected, isRedacted } = await readSpans(bytes, encoding, this.#pool);
    const kept =
      spans.length === 0 ? { rejected: 0, reason: null } : await this.#intake.accept(tenant, spans, isRedacted);
    const reasons = [rejectionText(rejected), kept.reason].filter((reason) => reason !== null);
    return { rejected: rejected.count + kept.rejected, message: reasons.length === 0 ? null : reasons.join('; ') };
  }
}
