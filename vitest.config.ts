import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** One set-up for every package: tests run from source, nothing is built first. */
export default defineConfig({
  resolve: { conditions: ['@flowprof/source'] },
  ssr: { resolve: { conditions: ['@flowprof/source'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
    pool: 'forks',
    // Most files wait for a database or a process most of the time: one at a time would leave two processors idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Real servers give lost work to others after some seconds, and two processors are shared by all of it.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
