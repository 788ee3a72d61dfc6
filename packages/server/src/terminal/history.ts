import type { z } from 'zod';

import type { historyShape, regressionShape } from '../http/shapes/history.ts';
import { count, countOf, percent } from './quantity.ts';
import { styleOf, type Style } from './style.ts';
import { table } from './tables.ts';
import type { Terminal } from './terminal.ts';

type History = z.output<typeof historyShape>;
type Regression = z.output<typeof regressionShape>;
type Run = History['runs'][number];
type Change = History['change_points']['changes'][number];

/** How many executions and nodes the tables list, and how many changes are told. */
const MAX_RUNS = 20;
const MAX_NODES = 10;
const MAX_CHANGES = 5;

/** A picture of times from oldest to newest, as high as they are long; what is not known is a dot. */
function sparkline(times: readonly (number | null)[], style: Style): string {
  const { levels, dot } = style.glyph;
  const shown = times.slice(-Math.max(10, style.columns - 4));
  const known = shown.filter((time) => time !== null);
  const most = Math.max(0, ...known);
  const least = known.length === 0 ? 0 : Math.min(...known);
  // From half of the shortest on, so that noise is not drawn as if it were news.
  const from = least / 2;
  const levelOf = (time: number): string => {
    const share = most > from ? (time - from) / (most - from) : 0;
    return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))] ?? dot;
  };
  return shown.map((time) => (time === null ? dot : levelOf(time))).join('');
}

function bandsText(bands: History['bands'], style: Style): string {
  if (bands === null) return 'no execution has completed';
  const { min_ms: least, p50_ms: middle, p90_ms: high, max_ms: most } = bands;
  const range = `${style.duration(least)} to ${style.duration(most)}`;
  return `median ${style.duration(middle)} ${style.glyph.dot} 90% within ${style.duration(high)} ${style.glyph.dot} ${range}`;
}

/** Where a difference comes from: the node and what its time goes to. */
function reasonOf(attribution: Change['attribution'], style: Style): string {
  const node = attribution?.nodes[0];
  const cause = node?.causes[0];
  if (node === undefined || cause === undefined) return '';
  const sign = cause.difference_ms < 0 ? '-' : '+';
  const amount = `${sign}${style.duration(Math.abs(cause.difference_ms))}`;
  return `: ${style.clean(node.name, 40)}, ${cause.cause.replace('_', ' ')} ${amount}`;
}

function changeLines(changes: readonly Change[], style: Style): string[] {
  return changes.slice(-MAX_CHANGES).map((change) => {
    const paint = change.direction === 'slower' ? style.red : style.green;
    const by = change.shift_percent === null ? '' : ` by ${percent(Math.abs(change.shift_percent))}`;
    const since = change.first_run_number === null ? change.first_run : `#${change.first_run_number}`;
    const how = change.kind === 'drift' ? 'bit by bit from' : 'since';
    const levels = `${style.duration(change.before_ms)} ${style.glyph.arrow} ${style.duration(change.after_ms)}`;
    return `  ${paint(`${change.direction}${by}`)} ${how} ${since} (${levels})${reasonOf(change.attribution, style)}`;
  });
}

/** What the newest executions are compared with, in words. */
function againstText({ against, reference_runs: reference }: Regression, style: Style): string {
  if (against.kind === 'baseline') return `the baseline "${style.clean(against.baseline_name ?? '', 60)}"`;
  if (against.kind === 'version') return `version ${against.version ?? ''}`;
  return reference.length === 1 ? 'the one before' : `the ${count(reference.length)} before`;
}

function verdictLine(regression: Regression, style: Style): string {
  const { verdict, scope, makespan, nodes, candidate_runs: judged } = regression;
  const who = judged.length === 1 ? 'the newest execution' : `the newest ${count(judged.length)} executions`;
  const other = againstText(regression, style);
  const shift = scope === 'node' ? nodes[0] : makespan;
  const share = shift?.shift_percent ?? null;
  const by = share === null ? '' : ` by ${percent(Math.abs(share))}`;
  const what = scope === 'node' ? ` in ${style.clean(nodes[0]?.name ?? '', 40)}` : '';
  const reason = reasonOf(regression.attribution, style);
  switch (verdict) {
    case 'slower':
      return `  ${style.red('regression')}: ${who} slower than ${other}${by}${what}${reason}`;
    case 'faster':
      return `  ${style.green('faster')}: ${who} than ${other}${by}${what}${reason}`;
    case 'suspect':
      return `  ${style.yellow('suspect')}: ${who} took longer than ${other}${by}${reason}`;
    case 'unchanged':
      return `  ${style.green('no regression')}: ${who} as ${other}`;
    default:
      return style.dim('  too few completed executions to compare');
  }
}

function nodeTable(nodes: History['nodes'], style: Style): string[] {
  if (nodes.length === 0) return [];
  const columns = [
    { title: 'runs', width: 8 },
    { title: 'time', width: 12 },
    { title: 'on the path', width: 14 },
  ];
  const rows = nodes.slice(0, MAX_NODES).map(({ id, name, runs, time_ms: time, on_path_ms: onPath }) => ({
    key: id,
    name,
    cells: [count(runs), style.duration(time), style.duration(onPath)],
  }));
  return table(style, 'node (medians)', columns, rows);
}

function runTable(runs: readonly Run[], style: Style): string[] {
  const columns = [
    { title: 'version', width: 9, isExtra: true },
    { title: 'started', width: 22, isExtra: true },
    { title: 'makespan', width: 12 },
    { title: 'usual', width: 12 },
    { title: '', width: 9 },
  ];
  const msText = (ms: number | null): string => (ms === null ? '' : style.duration(ms));
  const rows = runs.slice(-MAX_RUNS).map((run) => ({
    key: run.execution_id,
    name: `${style.glyph.status[run.status]} ${run.number === null ? run.execution_id : `#${run.number}`}`,
    cells: [
      run.version === null ? '' : String(run.version),
      run.started_at?.slice(0, 19).replace('T', ' ') ?? '',
      msText(run.makespan_ms),
      msText(run.usual_ms),
      run.is_anomaly === true ? 'unusual' : '',
    ],
  }));
  return table(style, runs.length > MAX_RUNS ? `execution (the last ${MAX_RUNS})` : 'execution', columns, rows);
}

function nodeLines({ node, runs }: History, style: Style): string[] {
  if (node === null) return [];
  if (node.runs.length === 0) return [style.heading(style.clean(node.id, 60), 'in none of these executions')];
  const times = new Map(node.runs.map((run) => [run.execution_id, run.time_ms]));
  return [
    style.heading(style.clean(node.name ?? node.id, 60), bandsText(node.bands, style)),
    `  ${sparkline(
      runs.map((run) => times.get(run.execution_id) ?? null),
      style,
    )}`,
    ...changeLines(node.change_points.changes, style),
  ];
}

/** The history of a workflow as text that ends in a line break. */
export function renderHistory(name: string, history: History, regression: Regression, terminal: Terminal): string {
  const style = styleOf(terminal);
  const { runs, bands, change_points: changes, nodes, incomplete } = history;
  if (runs.length === 0) return `${style.bold(style.clean(name, 60))} has no execution that has ended\n`;
  const missing = incomplete === 0 ? '' : `, ${count(incomplete)} more not summed up yet`;
  const sections = [
    [
      style.heading(style.clean(name, 60), `the last ${countOf(runs.length, 'execution')}${missing}`),
      `  ${sparkline(
        runs.map((run) => run.makespan_ms),
        style,
      )}`,
      `  ${bandsText(bands, style)}`,
      ...changeLines(changes.changes, style),
      verdictLine(regression, style),
    ],
    nodeLines(history, style),
    nodeTable(nodes, style),
    runTable(runs, style),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map((line) => line.trimEnd()).join('\n')}\n`)
    .join('\n');
}
