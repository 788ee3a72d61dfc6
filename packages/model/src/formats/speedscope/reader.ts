/**
 * Reads speedscope's file format (https://www.speedscope.app/file-format-schema.json). One file is one execution and each
 * of its profiles a track, as they are the threads of one recording, and as flowprof writes them.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { AnnotationTableBuilder, NodeTableBuilder, SpanTableBuilder } from '../../trace/builder.ts';
import { FLAG, NONE, type Trace, EMPTY_EXECUTION, NO_LINKS } from '../../trace/trace.ts';
import { WarningCounter } from '../../trace/warnings.ts';
import { asMicros, type Micros } from '../../units.ts';
import { TraceFileError } from '../errors.ts';
import type { ReadOptions } from '../format.ts';
import { isJsonArray, JsonReader, parseJson } from '../json-reader.ts';
import { textOf } from '../web.ts';

/** Microseconds in each unit. What is no time is counted as if one were a microsecond. */
const UNITS: Readonly<Record<string, number>> = {
  nanoseconds: 1e-3,
  microseconds: 1,
  milliseconds: 1e3,
  seconds: 1e6,
  none: 1,
  bytes: 1,
};

/** The spans of such files have no ids; they are numbered, the same at every reading. */
const ID_PREFIX = '00000001';

/** A frame of the table that all profiles share. */
interface Frame {
  readonly name: string;
  readonly metadata: JsonObject | null;
}

function frameOf(value: JsonValue, at: () => JsonReader): Frame {
  if (!isJsonObject(value)) return at().fail('a frame');
  const { name, file, line, col } = value;
  if (typeof name !== 'string') return at().at('name').fail('a name');
  const metadata = {
    ...(typeof file === 'string' && { file }),
    ...(typeof line === 'number' && { line }),
    ...(typeof col === 'number' && { col }),
  };
  return { name: name === '' ? '(unnamed)' : name, metadata: Object.keys(metadata).length > 0 ? metadata : null };
}

/** A profile, with its times in microseconds from the first start of all. */
interface Profile {
  readonly reader: JsonReader;
  readonly type: string;
  readonly track: string;
  readonly scale: number;
  /** In the profile's own unit. */
  readonly start: number;
  readonly end: number | null;
}

function finite(reader: JsonReader): number {
  const { value } = reader;
  return typeof value === 'number' && Number.isFinite(value) ? value : reader.fail('a number');
}

class SpeedscopeReader {
  readonly #warnings = new WarningCounter();
  readonly #spans = new SpanTableBuilder({ prefix: ID_PREFIX });
  readonly #frames: readonly Frame[];
  readonly #document: JsonReader;
  #origin = 0;
  #last = 0;
  #events = 0;

  constructor(document: JsonReader) {
    this.#document = document;
    const frames = document.at('shared').at('frames');
    this.#frames = frames.array().map((frame, i) => frameOf(frame, () => new JsonReader(frame, frames, i)));
  }

  read(fileName: string | undefined): Trace {
    const list = this.#document.at('profiles');
    const profiles = this.#profiles(list);
    if (profiles.length === 0) throw new TraceFileError('malformed', '/profiles has no profile in it');
    this.#origin = profiles.reduce((least, { start, scale }) => Math.min(least, start * scale), Infinity);
    for (const profile of profiles) {
      if (profile.type === 'evented') this.#readEvents(profile);
      else this.#readSamples(profile);
      if (profile.end !== null) this.#last = Math.max(this.#last, this.#micros(profile, profile.end));
    }
    const header = this.#document.object();
    const text = (key: string) => (typeof header[key] === 'string' && header[key] !== '' ? header[key] : null);
    const units = [...new Set(profiles.map(({ reader }) => reader.at('unit').value ?? null))];
    return {
      execution: {
        ...EMPTY_EXECUTION,
        name: text('name') ?? profiles[0].track ?? fileName ?? 'profile',
        status: 'completed',
        sourceFormat: 'speedscope',
        recordedDuration: asMicros(this.#last),
        eventCount: this.#events,
        attributes: { ...(text('exporter') !== null && { exporter: text('exporter') }), unit: units[0] ?? null },
      },
      nodes: new NodeTableBuilder().snapshot(),
      spans: this.#spans.snapshot(),
      annotations: new AnnotationTableBuilder().snapshot(),
      links: NO_LINKS,
      warnings: this.#warnings.list(),
    };
  }

  #profiles(list: JsonReader): Profile[] {
    const taken = new Set<string>();
    return list.items().map((reader, index) => {
      const type = reader.at('type').string();
      if (type !== 'evented' && type !== 'sampled') return reader.at('type').fail('"evented" or "sampled"');
      const unit = reader.at('unit').optional((r) => r.string()) ?? 'none';
      if (!Object.hasOwn(UNITS, unit)) return reader.at('unit').fail('a unit of speedscope');
      const name = reader.at('name').optional((r) => r.string()) || `profile ${index + 1}`;
      let track = name;
      for (let n = 2; taken.has(track); n++) track = `${name} #${n}`;
      taken.add(track);
      const end = reader.at('endValue').optional(finite);
      const start = reader.at('startValue').optional(finite) ?? firstTime(reader);
      return { reader, type, track, scale: UNITS[unit], start, end };
    });
  }

  /** A moment of a profile, rounded. */
  #micros({ scale }: Profile, value: number): Micros {
    const exact = value * scale - this.#origin;
    const rounded = Math.round(exact);
    if (Math.abs(exact - rounded) > 1e-6) this.#warnings.add('sampled_times', `${value} of ${scale} us`);
    return asMicros(rounded);
  }

  #open(frame: number, at: Micros, stack: number[], track: string): void {
    const { name, metadata } = this.#frames[frame];
    const row = this.#spans.open({ kind: 'node', name, start: at, parent: stack.at(-1) ?? NONE, track });
    if (metadata !== null) this.#spans.annotateSpan(row, metadata);
    stack.push(row);
  }

  #close(row: number, at: Micros): void {
    this.#spans.close(row, at, 'completed');
    this.#last = Math.max(this.#last, at);
  }

  /** The number of a frame. @throws {TraceFileError} when the table has no such frame */
  #frame(value: JsonValue | undefined, at: () => JsonReader): number {
    const isFrame = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < this.#frames.length;
    return isFrame ? value : at().fail(`one of the ${this.#frames.length} frames`);
  }

  /**
   * Events that open (`O`) and close (`C`) frames. A frame that is closed while others inside of it are open closes them
   * too; what is open at the end ends with the profile.
   */
  #readEvents(profile: Profile): void {
    const list = profile.reader.at('events');
    const stack: number[] = [];
    const open: number[] = [];
    let before = profile.start;
    for (const [i, event] of list.array().entries()) {
      const here = () => new JsonReader(event, list, i);
      if (!isJsonObject(event)) return here().fail('an event');
      const { at, type } = event;
      if (typeof at !== 'number' || !Number.isFinite(at)) return here().at('at').fail('a number');
      if (i > 0 && at < before) return here().at('at').fail(`at or after the event before it (${before})`);
      before = at;
      const frame = this.#frame(event['frame'], () => here().at('frame'));
      const time = this.#micros(profile, at);
      if (type === 'O') {
        this.#open(frame, time, stack, profile.track);
        open.push(frame);
      } else if (type === 'C') this.#closeFrame(frame, time, stack, open, profile);
      else return here().at('type').fail('"O" or "C"');
      this.#events++;
    }
    const end = this.#micros(profile, Math.max(before, profile.end ?? before));
    for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
      this.#spans.flag(row, FLAG.unclosed);
      this.#warnings.add('unclosed_span', `"${this.#frames[open.pop() ?? 0].name}" of ${profile.track}`);
      this.#close(row, end);
    }
  }

  #closeFrame(frame: number, time: Micros, stack: number[], open: number[], { track }: Profile): void {
    const at = open.lastIndexOf(frame);
    if (at < 0) {
      this.#warnings.add('unopened_span', `end of "${this.#frames[frame].name}" of ${track}`);
      return;
    }
    while (stack.length > at) {
      const row = stack.pop() ?? 0;
      const inner = open.pop() ?? frame;
      if (stack.length > at) {
        this.#spans.flag(row, FLAG.unclosed);
        this.#warnings.add('unclosed_span', `"${this.#frames[inner].name}" of ${track}`);
      }
      this.#close(row, time);
    }
  }

  /** Stacks with weights: what two that follow each other have in common, from the outside in, goes on as one span. */
  #readSamples(profile: Profile): void {
    const list = profile.reader.at('samples');
    const samples = list.array();
    const weights = profile.reader.at('weights').numbers();
    if (weights.length !== samples.length) profile.reader.at('weights').fail(`a list of ${samples.length} numbers`);
    const stack: number[] = [];
    const open: number[] = [];
    let at = profile.start;
    let time = this.#micros(profile, at);
    for (const [i, sample] of samples.entries()) {
      const here = new JsonReader(sample, list, i);
      if (!isJsonArray(sample)) return here.fail('a list of frames');
      if (weights[i] < 0) return new JsonReader(weights[i], profile.reader.at('weights'), i).fail('0 or more');
      let common = 0;
      while (common < open.length && common < sample.length && open[common] === sample[common]) common++;
      while (stack.length > common) {
        this.#close(stack.pop() ?? 0, time);
        open.pop();
      }
      for (let depth = common; depth < sample.length; depth++) {
        const frame = this.#frame(sample[depth], () => new JsonReader(sample[depth], here, depth));
        this.#open(frame, time, stack, profile.track);
        open.push(frame);
      }
      at += weights[i];
      time = this.#micros(profile, at);
      this.#events++;
    }
    for (let row = stack.pop(); row !== undefined; row = stack.pop()) this.#close(row, time);
  }
}

/** When a profile begins that does not say so: with its first event, or at 0. */
function firstTime(profile: JsonReader): number {
  const events = profile.object()['events'];
  const first = isJsonArray(events) ? events[0] : undefined;
  const at = isJsonObject(first) ? first['at'] : undefined;
  return typeof at === 'number' && Number.isFinite(at) ? at : 0;
}

/** Reads a file of speedscope. @throws {TraceFileError} `malformed`, saying where it breaks the rules of the format */
export function readSpeedscope(bytes: Uint8Array, options: ReadOptions): readonly Trace[] {
  return [new SpeedscopeReader(new JsonReader(parseJson(textOf(bytes)))).read(options.fileName)];
}
