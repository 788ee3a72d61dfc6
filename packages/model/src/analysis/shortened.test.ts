import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTrace } from '../../testing/any-trace.ts';
import { analyseTrace } from './analyse.ts';
import { gainOf } from './shortened.ts';
import { slackOfLeaf } from './slack.ts';

test('taking all of a leaf away gains its drag', () => {
  fc.assert(
    fc.property(anyTrace, (trace) => {
      const { graph, measures, path, slack } = analyseTrace(trace);
      if (measures === null || path?.kind !== 'dependencies') return;
      for (let leaf = 0; leaf < graph.leaves.length; leaf++) {
        const run = new Float64Array(graph.leaves.length);
        run[leaf] = (graph.leaves.end[leaf] ?? 0) - (graph.leaves.start[leaf] ?? 0);
        expect(gainOf(graph, measures, { run })).toBe(slackOfLeaf(slack, graph, leaf)?.drag);
      }
    }),
    { numRuns: 300 },
  );
});
