import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toEpochMicros, type Clock, type RandomBytes } from '@flowprof/model';
import { StoreError } from '../errors.ts';
import type { StoreLogEvent } from '../log.ts';

/** The machine's clock in whole microseconds. */
export const testClock: Clock = {
  now: () => toEpochMicros((performance.timeOrigin + performance.now()) * 1000),
};

export const testRandom: RandomBytes = (into) => randomFillSync(into);

/** A new empty folder, and how to remove it. It is closed to others, as `mktemp -d` makes it. */
export async function temporaryFolder(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'store-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Keeps log events, and lets a test wait for one. */
export class LogBook {
  readonly events: StoreLogEvent[] = [];
  readonly #waiting: { type: StoreLogEvent['type']; resolve: () => void }[] = [];

  readonly log = (event: StoreLogEvent): void => {
    this.events.push(event);
    for (const waiting of this.#waiting.filter((one) => one.type === event.type)) waiting.resolve();
  };

  /** Resolves at the next event of a type. */
  next(type: StoreLogEvent['type']): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ type, resolve });
    });
  }

  types(): string[] {
    return this.events.map((event) => event.type);
  }
}

/** The code of the store's error that something is refused with; `none` where it is not. */
export async function codeOfRejection(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}
