import type { WorkflowDefinition } from '@flowprof/conductor';

/** The workflows that the page can run, by name. */
export const WORKFLOWS = {
  nested: {
    name: 'nested',
    nodes: [
      {
        id: 'outer',
        type: 'group',
        nodes: [{ id: 'inner', type: 'group', nodes: [{ id: 'leaf', type: 'tick', with: { count: 3 } }] }],
      },
      { id: 'long', type: 'tick', with: { count: 100_000 } },
    ],
  },
  held: {
    name: 'held',
    nodes: [
      { id: 'tick', type: 'tick', with: { count: 5 } },
      { id: 'wait', type: 'hold', dependsOn: ['tick'] },
    ],
  },
} satisfies Record<string, WorkflowDefinition>;
