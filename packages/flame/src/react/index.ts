export { FlameChart, type FlameChartProps } from './flame-chart.tsx';
export { FlameTable, type FlameTableProps } from './flame-table.tsx';
export { SpanSummary } from './hover-card.tsx';
