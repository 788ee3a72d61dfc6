import { lazy, type ComponentType } from 'react';
import type { WorkflowDetails, WorkflowTabProps } from './types.ts';

interface WorkflowTab {
  /** Its name in the address (`?tab=`). */
  readonly id: string;
  readonly label: string;
  readonly component: ComponentType<WorkflowTabProps>;
  /** Whether it is offered for a workflow; always where this is absent. */
  readonly suits?: (workflow: WorkflowDetails, workspace: { readonly hasPrices: boolean }) => boolean;
}

/** The tabs of a workflow's page, in their order; each is loaded when it is opened. The first is shown where none is named. */
export const WORKFLOW_TABS: readonly WorkflowTab[] = [
  {
    id: 'overview',
    label: 'Overview',
    component: lazy(async () => ({ default: (await import('./overview/Overview.tsx')).Overview })),
  },
  {
    id: 'executions',
    label: 'Executions',
    component: lazy(async () => ({ default: (await import('./executions/ExecutionsTab.tsx')).ExecutionsTab })),
  },
  {
    id: 'history',
    label: 'History',
    component: lazy(async () => ({ default: (await import('./history/HistoryTab.tsx')).HistoryTab })),
  },
  {
    id: 'nodes',
    label: 'Nodes',
    component: lazy(async () => ({ default: (await import('./nodes/NodesTab.tsx')).NodesTab })),
  },
  {
    id: 'flame',
    label: 'Flame graph',
    component: lazy(async () => ({ default: (await import('./flame/FlameTab.tsx')).FlameTab })),
  },
  {
    id: 'baselines',
    label: 'Baselines',
    component: lazy(async () => ({ default: (await import('./baselines/BaselinesTab.tsx')).BaselinesTab })),
  },
  {
    id: 'cost',
    label: 'Cost',
    component: lazy(async () => ({ default: (await import('./cost/CostTab.tsx')).CostTab })),
    suits: (_, { hasPrices }) => hasPrices,
  },
  {
    id: 'profiler',
    label: 'Profiler',
    component: lazy(async () => ({ default: (await import('./profiler/ProfilerTab.tsx')).ProfilerTab })),
  },
  {
    id: 'editor',
    label: 'Editor',
    component: lazy(async () => ({ default: (await import('../editor/EditorTab.tsx')).EditorTab })),
    suits: ({ canRun }) => canRun,
  },
  {
    id: 'versions',
    label: 'Versions',
    component: lazy(async () => ({ default: (await import('../versions/VersionsTab.tsx')).VersionsTab })),
  },
  {
    id: 'what-if',
    label: 'What if',
    component: lazy(async () => ({ default: (await import('../what-if/WhatIfTab.tsx')).WhatIfTab })),
  },
];
