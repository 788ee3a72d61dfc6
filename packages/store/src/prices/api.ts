import type { EpochMicros, JsonValue } from '@flowprof/model';

/** The price list of a workspace. */
export interface KeptPrices {
  /** As it was given. */
  readonly prices: JsonValue;
  readonly updatedAt: EpochMicros;
}
