import type { Profile, ProfilePathItem } from '@flowprof/model';

import type { LabelOfId } from './labels.ts';
import { count, percent } from './quantity.ts';
import type { Style } from './style.ts';
import { padEnd, padStart } from './text.ts';

const MAX_PATH_ITEMS = 20;
const MAX_BOTTLENECKS = 10;
const MAX_RETRIES = 10;
const MAX_RECORDED_ITEMS = 10;
const MAX_NEAR_CRITICAL = 3;
const NEAR_CRITICAL_NAME = 24;

interface Column {
  readonly title: string;
  readonly width: number;
  /** The first to go where the terminal is narrow. */
  readonly isExtra?: boolean;
}

interface Row {
  readonly key: string;
  readonly name: string;
  readonly cells: readonly string[];
}

const MIN_NAME_WIDTH = 20;
const MAX_NAME_WIDTH = 60;

/** A table: the first column is a name and takes what is left, the others are numbers. */
export function table(style: Style, title: string, columns: readonly Column[], rows: readonly Row[]): string[] {
  const room = style.columns - 2;
  const kept = columns.map((_, index) => index);
  const taken = (): number => kept.reduce((sum, index) => sum + (columns[index]?.width ?? 0), 0);
  for (const [index, column] of columns.entries()) {
    if (column.isExtra === true && room - taken() < MIN_NAME_WIDTH) kept.splice(kept.indexOf(index), 1);
  }
  const nameWidth = Math.min(MAX_NAME_WIDTH, room - taken());
  const line = (name: string, cells: readonly string[]): string =>
    `  ${name}${kept.map((index) => padStart(cells[index] ?? '', columns[index]?.width ?? 0)).join('')}`;
  const titles = columns.map((column) => column.title);
  return [
    style.dim(line(padEnd(title, nameWidth), titles)),
    ...rows.map(({ key, name, cells }) =>
      line(style.node(key)(padEnd(style.clean(name, nameWidth), nameWidth)), cells),
    ),
  ];
}

/** How many there are that are not shown. */
export function andMore(style: Style, hidden: number): string[] {
  return hidden > 0 ? [style.dim(`  ${style.glyph.ellipsis} and ${count(hidden)} more`)] : [];
}

/** A span with the node that it is a part of, so that one `execute` is told from another. */
function spanLabel({ name, node }: ProfilePathItem, labelOf: LabelOfId): string {
  return node === null || node.name === name ? name : `${labelOf(node.id, node.name)}: ${name}`;
}

/** The critical path in order, each item with the gap before it. Of a long path the longest items. */
export function criticalPathLines(
  profile: Pick<Profile, 'critical_path' | 'makespan_ms' | 'near_critical_paths'>,
  labelOf: LabelOfId,
  style: Style,
): string[] {
  if (profile.critical_path === null || profile.critical_path.items.length === 0) return [];
  const { items, item_count: total, kind, on_path_ms: onPath, gaps_ms: gaps, lead_ms: lead } = profile.critical_path;
  const makespan = profile.makespan_ms ?? 0;
  const held = (item: ProfilePathItem): number => (kind === 'spans' ? item.self_ms : item.duration_ms);
  const shown =
    items.length <= MAX_PATH_ITEMS
      ? items
      : [...items]
          .sort((a, b) => held(b) - held(a))
          .slice(0, MAX_PATH_ITEMS)
          .sort((a, b) => a.start_ms - b.start_ms);
  const share = (ms: number): string => (makespan > 0 ? percent((ms / makespan) * 100) : '');
  const rows = shown.map((item) => ({
    key: item.id,
    name: kind === 'dependencies' ? labelOf(item.id, item.name) : spanLabel(item, labelOf),
    cells: [
      style.duration(item.start_ms),
      item.gap_before_ms === 0 ? '' : style.duration(item.gap_before_ms),
      style.duration(held(item)),
      share(held(item)),
      item.drag_ms === null ? '' : style.duration(item.drag_ms),
    ],
  }));
  const hasDrag = shown.some((item) => item.drag_ms !== null);
  const ofWhat = kind === 'dependencies' ? 'by dependencies' : 'through the spans';
  const sum = `on path ${style.duration(onPath)} + gaps ${style.duration(gaps)} + lead ${style.duration(lead)} = makespan`;
  return [
    style.heading('Critical path', ofWhat),
    ...table(
      style,
      kind === 'dependencies' ? 'node' : 'span',
      [
        { title: 'starts', width: 12, isExtra: true },
        { title: 'gap before', width: 12 },
        { title: 'takes', width: 12 },
        { title: 'share', width: 10 },
        ...(hasDrag ? [{ title: 'drag', width: 11 }] : []),
      ],
      rows,
    ),
    ...andMore(style, total - shown.length),
    `  ${style.dim(sum)}`,
    ...nearCriticalLines(profile, labelOf, style),
  ];
}

/** The critical path that the source itself records, the longest items of a long one. */
export function recordedPathLines(profile: Profile, style: Style): string[] {
  const path = profile.recorded_critical_path;
  if (path === null) return [];
  const { items, item_count: total, sum_ms: sum, extent_ms: extent } = path;
  const longest = [...items].sort((a, b) => b.duration_ms - a.duration_ms).slice(0, MAX_RECORDED_ITEMS);
  const rows = longest
    .sort((a, b) => a.start_ms - b.start_ms)
    .map(({ id, name, start_ms: start, duration_ms: takes }) => ({
      key: id,
      name: name.replace(/^action '(.*)'$/, '$1'),
      cells: [style.duration(start), style.duration(takes), extent > 0 ? percent((takes / extent) * 100) : ''],
    }));
  const columns = [
    { title: 'starts', width: 12, isExtra: true },
    { title: 'takes', width: 12 },
    { title: 'share', width: 10 },
  ];
  return [
    style.heading('Recorded critical path', 'as the source itself tells it'),
    ...table(style, 'span', columns, rows),
    ...andMore(style, total - rows.length),
    `  ${style.dim(`${style.duration(sum)} in ${style.duration(extent)} from its first start to its last end`)}`,
  ];
}

/** What becomes critical next, a line each. */
function nearCriticalLines(
  { near_critical_paths: paths }: Pick<Profile, 'near_critical_paths'>,
  labelOf: LabelOfId,
  style: Style,
): string[] {
  return (paths ?? []).slice(0, MAX_NEAR_CRITICAL).map(({ slack_ms: slack, items, item_count: length }, i) => {
    const [longest] = items.toSorted((a, b) => b.duration_ms - a.duration_ms);
    const name = longest === undefined ? '' : style.clean(labelOf(longest.id, longest.name), NEAR_CRITICAL_NAME);
    const others = length > 1 ? `, with ${count(length - 1)} more` : '';
    const when = slack === 0 ? 'just as long' : `if this gets ${style.duration(slack)} faster`;
    return `  ${style.dim(`${i === 0 ? 'critical next' : '             '}  ${name}${others}: ${when}`)}`;
  });
}

/** The nodes that hold the critical path longest. */
export function bottleneckLines(profile: Profile, labelOf: LabelOfId, style: Style): string[] {
  const { bottlenecks } = profile;
  if (bottlenecks.length === 0) return [];
  const rows = bottlenecks.slice(0, MAX_BOTTLENECKS).map((entry) => ({
    key: entry.id,
    // What stands for several instances is called by its name alone.
    name: entry.count === 1 ? labelOf(entry.id, entry.name) : entry.name,
    cells: [
      count(entry.count),
      style.duration(entry.total_ms),
      style.duration(entry.self_ms),
      style.duration(entry.critical_ms),
      entry.percent_of_makespan === null ? '' : percent(entry.percent_of_makespan),
    ],
  }));
  return [
    style.heading('Bottlenecks', 'by the time that they hold the critical path'),
    ...table(
      style,
      'name',
      [
        { title: 'count', width: 9 },
        { title: 'total', width: 12, isExtra: true },
        { title: 'self', width: 12, isExtra: true },
        { title: 'critical', width: 12 },
        { title: 'share', width: 9 },
      ],
      rows,
    ),
    ...andMore(style, bottlenecks.length - rows.length),
  ];
}

/** What of a cost held the critical path, where that is not all of it. */
function partOnPath({ cost_ms: cost, critical_ms: critical }: Profile['retries'][number], style: Style): string {
  if (critical >= cost) return '';
  return critical === 0 ? ', not on the path' : `, ${style.duration(critical)} on the path`;
}

/** The nodes that were tried more than once, and whether that was foreseen. */
export function retryLines(profile: Profile, labelOf: LabelOfId, style: Style): string[] {
  const { retries } = profile;
  if (retries.length === 0) return [];
  const lines = retries.slice(0, MAX_RETRIES).map((retry) => {
    const paint = retry.verdict === 'unexpected' ? style.red : style.yellow;
    const head = `${style.glyph.retry}${retry.attempts} ${style.clean(labelOf(retry.id, retry.name), 30)}  cost ${style.duration(retry.cost_ms)}${partOnPath(retry, style)}`;
    const why = style.clean(`${retry.verdict}: ${retry.reason}`, Math.max(10, style.columns - head.length - 6));
    return `  ${paint(head)}  ${style.dim(why)}`;
  });
  return [style.heading('Retries'), ...lines, ...andMore(style, retries.length - lines.length)];
}
