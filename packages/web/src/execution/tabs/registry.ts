import { lazy } from 'react';
import type { ExecutionTab } from './tab.ts';

const ChartTab = lazy(async () => ({ default: (await import('./ChartTab.tsx')).ChartTab }));
const TimelineTab = lazy(async () => ({ default: (await import('./TimelineTab.tsx')).TimelineTab }));
const GraphTab = lazy(async () => ({ default: (await import('./GraphTab.tsx')).GraphTab }));
const StepsTab = lazy(async () => ({ default: (await import('./StepsTab.tsx')).StepsTab }));
const EventsTab = lazy(async () => ({ default: (await import('./EventsTab.tsx')).EventsTab }));
const SpansTab = lazy(async () => ({ default: (await import('./SpansTab.tsx')).SpansTab }));
const RawTab = lazy(async () => ({ default: (await import('./RawTab.tsx')).RawTab }));
const InsightsTab = lazy(async () => ({ default: (await import('./InsightsTab.tsx')).InsightsTab }));

/** The tabs of an execution in their order, each loaded when it is opened. A page opens with the first of them. */
export const TABS: readonly ExecutionTab[] = [
  { id: 'flame', title: 'Flame chart', component: ChartTab, fills: true },
  { id: 'timeline', title: 'Timeline', component: TimelineTab },
  { id: 'graph', title: 'Graph', component: GraphTab },
  { id: 'steps', title: 'Steps', component: StepsTab, count: ({ steps }) => steps.length },
  { id: 'events', title: 'Events', component: EventsTab },
  { id: 'spans', title: 'Spans', component: SpansTab },
  {
    id: 'insights',
    title: 'Insights',
    component: InsightsTab,
    count: ({ analysis }) => analysis?.insights.length ?? 0,
  },
  { id: 'raw', title: 'Raw', component: RawTab, asksServer: true },
];
