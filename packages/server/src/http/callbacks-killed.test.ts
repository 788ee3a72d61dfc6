import { expect, it } from 'vitest';
import { runCallbackKills, type KilledIngest } from '../../testing/callback-kills.ts';
import { seededRandom, seedOf } from '../demo/random.ts';

it('callbacks that were answered survive the kill of the server, and the same again ends in the same', async () => {
  const all: KilledIngest[] = [];
  await runCallbackKills(3, seededRandom(seedOf('suite')), (found) => all.push(found));
  expect(all).toHaveLength(3);
  for (const { lost, different } of all) expect({ lost, different }).toEqual({ lost: [], different: [] });
  expect(all.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(0);
}, 180_000);
