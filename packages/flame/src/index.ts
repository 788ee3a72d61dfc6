export type * from './api.ts';
export { createFlameChart } from './chart.ts';
export { describeSpan, spanSentence, type SpanDescription } from './describe.ts';
export { BINDINGS, type Binding, type Command } from './interaction/bindings.ts';
export { layOut, type Layout, type LayoutOptions, type LayoutSpans, type Section } from './layout/layout.ts';
export { DARK, LIGHT, type Ink, type Theme } from './theme.ts';
export { colorOf, contrast, hashOf } from './color.ts';
export { formatDuration } from './time.ts';
export type { MergedGraph } from '@flowprof/model';
