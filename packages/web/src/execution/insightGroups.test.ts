import { asMicros, type Insight, type JsonObject, type Severity } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { factsOf, groupInsights, stretchOf } from './insightGroups.ts';

function insight(rule: string, severity: Severity, evidence: JsonObject = {}): Insight {
  return { rule, severity, title: rule, advice: 'Do it.', gain: asMicros(1000), evidence };
}

describe('insights', () => {
  it('stand together by how much they matter', () => {
    const groups = groupInsights([insight('a', 'high'), insight('b', 'low'), insight('c', 'high')]);
    expect(groups.map(({ title, insights }) => [title, insights.map(({ rule }) => rule)])).toEqual([
      ['Changes most', ['a', 'c']],
      ['Smaller things', ['b']],
    ]);
    expect(groupInsights([])).toEqual([]);
  });

  it('have their numbers in words, without ids', () => {
    const evidence = {
      time_ms: 1500,
      percent_of_makespan: 12.5,
      utilisation_percent: 40,
      attempts: 1200,
      body_bytes: 2000,
      cause: 'rate_limit',
      name: null,
      span_id: 'x',
      node_key: 'n',
      from_ms: 1,
    };
    expect(factsOf({ evidence })).toEqual([
      ['time', '1.5 s'],
      ['part of makespan', '12.5%'],
      ['utilisation', '40%'],
      ['attempts', '1,200'],
      ['body bytes', '2 kB'],
      ['cause', 'rate limit'],
    ]);
  });

  it('lead to the stretch of time that they speak of', () => {
    expect(stretchOf({ evidence: { from_ms: 1, to_ms: 2.5 } })).toEqual({ start: 1000, end: 2500 });
    expect(stretchOf({ evidence: { from_ms: 3, to_ms: 2 } })).toBeNull();
    expect(stretchOf({ evidence: {} })).toBeNull();
  });
});
