/**
 * Writes a trace as trace-event JSON that chrome://tracing and Perfetto open. What the format has no place for is listed
 * in `docs/formats/chrome.md`.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { statusOf } from '../../trace/status.ts';
import { NONE, OPEN, spanKindAt, spanNameAt, type SpanTable, type Trace } from '../../trace/trace.ts';
import { executionToJson } from '../execution-json.ts';
import { assignLanes, type Lanes } from './lanes.ts';

const PID = 1;

/**
 * Slices of Chrome's own keep their category and arguments, with their kind behind it unless they are nodes; others get
 * their kind as category.
 */
function dressOf(spans: SpanTable, row: number): { readonly category: string; readonly args: JsonObject } {
  const metadata = spans.metadata.get(row) ?? {};
  const { category, args, ...rest } = metadata;
  const kind = spanKindAt(spans, row);
  if (typeof category !== 'string') return { category: `flowprof.${kind}`, args: metadata };
  const both = kind === 'node' || category.startsWith('flowprof.') ? category : `${category},flowprof.${kind}`;
  return { category: both, args: { ...(isJsonObject(args) && args), ...rest } };
}

class ChromeWriter {
  readonly #trace: Trace;
  readonly #lanes: Lanes;
  readonly #zero: number;
  readonly #lines: string[] = [];

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#lanes = assignLanes(trace.spans);
    this.#zero = trace.execution.startedAt ?? 0;
  }

  write(): string {
    const { execution, spans } = this.#trace;
    this.#describe('process_name', 0, { name: execution.name });
    for (const [tid, name] of this.#lanes.names.entries()) {
      this.#describe('thread_name', tid, { name });
      this.#describe('thread_sort_index', tid, { sort_index: tid });
    }
    for (let row = 0; row < spans.length; row++) this.#slice(row);
    this.#arrows();
    this.#instants();
    const otherData = { generator: 'flowprof', execution: executionToJson(execution) };
    return `{"displayTimeUnit":"ms","otherData":${JSON.stringify(otherData)},"traceEvents":[\n${this.#lines.join(',\n')}\n]}\n`;
  }

  #event(event: JsonObject): void {
    this.#lines.push(JSON.stringify(event));
  }

  #describe(name: string, tid: number, args: JsonObject): void {
    this.#event({ ph: 'M', name, pid: PID, tid, args });
  }

  /** A running span is a begin without an end, which viewers draw up to the end of the file. */
  #slice(row: number): void {
    const { spans, nodes } = this.#trace;
    const { category, args } = dressOf(spans, row);
    const status = statusOf(spans.status[row]);
    const node = spans.node[row];
    const isOpen = spans.duration[row] === OPEN;
    const more: Record<string, JsonValue> = {};
    if (node !== NONE) more['node'] = nodes.key[node];
    if (status !== 'completed') more['status'] = status;
    this.#event({
      ph: isOpen ? 'B' : 'X',
      name: spanNameAt(spans, row),
      cat: category,
      pid: PID,
      tid: this.#lanes.lane[row],
      ts: this.#zero + spans.start[row],
      ...(!isOpen && { dur: spans.duration[row] }),
      args: { ...more, ...args },
    });
  }

  /** Dependencies between nodes, and arrows between spans. */
  #arrows(): void {
    const { nodes, links } = this.#trace;
    let id = 0;
    for (let row = 0; row < nodes.length; row++) {
      for (let i = nodes.depOffsets[row]; i < nodes.depOffsets[row + 1]; i++) {
        const from = nodes.span[nodes.deps[i]];
        if (from !== NONE && nodes.span[row] !== NONE) this.#arrow(id++, 'dependency', from, nodes.span[row]);
      }
    }
    for (const [i, from] of links.from.entries()) this.#arrow(id++, 'link', from, links.to[i]);
  }

  /** From the last microsecond of one span to the first of another. */
  #arrow(id: number, name: string, from: number, to: number): void {
    const { spans } = this.#trace;
    const common = { name, cat: 'flowprof', id, pid: PID };
    const last = spans.start[from] + Math.max(0, spans.duration[from] - 1);
    this.#event({ ph: 's', ...common, tid: this.#lanes.lane[from], ts: this.#zero + last });
    this.#event({ ph: 'f', ...common, bp: 'e', tid: this.#lanes.lane[to], ts: this.#zero + spans.start[to] });
  }

  #instants(): void {
    const { annotations } = this.#trace;
    for (let row = 0; row < annotations.length; row++) {
      const span = annotations.span[row];
      this.#event({
        ph: 'i',
        name: annotations.label[row],
        cat: annotations.type[row],
        pid: PID,
        tid: span === NONE ? 0 : this.#lanes.lane[span],
        ts: this.#zero + annotations.time[row],
        s: span === NONE ? 'g' : 't',
        args: annotations.metadata.get(row) ?? {},
      });
    }
  }
}

/** Writes a trace as trace-event JSON in the object form. */
export function writeChrome(trace: Trace): string {
  return new ChromeWriter(trace).write();
}
