import type { Hotspot, HotspotReport, Sandwich, SandwichTree } from '@flowprof/model';

import { count, countOf, percent } from './quantity.ts';
import { styleOf, type Style } from './style.ts';
import { andMore, table } from './tables.ts';
import type { Terminal } from './terminal.ts';
import { padStart } from './text.ts';

const MAX_ROWS = 15;
const MAX_PLACES = 25;
/** What is deeper is indented no further. */
const MAX_INDENT = 12;

function list(title: string, what: string, hotspots: readonly Hotspot[], total: number, style: Style): string[] {
  if (hotspots.length === 0) return [];
  const rows = hotspots.slice(0, MAX_ROWS).map((hotspot) => ({
    key: hotspot.id,
    name: hotspot.name,
    cells: [
      count(hotspot.count),
      style.duration(hotspot.p50_ms),
      style.duration(hotspot.p95_ms),
      style.duration(hotspot.max_ms),
      style.duration(hotspot.self_ms),
      style.duration(hotspot.total_ms),
      style.duration(hotspot.critical_ms),
      hotspot.percent_of_makespan === null ? '' : percent(hotspot.percent_of_makespan),
    ],
  }));
  const columns = [
    { title: 'count', width: 9 },
    { title: 'p50', width: 11, isExtra: true },
    { title: 'p95', width: 11, isExtra: true },
    { title: 'max', width: 11, isExtra: true },
    { title: 'self', width: 12 },
    { title: 'total', width: 12, isExtra: true },
    { title: 'critical', width: 12, isExtra: true },
    { title: 'makespan', width: 11 },
  ];
  return [style.heading(title), ...table(style, what, columns, rows), ...andMore(style, total - rows.length)];
}

function tree(title: string, { nodes, truncated }: SandwichTree, style: Style): string[] {
  // The first is what was asked for.
  const shown = nodes.slice(1, MAX_PLACES + 1);
  const head = `${padStart('total', 12)}${padStart('self', 12)}${padStart('count', 9)}`;
  const lines = shown.map(({ name, depth, total_ms: total, self_ms: self, count: times }) => {
    const numbers = `${padStart(style.duration(total), 12)}${padStart(style.duration(self), 12)}${padStart(count(times), 9)}`;
    const indent = '  '.repeat(Math.min(depth, MAX_INDENT));
    return `${numbers}  ${indent}${style.clean(name, Math.max(10, style.columns - 38 - indent.length))}`;
  });
  const hidden = nodes.length - 1 - shown.length;
  const more =
    hidden > 0 ? andMore(style, hidden) : truncated ? [style.dim(`  ${style.glyph.ellipsis} and smaller ones`)] : [];
  return [
    style.heading(title),
    ...(shown.length === 0 ? [style.dim('  nothing')] : [style.dim(head), ...lines, ...more]),
  ];
}

function sandwichLines(
  { name, count: times, total_ms: total, self_ms: self, callers, callees }: Sandwich,
  style: Style,
) {
  const facts = `${countOf(times, 'time')}, ${style.duration(total)} in all, ${style.duration(self)} of it its own`;
  return [
    [`${style.bold(style.clean(name, style.columns - 4))}  ${style.dim(facts)}`],
    tree('Called by', callers, style),
    tree('Calls', callees, style),
  ];
}

/** Hotspots as text that ends in a line break; with a sandwich, that alone. Its size is bounded. */
export function renderHotspots(report: HotspotReport, name: string, terminal: Terminal): string {
  const style = styleOf(terminal);
  const sections =
    report.sandwich === null
      ? [
          [
            style.bold(style.clean(name, style.columns)),
            ...(report.nodes.length + report.spans.length === 0 ? [style.dim('  nothing ran')] : []),
          ],
          list('Nodes', 'node', report.nodes, report.node_count, style),
          list('Node types', 'type', report.types, report.type_count, style),
          list(report.node_count > 0 ? 'Inside nodes' : 'Spans', 'name', report.spans, report.span_name_count, style),
        ]
      : sandwichLines(report.sandwich, style);
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map((line) => line.trimEnd()).join('\n')}\n`)
    .join('\n');
}
