import type { Clock } from '@flowprof/model';
import type { Store, TemporalLoad } from '@flowprof/store';

const NONE: TemporalLoad = { connections: 0, failingConnections: 0, waiting: 0, oldestDueAt: null, failing: 0 };

/** What is to be synced from Temporal in all workspaces; nothing where the database cannot say it now. */
export async function measureTemporal(
  store: Pick<Store, 'temporalLoad'>,
  clock: Clock,
): Promise<TemporalLoad & { readonly oldestSeconds: number }> {
  const load = await store.temporalLoad().catch(() => NONE);
  const { oldestDueAt } = load;
  return { ...load, oldestSeconds: oldestDueAt === null ? 0 : Math.max(0, clock.now() - oldestDueAt) / 1e6 };
}
