import { toEpochMicros, toMicros, type EpochMicros, type Micros } from '../units.ts';
import { NONE } from '../trace/trace.ts';
import { ATTRIBUTE, OTLP_STATUS, type OtlpSpans } from './columns.ts';
import type { SpanPicks } from './gather.ts';
import { OtlpTexts } from './strings.ts';
import { workflowOf } from './tags.ts';

/** What an execution is, as far as its row says it. */
export interface QuickSummary {
  readonly name: string;
  readonly workflow: string;
  readonly startedAt: EpochMicros;
  readonly duration: Micros;
  readonly spanCount: number;
}

/** Keys that begin so may make nodes of spans, or a run of a trace: see `workflow-fields.ts` and `conventions.ts`. */
const TELLING = ['workflow.', 'cicd.', 'airflow.'].map((text) => Uint8Array.from(text, (char) => char.charCodeAt(0)));

/** The years 2001 and 2100, in microseconds: moments outside of them are not taken as such. */
const CALENDAR = { from: 1e15, to: 4.1e15 } as const;

/** Instead of the position of a parent that is not among the spans. */
const UNKNOWN = -2;

/** More spans are looked at by what makes traces. */
const MOST_SPANS = 2000;

/** Segment-wide facts, found once for all of its traces. */
class Part {
  readonly words: Uint32Array;
  readonly parentWords: Uint32Array;
  /** Whether keys may be among its strings that say more than a name and a value. */
  readonly isTelling: boolean;
  readonly texts: OtlpTexts;
  readonly #serviceKey: number;
  readonly #spans: OtlpSpans;

  constructor(spans: OtlpSpans) {
    this.#spans = spans;
    this.words = wordsOf(spans.spanId);
    this.parentWords = wordsOf(spans.parentId);
    this.texts = new OtlpTexts(spans.strings);
    this.isTelling = hasTelling(spans.strings);
    this.#serviceKey = this.texts.find('service.name');
  }

  /** The service that a span is of; empty where it has no name, null where that is not to be taken as it is. */
  serviceAt(row: number): string | null {
    const { attributes } = this.#spans.resources;
    const resource = this.#spans.resource[row];
    let service = '';
    for (let at = attributes.offsets[resource]; at < attributes.offsets[resource + 1]; at++) {
      if (attributes.key[at] !== this.#serviceKey) continue;
      if (attributes.type[at] !== ATTRIBUTE.string) return null;
      service = this.texts.at(attributes.value[at]);
    }
    return service.startsWith('unknown_service') ? null : service;
  }
}

function wordsOf(ids: Uint8Array<ArrayBuffer>): Uint32Array {
  const isAligned = ids.byteOffset % 4 === 0;
  return isAligned
    ? new Uint32Array(ids.buffer, ids.byteOffset, ids.byteLength / 4)
    : new Uint32Array(ids.slice().buffer);
}

function hasTelling({ length, bytes, offsets }: OtlpSpans['strings']): boolean {
  for (let number = 0; number < length; number++) {
    const at = offsets[number];
    const size = offsets[number + 1] - at;
    for (const prefix of TELLING) {
      let i = 0;
      while (i < prefix.length && i < size && bytes[at + i] === prefix[i]) i++;
      if (i === prefix.length) return true;
    }
  }
  return false;
}

/**
 * Says what a trace comes to where nothing about it is out of the ordinary: it has its root, which has completed; all
 * spans have ended, within their parents, and have come once. The same is said by what makes whole traces, for a hundred
 * times the work; whatever this cannot say is left to that.
 */
export class QuickSummaries {
  readonly #parts: readonly Part[];
  readonly #spans: readonly OtlpSpans[];
  #slots = new Int32Array(256);
  #parents = new Int32Array(128);
  #mask = 0;

  constructor(spans: readonly OtlpSpans[]) {
    this.#spans = spans;
    this.#parts = spans.map((part) => new Part(part));
  }

  /** Null where more is to be looked at. */
  of({ parts, rows }: SpanPicks): QuickSummary | null {
    const n = rows.length;
    if (n === 0 || n > MOST_SPANS || !this.#index(parts, rows)) return null;
    let [first, last, root] = [Infinity, -Infinity, NONE];
    for (let i = 0; i < n; i++) {
      const spans = this.#spans[parts[i]];
      const row = rows[i];
      const [start, end] = [spans.start[row], spans.end[row]];
      if (spans.marks[row] !== 0 || start < CALENDAR.from || end > CALENDAR.to || this.#parts[parts[i]].isTelling)
        return null;
      const parent = this.#parentOf(parts, rows, i);
      if (parent === UNKNOWN) return null;
      this.#parents[i] = parent;
      if (parent === NONE) {
        if (root === NONE || this.#isBefore(parts, rows, i, root)) root = i;
      } else {
        const [above, at] = [this.#spans[parts[parent]], rows[parent]];
        if (start < above.start[at] || end > above.end[at]) return null;
      }
      if (start < first) first = start;
      if (end > last) last = end;
    }
    if (root === NONE || this.#hasCycle(n)) return null;
    return this.#summary(parts[root], rows[root], first, last, n);
  }

  #summary(part: number, row: number, first: number, last: number, spanCount: number): QuickSummary | null {
    const spans = this.#spans[part];
    const { texts } = this.#parts[part];
    const service = this.#parts[part].serviceAt(row);
    if (spans.status[row] === OTLP_STATUS.error || service === null) return null;
    const name = texts.at(spans.name[row]) || '(unnamed)';
    const workflow = workflowOf(service === '' ? null : service, name);
    return { name, workflow, startedAt: toEpochMicros(first), duration: toMicros(last - first), spanCount };
  }

  /** Puts all spans into the table of slots; false where an id occurs twice. */
  #index(parts: readonly number[], rows: readonly number[]): boolean {
    const size = 2 ** Math.ceil(Math.log2(2 * rows.length + 2));
    if (this.#slots.length < size) this.#slots = new Int32Array(size);
    if (this.#parents.length < rows.length) this.#parents = new Int32Array(2 * rows.length);
    const slots = this.#slots;
    slots.fill(0, 0, size);
    const mask = size - 1;
    this.#mask = mask;
    for (let i = 0; i < rows.length; i++) {
      const { words } = this.#parts[parts[i]];
      const [low, high] = [words[2 * rows[i]], words[2 * rows[i] + 1]];
      let slot = slotOf(low, high) & mask;
      for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const other = slots[slot] - 1;
        const at = 2 * rows[other];
        const known = this.#parts[parts[other]].words;
        if (known[at] === low && known[at + 1] === high) return false;
      }
      slots[slot] = i + 1;
    }
    return true;
  }

  /** The position of a span's parent; `NONE` where it names none, `UNKNOWN` where that is not among the spans. */
  #parentOf(parts: readonly number[], rows: readonly number[], i: number): number {
    const { parentWords } = this.#parts[parts[i]];
    const [low, high] = [parentWords[2 * rows[i]], parentWords[2 * rows[i] + 1]];
    if (low === 0 && high === 0) return NONE;
    const slots = this.#slots;
    for (let slot = slotOf(low, high) & this.#mask; slots[slot] !== 0; slot = (slot + 1) & this.#mask) {
      const other = slots[slot] - 1;
      const { words } = this.#parts[parts[other]];
      if (words[2 * rows[other]] === low && words[2 * rows[other] + 1] === high) return other;
    }
    return UNKNOWN;
  }

  /** Whether a span comes before another at the top: by start, then the longer, then by id. */
  #isBefore(parts: readonly number[], rows: readonly number[], a: number, b: number): boolean {
    const [one, other] = [this.#spans[parts[a]], this.#spans[parts[b]]];
    const [i, j] = [rows[a], rows[b]];
    if (one.start[i] !== other.start[j]) return one.start[i] < other.start[j];
    if (one.end[i] !== other.end[j]) return one.end[i] > other.end[j];
    for (let at = 0; at < 8; at++) {
      const difference = one.spanId[8 * i + at] - other.spanId[8 * j + at];
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  /** Whether going up from some span never ends. */
  #hasCycle(n: number): boolean {
    const parents = this.#parents;
    for (let i = 0; i < n; i++) {
      let steps = 0;
      for (let at = i; at !== NONE; at = parents[at]) if (++steps > n) return true;
    }
    return false;
  }
}

function slotOf(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
