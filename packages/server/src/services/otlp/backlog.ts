import type { Clock } from '@flowprof/model';
import type { Store } from '@flowprof/store';

/** What waits to become executions, of all workspaces together. */
export interface Backlog {
  readonly spans: number;
  readonly bytes: number;
  /** For how long the oldest has waited; 0 when nothing waits. */
  readonly oldestSeconds: number;
}

/** What waits to become executions; nothing where the database cannot say it now. */
export async function measureBacklog(
  store: Pick<Store, 'listOtlpWorkspaces' | 'tenant'>,
  clock: Clock,
): Promise<Backlog> {
  let [spans, bytes, oldestSeconds] = [0, 0, 0];
  try {
    for (const workspaceId of await store.listOtlpWorkspaces()) {
      const found = await store.tenant(workspaceId).otlp.backlog();
      spans += found.spans;
      bytes += found.bytes;
      if (found.oldestAt !== null) oldestSeconds = Math.max(oldestSeconds, (clock.now() - found.oldestAt) / 1_000_000);
    }
  } catch {
    return { spans: 0, bytes: 0, oldestSeconds: 0 };
  }
  return { spans, bytes, oldestSeconds };
}
