import { describe, expect, it } from 'vitest';
import { readStatisticsState, statisticsParams } from './state.ts';

describe('the statistics in the address', () => {
  it('are of 30 days up to now where it says nothing, or nonsense', () => {
    const fresh = { days: 30, until: null, isTable: false };
    expect(readStatisticsState(new URLSearchParams())).toEqual(fresh);
    expect(readStatisticsState(new URLSearchParams('days=4&until=soon&view=x'))).toEqual(fresh);
    expect(statisticsParams(fresh)).toEqual({});
  });

  it('come back as they were written', () => {
    const state = { days: 7, until: '2024-05-08T23:59:59.999Z', isTable: true };
    expect(readStatisticsState(new URLSearchParams(statisticsParams(state)))).toEqual(state);
  });
});
