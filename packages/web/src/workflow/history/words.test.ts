import { describe, expect, it } from 'vitest';
import type { Attribution, Change, HistoryRun, Regression } from './types.ts';
import {
  bandsSentence,
  changeSentence,
  formatDifference,
  formatShare,
  mainPart,
  runFacts,
  verdictWords,
} from './words.ts';

const attribution: Attribution = {
  difference: 220,
  rest: 1,
  nodes: [
    {
      id: 'charge',
      name: 'Charge',
      difference: 219,
      causes: [{ cause: 'work', group: 'work', difference: 219 }],
      attemptsBefore: 1,
      attemptsAfter: 1,
    },
  ],
};

const change: Change = {
  kind: 'step',
  isSlower: true,
  firstRun: 'e21',
  firstNumber: 21,
  before: 680,
  after: 900,
  shift: 220,
  low: 212,
  high: 227,
  percent: 32.35,
  attribution,
};

const regression: Regression = {
  against: { kind: 'last', version: null, baselineName: null },
  verdict: 'slower',
  isOfNode: false,
  referenceRuns: 19,
  candidateRuns: 20,
  makespan: change,
  nodes: [],
  attribution,
  firstBadRun: null,
  incomplete: 0,
};

describe('differences and shares', () => {
  it('have their sign', () => {
    expect([120, -1500, 0].map(formatDifference)).toEqual(['+120 ms', '−1.5 s', '0']);
  });
  it('are whole from ten on', () => {
    expect([4.54, 41.2, 10].map(formatShare)).toEqual(['4.5%', '41%', '10%']);
  });
});

describe('a change in words', () => {
  it('says since when, by how much, why, and how sure that is', () => {
    expect(changeSentence(change)).toBe(
      'Since #21, runs are slower by 32%: 900 ms instead of 680 ms, mostly Charge, +219 ms of work. ' +
        'The difference lies between +212 ms and +227 ms.',
    );
  });
  it('of a drift says from where it goes, and no more than is known', () => {
    const drift: Change = {
      ...change,
      kind: 'drift',
      isSlower: false,
      firstNumber: null,
      percent: null,
      attribution: null,
    };
    expect(changeSentence(drift)).toBe('Bit by bit from e21 on, runs are faster: 900 ms instead of 680 ms.');
  });
  it('tells of more attempts', () => {
    const [node] = attribution.nodes;
    if (!node) throw new Error('there is one');
    const nodes = [{ ...node, attemptsAfter: 2 }];
    expect(mainPart({ ...attribution, nodes })).toBe('mostly Charge, +219 ms of work, with more attempts than before');
    expect(mainPart({ ...attribution, nodes: [] })).toBeNull();
  });
});

describe('the verdict in words', () => {
  it('says who is slower than what, and why', () => {
    expect(verdictWords(regression)).toEqual({
      title: 'Slower',
      says: 'The newest 20 runs are slower than the 19 runs before by 32%: 900 ms instead of 680 ms, mostly Charge, +219 ms of work.',
    });
  });
  it('names the baseline', () => {
    const against = { kind: 'baseline', version: null, baselineName: 'spring' };
    const says = verdictWords({
      ...regression,
      against,
      verdict: 'unchanged',
      candidateRuns: 1,
      attribution: null,
    }).says;
    expect(says).toBe('The newest run is not slower than the baseline “spring”: 900 ms, before 680 ms.');
  });
  it('names the node that alone is slower', () => {
    const nodes = [{ ...change, id: 'mail', name: 'Mail' }];
    const says = verdictWords({ ...regression, isOfNode: true, nodes, attribution: null }).says;
    expect(says).toContain('slower than the 19 runs before in Mail by 32%');
  });
  it('says how many runs are needed where there are too few', () => {
    expect(verdictWords({ ...regression, verdict: 'unknown', makespan: null }).says).toContain('at least 11 runs');
  });
});

describe('runs in words', () => {
  const run: HistoryRun = {
    id: 'e1',
    number: 1,
    version: 2,
    status: 'completed',
    startedAt: null,
    makespan: 700,
    usual: null,
    percentile: null,
    isUnusual: false,
  };
  it('say no more of a run than is known', () => {
    expect(runFacts(run, null)).toEqual(['Completed', '700 ms', 'version 2']);
    expect(runFacts({ ...run, usual: 500, percentile: 100, isUnusual: true, version: null }, 'today')).toEqual([
      'Completed',
      'today',
      '700 ms',
      'usual 500 ms',
      'slower than 100% of those before it',
      'out of the usual',
    ]);
  });
  it('say how many completed, and where their durations lie', () => {
    expect(bandsSentence({ runs: [run], bands: null })).toBe('0 of 1 runs completed.');
    const bands = { runs: 1, min: 1, p10: 1, p50: 2, p90: 3, max: 4 };
    expect(bandsSentence({ runs: [run], bands })).toBe(
      'The one run completed. Half took at most 2 ms, nine of ten at most 3 ms; the fastest 1 ms, the slowest 4 ms.',
    );
  });
});
