import type { EpochMicros, PriceTable } from '@flowprof/model';
import type { KeptPrices, TenantStore } from '@flowprof/store';
import { priceTableShape } from '../http/shapes/prices.ts';

/** The price list of a workspace. */
export interface WorkspacePrices {
  readonly table: PriceTable;
  readonly updatedAt: EpochMicros;
}

/** A price list as it is kept; null where there is none, or one of another time that this version cannot read. */
export function readPrices(kept: KeptPrices | null): WorkspacePrices | null {
  const table = priceTableShape.safeParse(kept?.prices);
  return kept !== null && table.success ? { table: table.data, updatedAt: kept.updatedAt } : null;
}

/** The price list of a workspace; null where it has none. */
export async function pricesOf(tenant: TenantStore): Promise<WorkspacePrices | null> {
  return readPrices(await tenant.getPrices());
}
