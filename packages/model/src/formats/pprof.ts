/**
 * Writes a trace as pprof's profile.proto (https://github.com/google/pprof/blob/main/proto/profile.proto), packed with
 * gzip as its readers expect. A stack is the way from the top of the span tree down to a span. The values of a sample are
 * what belongs to the last frame alone, as pprof wants it, so that its tools may add them up along the stacks: the span's
 * share of the wall clock, its own time, and how many spans there are.
 */
import { StringTable } from '../trace/builder.ts';
import { isTerminal, statusOf } from '../trace/status.ts';
import { NONE, spanNameAt, type Trace } from '../trace/trace.ts';
import { timeTree, wallShares } from './own-time.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { gzip } from './gunzip.ts';

/** Stacks are cut below this many frames; what is deeper counts for the last of them. */
export const MOST_FRAMES = 256;

const PROFILE = {
  sampleType: 1,
  sample: 2,
  location: 4,
  function: 5,
  strings: 6,
  time: 9,
  duration: 10,
  comment: 13,
  preferred: 14,
};
const VALUE_TYPE = { type: 1, unit: 2 };
const SAMPLE = { locations: 1, values: 2, label: 3 };
const LABEL = { key: 1, text: 2, number: 3 };
const LOCATION = { id: 1, line: 4 };
const LINE = { function: 1 };
const FUNCTION = { id: 1, name: 2, systemName: 3, file: 4 };

const NANOSECONDS = 1000;

/** What is added up: spans of one stack with the same labels. */
interface Sample {
  readonly stack: number;
  readonly node: string | null;
  readonly status: string;
  readonly iteration: number | null;
  wall: number;
  self: number;
  count: number;
}

/** Numbers what is new from 0 on, by a key. */
class Numbered<T> {
  readonly items: T[] = [];
  readonly #codes = new Map<string, number>();

  code(key: string, make: () => T): number {
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    this.#codes.set(key, this.items.length);
    return this.items.push(make()) - 1;
  }
}

/** Gathers samples from the tree's top down. */
class Samples {
  readonly functions = new Numbered<{ readonly name: string; readonly key: string }>();
  /** The frames of the stacks as a tree: each with its function, and the frame that called it. */
  readonly frames = new Numbered<{ readonly up: number; readonly function: number; readonly depth: number }>();
  readonly samples = new Numbered<Sample>();

  constructor(trace: Trace) {
    const timed = timeTree(trace);
    const wall = wallShares(trace, timed);
    const { spans, nodes } = trace;
    const frameOf = new Int32Array(spans.length);
    for (const row of timed.tree.order) {
      const up = spans.parent[row] === NONE ? NONE : frameOf[spans.parent[row]];
      const node = spans.node[row];
      const key = node === NONE ? '' : nodes.key[node];
      frameOf[row] = this.#frame(up, spanNameAt(spans, row), key);
      const iteration = node === NONE || nodes.iteration[node] === NONE ? null : nodes.iteration[node];
      const sample = this.#sample(frameOf[row], node === NONE ? null : key, statusOf(spans.status[row]), iteration);
      sample.wall += wall[row];
      sample.self += timed.self[row];
      sample.count++;
    }
  }

  #frame(up: number, name: string, key: string): number {
    const depth = up === NONE ? 1 : this.frames.items[up].depth + 1;
    if (depth > MOST_FRAMES) return up;
    const called = this.functions.code(JSON.stringify([name, key]), () => ({ name, key }));
    return this.frames.code(`${up} ${called}`, () => ({ up, function: called, depth }));
  }

  #sample(stack: number, node: string | null, status: string, iteration: number | null): Sample {
    const key = JSON.stringify([stack, node, status, iteration]);
    const code = this.samples.code(key, () => ({ stack, node, status, iteration, wall: 0, self: 0, count: 0 }));
    return this.samples.items[code];
  }
}

class PprofWriter {
  readonly #out = new ProtobufWriter();
  readonly #strings = new StringTable();
  readonly #trace: Trace;

  constructor(trace: Trace) {
    this.#trace = trace;
    // The first string of the table is empty by the format.
    this.#strings.code('');
  }

  write(): Uint8Array {
    const { execution } = this.#trace;
    const gathered = new Samples(this.#trace);
    this.#valueType('wall', 'nanoseconds');
    this.#valueType('self', 'nanoseconds');
    this.#valueType('spans', 'count');
    for (const sample of gathered.samples.items) this.#sample(sample, gathered);
    this.#functions(gathered);
    if (execution.startedAt !== null) this.#out.int(PROFILE.time, BigInt(execution.startedAt) * BigInt(NANOSECONDS));
    this.#out.int(PROFILE.duration, BigInt(this.#duration()) * BigInt(NANOSECONDS));
    this.#out.int(
      PROFILE.comment,
      this.#strings.code(`flowprof: ${execution.workflow ?? ''} ${execution.name}`.trim()),
    );
    this.#out.int(PROFILE.preferred, this.#strings.code('wall'));
    for (const text of this.#strings.values) this.#out.text(PROFILE.strings, text);
    return this.#out.finish();
  }

  #valueType(type: string, unit: string): void {
    this.#out.message(PROFILE.sampleType, (out) => {
      out.int(VALUE_TYPE.type, this.#strings.code(type));
      out.int(VALUE_TYPE.unit, this.#strings.code(unit));
    });
  }

  /** From the first span's start to the last one's end. */
  #duration(): number {
    const { execution, spans } = this.#trace;
    const { ends } = timeTree(this.#trace);
    let [from, to] = [Infinity, -Infinity];
    for (let row = 0; row < spans.length; row++) {
      if (spans.start[row] < from) from = spans.start[row];
      if (ends[row] > to) to = ends[row];
    }
    if (from <= to) return to - from;
    return isTerminal(execution.status) ? (execution.recordedDuration ?? 0) : 0;
  }

  #sample({ stack, node, status, iteration, wall, self, count }: Sample, { frames }: Samples): void {
    const locations: number[] = [];
    for (let at = stack; at !== NONE; at = frames.items[at].up) locations.push(frames.items[at].function + 1);
    this.#out.message(PROFILE.sample, (out) => {
      out.packed(SAMPLE.locations, locations);
      out.packed(SAMPLE.values, [Math.round(wall * NANOSECONDS), Math.round(self * NANOSECONDS), count]);
      if (node !== null) this.#label(out, 'node', node);
      this.#label(out, 'status', status);
      if (iteration !== null) {
        out.message(SAMPLE.label, (label) => {
          label.int(LABEL.key, this.#strings.code('iteration'));
          label.int(LABEL.number, iteration);
        });
      }
    });
  }

  #label(out: ProtobufWriter, key: string, value: string): void {
    out.message(SAMPLE.label, (label) => {
      label.int(LABEL.key, this.#strings.code(key));
      label.int(LABEL.text, this.#strings.code(value));
    });
  }

  /** Each function has one location: a workflow has no addresses. */
  #functions({ functions }: Samples): void {
    const file = this.#strings.code(this.#trace.execution.workflow ?? this.#trace.execution.name);
    for (const [index, { name, key }] of functions.items.entries()) {
      const id = index + 1;
      this.#out.message(PROFILE.location, (out) => {
        out.int(LOCATION.id, id);
        out.message(LOCATION.line, (line) => line.int(LINE.function, id));
      });
      this.#out.message(PROFILE.function, (out) => {
        out.int(FUNCTION.id, id);
        out.int(FUNCTION.name, this.#strings.code(name === '' ? '(unnamed)' : name));
        out.int(FUNCTION.systemName, this.#strings.code(key === '' ? name : key));
        out.int(FUNCTION.file, file);
      });
    }
  }
}

/** Writes a trace for pprof and the tools that read its files. */
export async function writePprof(trace: Trace): Promise<Uint8Array> {
  return gzip(new PprofWriter(trace).write());
}
