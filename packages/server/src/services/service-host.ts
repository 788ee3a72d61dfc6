import type { JsonObject } from '@flowprof/model';

/** Services that a run holds until it calls `release`. */
export interface HeldServices {
  /** What `services.<name>` means in the workflow's expressions, e.g. `{ demo: { url: 'http://127.0.0.1:4100' } }`. */
  readonly services: Readonly<Record<string, JsonObject>>;
  /** The `host:port` pairs of these services, which the run may reach although they are private. */
  readonly allow: readonly string[];
  /** Gives the services back; may be called more than once. */
  release(): void;
}

/** Starts the helper services that workflows ask for by name, and shares each between the runs that hold it. */
export interface ServiceHost {
  /** Resolves when all are reachable. Rejects when one is unknown or does not start. */
  acquire(names: readonly string[]): Promise<HeldServices>;
}
