import type { OtlpSpans } from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';

/** What became of spans that were sent. Both together are all of them. */
export interface Accepted {
  /** They are durable. */
  readonly accepted: number;
  /** They are not kept, and are not to be sent again. */
  readonly rejected: number;
  /** Why, in a sentence; null where none was rejected. */
  readonly reason: string | null;
}

/** Takes in spans that other programs send. */
export interface OtlpIntake {
  /**
   * Keeps spans: what it resolves with is committed. The same spans again change nothing, so that a sender who got no
   * answer may send them again.
   * @param isRedacted whether secrets are struck out of them already, which takes long for many
   * @throws {ApiError} `overloaded` while more waits than there is room for: the same may be sent again after a while
   * @throws {StoreError} `database_unavailable`, `database_timeout`, `disk_full`: likewise
   */
  accept(tenant: TenantStore, spans: OtlpSpans, isRedacted: boolean): Promise<Accepted>;
}
