import { expect, it } from 'vitest';
import { findTemporal } from '../../../../../../scripts/lib/temporal.mjs';
import { runChaos, type Victim } from '../../../../testing/temporal/chaos.ts';
import { seededRandom, seedOf } from '../../../demo/random.ts';

const ALL: readonly Victim[] = ['worker', 'server', 'temporal'];

// A short form of `npm run kills:temporal -w flowprof`.
it.skipIf(findTemporal() === null).each(['in_process', 'temporal'] as const)(
  'nothing is lost or doubled when server, worker and Temporal are killed, coordinated %s',
  async (coordinator) => {
    const random = seededRandom(seedOf(`killed ${coordinator}`));
    const { killed, started, compared, badSystemRuns } = await runChaos({
      kills: ALL.length,
      victims: ALL,
      random,
      coordinator,
      executions: 5,
      zoo: false,
    });
    expect(killed).toEqual(ALL);
    expect(started).toBe(5);
    expect(compared.faults).toEqual([]);
    // One of each kind that were started, their children, and the runs that went on from others.
    expect(compared.executions).toBe(12);
    expect(badSystemRuns).toEqual([]);
  },
  400_000,
);
