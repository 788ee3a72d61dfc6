export { FlameChart } from './flame-chart.tsx';
export type { FlameChartProps } from './props.ts';
export { FlameTable, type FlameTableProps } from './flame-table.tsx';
export { SpanSummary } from './hover-card.tsx';
