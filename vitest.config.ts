import { defineConfig } from 'vitest/config';

/** One set-up for every package: tests run from source, nothing is built first. */
export default defineConfig({
  resolve: { conditions: ['@flowprof/source'] },
  ssr: { resolve: { conditions: ['@flowprof/source'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
