import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTrace } from '../../../testing/any-trace.ts';
import { analyseTrace } from '../analyse.ts';
import { readRunSummary } from './read-summary.ts';
import { summariseRun } from './run-summary.ts';

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('a summary that has gone through JSON', () => {
  it('is what it was, of any trace', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const summary = summariseRun(analyseTrace(trace));
        expect(readRunSummary(throughJson(summary))).toEqual(summary);
      }),
      { numRuns: 200 },
    );
  });

  it('is none where something else stands in its place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = readRunSummary(throughJson(value));
        expect(read).toBeNull();
      }),
    );
    const empty = { makespan: null, work: null, span: null, queueWait: null, causes: {}, nodes: [], nodeCount: 0 };
    expect(readRunSummary(empty)).toEqual(empty);
    for (const broken of [
      { nodes: {} },
      { nodes: [1] },
      { makespan: 1.5 },
      { makespan: '1' },
      { causes: { work: null } },
    ]) {
      expect(readRunSummary({ ...empty, ...broken })).toBeNull();
    }
  });
});
