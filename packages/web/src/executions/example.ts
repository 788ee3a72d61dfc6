/**
 * A workflow that needs nothing but flowprof: three parts are worked on at once by two workers, so that one waits in a
 * queue, and the longest way through it is the critical path.
 */
export const EXAMPLE = {
  name: 'first look',
  description: 'Three parts by two workers, then their sum: look for the part that waits, and for what held the end.',
  concurrency: 2,
  nodes: [
    { id: 'split', name: 'Split', type: 'delay', with: { ms: 300 } },
    { id: 'part_a', name: 'Part A', type: 'delay', dependsOn: ['split'], with: { ms: 900 } },
    { id: 'part_b', name: 'Part B', type: 'delay', dependsOn: ['split'], with: { ms: 1400 } },
    { id: 'part_c', name: 'Part C', type: 'delay', dependsOn: ['split'], with: { ms: 1100 } },
    { id: 'sum', name: 'Sum', type: 'delay', dependsOn: ['part_a', 'part_b', 'part_c'], with: { ms: 250 } },
  ],
} as const;
