import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Drawing } from '../../../testing/drawing.ts';
import { buildProfile } from '../profile.ts';
import { INSIGHT_RULES } from './registry.ts';

const PAGE = readFileSync(new URL('../../../../../docs/insights.md', import.meta.url), 'utf8');

test('the page lists every rule once, and no other', () => {
  const listed = [...PAGE.matchAll(/^\| `(\w+)` \|/gm)].map(([, rule]) => rule);
  expect(listed.toSorted()).toEqual(Object.keys(INSIGHT_RULES).toSorted());
});

test('a rule is called in what it says as it is in the list', () => {
  const idle = new Drawing({ sourceFormat: 'other', concurrency: 4 })
    .node('a', [], [0, 100], [['sleep', [0, 100]]])
    .node('b', ['a'], [600, 700])
    .trace();
  const said = buildProfile(idle).insights.map(({ rule }) => rule);
  expect(said.length).toBeGreaterThan(1);
  for (const rule of said) expect(Object.keys(INSIGHT_RULES)).toContain(rule);
});
