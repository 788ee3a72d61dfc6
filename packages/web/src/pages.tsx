import { lazy, type ComponentType } from 'react';

interface Page {
  /** As the router reads it, without the first slash; `web-app.ts` of the server has to know its first part too. */
  readonly path: string;
  readonly component: ComponentType;
}

const ExecutionsPage = lazy(async () => ({
  default: (await import('./executions/ExecutionsPage.tsx')).ExecutionsPage,
}));

/** The pages of the app, each loaded when it is opened. */
export const PAGES: readonly Page[] = [
  { path: '', component: ExecutionsPage },
  { path: 'executions', component: ExecutionsPage },
  {
    path: 'executions/:id',
    component: lazy(async () => ({ default: (await import('./execution/ExecutionPage.tsx')).ExecutionPage })),
  },
  {
    path: 'workflows',
    component: lazy(async () => ({ default: (await import('./workflows/WorkflowsPage.tsx')).WorkflowsPage })),
  },
  {
    path: 'workflows/new',
    component: lazy(async () => ({ default: (await import('./editor/NewWorkflowPage.tsx')).NewWorkflowPage })),
  },
  {
    path: 'workflows/:id',
    component: lazy(async () => ({ default: (await import('./workflow/WorkflowPage.tsx')).WorkflowPage })),
  },
  {
    path: 'projects',
    component: lazy(async () => ({ default: (await import('./projects/ProjectsPage.tsx')).ProjectsPage })),
  },
  {
    path: 'projects/:id',
    component: lazy(async () => ({ default: (await import('./projects/ProjectPage.tsx')).ProjectPage })),
  },
  {
    path: 'statistics',
    component: lazy(async () => ({ default: (await import('./statistics/StatisticsPage.tsx')).StatisticsPage })),
  },
  {
    path: 'compare',
    component: lazy(async () => ({ default: (await import('./compare/ComparePage.tsx')).ComparePage })),
  },
  {
    path: 'import',
    component: lazy(async () => ({ default: (await import('./imports/ImportPage.tsx')).ImportPage })),
  },
  {
    path: 'alerts',
    component: lazy(async () => ({ default: (await import('./alerts/AlertsPage.tsx')).AlertsPage })),
  },
  {
    path: 'settings',
    component: lazy(async () => ({ default: (await import('./settings/SettingsPage.tsx')).SettingsPage })),
  },
  {
    path: 'settings/:section',
    component: lazy(async () => ({ default: (await import('./settings/SettingsPage.tsx')).SettingsPage })),
  },
];
