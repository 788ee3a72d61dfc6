import { readFileSync } from 'node:fs';
import { BINDINGS } from '@flowprof/flame';
import { expect, it } from 'vitest';
import { PAGE_BINDINGS } from './pageKeys.ts';

const PAGE = new URL('../../../../docs/flame-chart.md', import.meta.url);

it('the keys in the documentation are those that there are', () => {
  const rows = [...BINDINGS, ...PAGE_BINDINGS].map(({ shown, does }) => `| \`${shown}\` | ${does} |`);
  const documented = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(documented).toEqual(rows);
});
