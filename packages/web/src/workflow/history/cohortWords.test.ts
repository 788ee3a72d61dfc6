import { describe, expect, it } from 'vitest';
import { cohortSentences, countedRuns } from './cohortWords.ts';
import type { Cohorts } from './types.ts';

const nothing: Cohorts = {
  kind: 'quantile',
  worse: { runs: 9, median: 900 },
  others: { runs: 9, median: 600 },
  labels: [],
  correlations: [],
  failingNodes: [],
  incomplete: 0,
};

describe('what slow runs have in common', () => {
  it('is said of each label, number and node', () => {
    const label = { label: 'input.mode', value: 'full', worse: 9, others: 1, worsePercent: 100, othersPercent: 11.1 };
    expect(
      cohortSentences({
        ...nothing,
        labels: [label, { ...label, value: 'quick', worsePercent: 0, othersPercent: 88.9 }],
        correlations: [{ label: 'input.items.length', rho: 0.7 }],
      }),
    ).toEqual([
      'Slow runs have input mode “full” more often: 100% of them, 11% of the fast runs.',
      'Slow runs have input mode “quick” less often: 0% of them, 89% of the fast runs.',
      'The larger the input items, its length, the longer a run takes.',
    ]);
    const failing = { ...nothing, kind: 'failure', failingNodes: [{ id: 'a', name: 'Charge', worse: 3 }] };
    expect(cohortSentences(failing)).toEqual(['Charge failed in 3 of them.']);
  });
  it('counts one run as one', () => {
    expect(countedRuns(1, 'slow runs')).toBe('1 slow run');
    expect(countedRuns(1, 'runs that completed')).toBe('1 run that completed');
    expect(countedRuns(2, 'runs before it')).toBe('2 runs before it');
  });
});
