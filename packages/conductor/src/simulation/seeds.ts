import { env } from 'node:process';
import { expect, test } from 'vitest';
import { problemsOf } from './check.ts';

/** How many seeds a file of tests runs through; there are four, which run side by side. */
const SHARD = 2500;
/** After so many that fail, the rest is not looked at. */
const MAX_SHOWN = 3;

async function failuresOf(seeds: Iterable<number>): Promise<string> {
  const shown: string[] = [];
  for (const seed of seeds) {
    const problems = await problemsOf(seed);
    if (problems === '') continue;
    shown.push(
      `${problems}\nreplay it: FLOWPROF_SEED=${seed} npx vitest run packages/conductor/src/simulation/seeds-1`,
    );
    if (shown.length === MAX_SHOWN) break;
  }
  return shown.join('\n\n');
}

function* shardOf(number: number): Iterable<number> {
  for (let seed = (number - 1) * SHARD; seed < number * SHARD; seed++) yield seed;
}

/** The tests of one file: its share of the seeds, or only the one that the environment names. */
export function testSeeds(shard: number): void {
  const only = env['FLOWPROF_SEED'];
  const seeds = only === undefined ? shardOf(shard) : shard === 1 ? [Number(only)] : [];
  test(`seeds, part ${shard}`, { timeout: 600_000 }, async () => {
    expect(await failuresOf(seeds)).toBe('');
  });
}

/** A test that goes through seeds that once failed, each for what it showed. */
export function testKnownSeeds(seeds: readonly (readonly [seed: number, shows: string])[]): void {
  test.each(seeds)('seed %i: %s', async (seed) => {
    expect(await failuresOf([seed])).toBe('');
  });
}
