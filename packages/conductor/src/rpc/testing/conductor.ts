import { createHash } from 'node:crypto';
import { toEpochMicros } from '@flowprof/model';
import { z } from 'zod';
import { createConductor, type Conductor } from '../../conductor.ts';
import type { ExecutionResult, RunOptions } from '../../types.ts';

/** 2024-01-15T10:00:00Z. */
const START = 1_705_312_800_000_000;

/** A promise that is settled from outside. */
export class Settled {
  readonly promise: Promise<void>;
  #resolve: (() => void) | null = null;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  settle(): void {
    this.#resolve?.();
  }
}

/** What lets nodes of type `hold` go on. */
export interface Gate {
  readonly opened: Promise<void>;
  /** Resolves once a node waits. */
  readonly reached: Promise<void>;
  open(): void;
  reach(): void;
}

export function createGate(): Gate {
  const [opened, reached] = [new Settled(), new Settled()];
  return {
    opened: opened.promise,
    reached: reached.promise,
    open: () => opened.settle(),
    reach: () => reached.settle(),
  };
}

/**
 * A conductor whose clock counts how often it is asked, so that the same workflow gives the same trace in any thread or
 * process: `tick` reports its progress `count` times, `hold` waits for the gate or its signal.
 */
export function countingConductor(gate: Gate = createGate()): Conductor {
  let asked = 0;
  let drawn = 0;
  const conductor = createConductor({
    clock: { now: () => toEpochMicros(START + asked++) },
    random: (into) => into.fill(++drawn % 256),
  });
  conductor.register('tick', {
    params: z.strictObject({ count: z.int() }),
    phase: 'execute',
    run: ({ count }, context) => {
      for (let at = 1; at <= count; at++) context.progress((100 * at) / count, `step ${at}`);
      return count;
    },
  });
  conductor.register('hold', {
    params: z.strictObject({}),
    phase: 'execute',
    run: async (_, { signal }) => {
      gate.reach();
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('held no longer')), { once: true });
      });
      await Promise.race([gate.opened, aborted]);
      return 'held';
    },
  });
  return conductor;
}

/** Typed arrays and maps as plain values and objects with their keys in order, so that JSON shows what is equal. */
function plain(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Object.values(value);
  if (value instanceof Map) return [...value];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A digest of everything in a result, to compare results of different processes by. */
export function digestOf(result: ExecutionResult): string {
  return createHash('sha256').update(JSON.stringify(result, plain)).digest('hex');
}

/** The conductor, showing each result, with the options of its run, before it goes anywhere. */
export function watched(
  conductor: Conductor,
  see: (result: ExecutionResult, options: RunOptions | undefined) => void,
): Pick<Conductor, 'node'> {
  return {
    node: {
      run: async (definition, options) => {
        const result = await conductor.node.run(definition, options);
        see(result, options);
        return result;
      },
    },
  };
}
