/**
 * Writes a trace in speedscope's file format (https://www.speedscope.app/file-format-schema.json): one evented profile a
 * lane, because the calls of such a profile must nest. All profiles have the same start and end, so that they can be
 * compared. What the format has no place for is listed in `docs/formats/speedscope.md`.
 */
import { StringTable } from '../trace/builder.ts';
import { spanEnds } from '../trace/ends.ts';
import { spanLabelAt } from '../trace/labels.ts';
import { OPEN, type Trace } from '../trace/trace.ts';
import { buildSpanTree } from '../trace/tree.ts';
import { assignLanes } from './chrome/lanes.ts';
import { TextSink } from './text-sink.ts';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/** The rows of every lane in the order in which they open: by start, longer first, what is around before what is inside. */
function rowsByLane(trace: Trace, lane: Int32Array, lanes: number): number[][] {
  const { spans } = trace;
  const { depth } = buildSpanTree(spans);
  const lengthOf = (row: number) => (spans.duration[row] === OPEN ? Number.MAX_VALUE : spans.duration[row]);
  const rows: number[][] = Array.from({ length: lanes }, () => []);
  for (let row = 0; row < spans.length; row++) rows[lane[row]].push(row);
  for (const list of rows) {
    list.sort((a, b) => spans.start[a] - spans.start[b] || lengthOf(b) - lengthOf(a) || depth[a] - depth[b] || a - b);
  }
  return rows;
}

/** The events of a lane: `O` opens a frame and `C` closes it, each inside of those that are open. */
function* eventsOf(
  { spans }: Trace,
  rows: readonly number[],
  frame: Uint32Array,
  ends: Float64Array,
): Generator<string> {
  const open: number[] = [];
  const close = (row: number) => `{"type":"C","frame":${frame[row]},"at":${ends[row]}}`;
  for (const row of rows) {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      // What takes no time at its parent's very end is inside all the same.
      const isParent = top === spans.parent[row] && ends[top] >= ends[row];
      if (ends[top] > spans.start[row] || isParent) break;
      open.pop();
      yield close(top);
    }
    open.push(row);
    yield `{"type":"O","frame":${frame[row]},"at":${spans.start[row]}}`;
  }
  for (let top = open.pop(); top !== undefined; top = open.pop()) yield close(top);
}

/** The first and the last time; the execution's start is in it. */
function extentOf(start: Float64Array, ends: Float64Array): { readonly from: number; readonly to: number } {
  let [from, to] = [0, 0];
  for (const time of start) if (time < from) from = time;
  for (const time of ends) if (time > to) to = time;
  return { from, to };
}

/** Writes a trace for speedscope. */
export function writeSpeedscope(trace: Trace): Uint8Array {
  const { execution, spans } = trace;
  const ends = spanEnds(spans);
  const { lane, names } = assignLanes(spans);
  const frames = new StringTable();
  const frame = Uint32Array.from({ length: spans.length }, (_, row) => frames.code(spanLabelAt(trace, row)));
  const { from, to } = extentOf(spans.start, ends);
  const sink = new TextSink();
  sink.add(
    `{"$schema":"${SCHEMA}","exporter":"flowprof","name":${JSON.stringify(execution.name)},"shared":{"frames":[`,
  );
  for (const [code, name] of frames.values.entries()) {
    sink.add(`${code > 0 ? ',' : ''}\n{"name":${JSON.stringify(name)}}`);
  }
  sink.add(`]},\n"activeProfileIndex":0,"profiles":[`);
  // A file without a profile would show nothing at all.
  const lanes = names.length > 0 ? names : ['lane'];
  const rows = rowsByLane(trace, lane, lanes.length);
  for (const [index, name] of lanes.entries()) {
    const head = `{"type":"evented","name":${JSON.stringify(name)},"unit":"microseconds","startValue":${from},"endValue":${to}`;
    sink.add(`${index > 0 ? ',' : ''}\n${head},"events":[`);
    let separator = '\n';
    for (const event of eventsOf(trace, rows[index], frame, ends)) {
      sink.add(separator + event);
      separator = ',\n';
    }
    sink.add(']}');
  }
  sink.add(']}\n');
  return sink.finish();
}
