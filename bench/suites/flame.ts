import { layOut } from '@flowprof/flame';
import type { Suite } from '../suite.ts';
import { layeredTrace } from './traces.ts';

const { spans } = layeredTrace(33_334, 100);
const large = layeredTrace(333_334, 100).spans;

export const flameLayout: Suite = {
  name: 'flame-layout',
  about: `lanes for ${spans.length} and for ${large.length} spans, a hundred nodes at once`,
  floor: { name: 'rows sorted by start', run: () => Float64Array.from(spans.start).sort() },
  tasks: [
    { name: `layOut, ${spans.length} spans`, run: () => layOut(spans) },
    { name: `layOut, ${large.length} spans`, run: () => layOut(large) },
  ],
};
