export { FlameChart } from './flame-chart.tsx';
export type { FlameChartProps } from './props.ts';
export { FlameTable, type FlameTableProps } from './flame-table.tsx';
export { SpanSummary } from './hover-card.tsx';
export { FlameGraph, type FlameGraphProps } from './flame-graph.tsx';
export { MergedTable, type MergedTableProps } from './merged-table.tsx';
export { DifferenceLegend } from './difference-legend.tsx';
