import { toEpochMicros, uuidv7, type Clock, type RandomBytes } from '@flowprof/model';
import type { Database } from '../database.ts';
import { insertSegments, noteMaker, type SegmentRow } from '../queries/insert-segments.ts';
import type { NewSegment } from './api.ts';
import { writeHeads } from './heads.ts';

/** How many segments, and how many bytes of them, go into one transaction at most; one always does. */
const MAX_SEGMENTS = 64;
const MAX_BYTES = 8 * 1024 * 1024;

interface Waiting {
  readonly row: SegmentRow;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface SegmentWriterOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/**
 * Commits segments. One transaction of a workspace is under way at a time; what comes meanwhile goes into the next one
 * together, so that the disk is waited for once. Whoever sends bounds what waits.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  /** By workspace; a workspace is in it while a transaction of its is under way. */
  readonly #waiting = new Map<string, Waiting[]>();
  /** Workspaces that are known to take in spans. */
  readonly #noted = new Set<string>();

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  /** Resolves once the segment is durable. */
  write(workspaceId: string, { spanCount, traces, data }: NewSegment): Promise<void> {
    const { clock, random } = this.#options;
    const row = { id: uuidv7(clock.now(), random), spanCount, traces: writeHeads(traces), data };
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(workspaceId);
      const one = { row, resolve, reject };
      if (waiting !== undefined) {
        waiting.push(one);
        return;
      }
      const first = [one];
      this.#waiting.set(workspaceId, first);
      void this.#drain(workspaceId, first);
    });
  }

  async #drain(workspaceId: string, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      try {
        await this.#commit(
          workspaceId,
          group.map(({ row }) => row),
        );
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#waiting.delete(workspaceId);
  }

  async #commit(workspaceId: string, rows: readonly SegmentRow[]): Promise<void> {
    const { database, clock } = this.#options;
    const insert = insertSegments(workspaceId, rows, toEpochMicros(clock.now()));
    const note = this.#noted.has(workspaceId) ? [] : [noteMaker(workspaceId)];
    await database.inOneTrip(workspaceId, ...note, ...insert);
    this.#noted.add(workspaceId);
  }
}

function takeGroup(waiting: Waiting[]): Waiting[] {
  let [count, bytes] = [0, 0];
  for (const { row } of waiting) {
    bytes += row.data.byteLength;
    if (count > 0 && (count === MAX_SEGMENTS || bytes > MAX_BYTES)) break;
    count++;
  }
  return waiting.splice(0, count);
}
