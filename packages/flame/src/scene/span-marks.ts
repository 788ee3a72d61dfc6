import { KIND, NONE, OPEN, spanNameAt, type Trace } from '@flowprof/model';
import { shownRow, type Layout } from '../layout/layout.ts';
import { formatDuration } from '../time.ts';
import { METRICS } from './metrics.ts';
import type { Scene } from './scene.ts';

/** What a mark on a bar stands for; each has a shape of its own. */
export type MarkKind = 'retry' | 'rate-limit' | 'error' | 'annotation';

/** An instant on a span: an annotation, the beginning of another attempt, or of a wait for a rate limit. */
interface SpanMark {
  readonly kind: MarkKind;
  /** In the time of the chart. */
  readonly time: number;
  /** The lane, or `NONE` for the execution itself, which is marked on the axis. */
  readonly lane: number;
  /** What it says, as text and never markup. */
  readonly text: string;
}

/** The marks of a scene by lane, in the order of time. */
export interface SpanMarks {
  readonly all: readonly SpanMark[];
  /** The marks of lane `l` are `all[offsets[l + 1] .. offsets[l + 2])`; those of the axis are lane `NONE`. */
  readonly offsets: Uint32Array;
}

/** At most so many marks are kept. */
const MOST = 50_000;

const KIND_OF_TYPE: ReadonlyMap<string, MarkKind> = new Map<string, MarkKind>([
  ['retry', 'retry'],
  ['rate_limit', 'rate-limit'],
  ['error', 'error'],
]);

function annotationMarks({ trace, layout, time }: Pick<Scene, 'trace' | 'layout' | 'time'>): SpanMark[] {
  const { annotations } = trace;
  const marks: SpanMark[] = [];
  for (let at = 0; at < annotations.length && marks.length < MOST; at++) {
    const of = annotations.span[at];
    const row = of === NONE ? NONE : shownRow(layout, of);
    if (of !== NONE && row === NONE) continue;
    const type = annotations.type[at];
    marks.push({
      kind: KIND_OF_TYPE.get(type) ?? 'annotation',
      time: time.toChart(annotations.time[at]),
      lane: row === NONE ? NONE : layout.laneOf[row],
      text: `${type.replaceAll('_', ' ')}: ${annotations.label[at]}`,
    });
  }
  return marks;
}

/** The first attempt of every span that has several in lanes of their own. */
function firstAttempts(trace: Trace, layout: Layout): Map<number, number> {
  const first = new Map<number, number>();
  const { kind, start } = trace.spans;
  for (const row of layout.laneRows) {
    if (kind[row] !== KIND.attempt) continue;
    const known = first.get(layout.parent[row]);
    if (known === undefined || start[row] < start[known]) first.set(layout.parent[row], row);
  }
  return first;
}

/** Attempts after the first, and waits for a rate limit. */
function spanMarks(scene: Pick<Scene, 'trace' | 'layout' | 'realEnd'>, most: number): SpanMark[] {
  const { trace, layout, realEnd } = scene;
  const { spans } = trace;
  const limited = spans.names.indexOf('rate_limit_wait');
  const first = spans.kind.includes(KIND.attempt) ? firstAttempts(trace, layout) : new Map<number, number>();
  const marks: SpanMark[] = [];
  if (first.size === 0 && limited === -1) return marks;
  for (const row of layout.laneRows) {
    if (marks.length >= most) break;
    const place = { time: layout.start[row], lane: layout.laneOf[row] };
    if (spans.kind[row] === KIND.attempt && first.get(layout.parent[row]) !== row) {
      marks.push({ ...place, kind: 'retry', text: `retry: ${spanNameAt(spans, row)}` });
    } else if (spans.name[row] === limited) {
      const still = spans.duration[row] === OPEN ? ' so far' : '';
      const text = `rate limit: waits ${formatDuration(realEnd[row] - spans.start[row])}${still}`;
      marks.push({ ...place, kind: 'rate-limit', text });
    }
  }
  return marks;
}

function sorted(scene: Pick<Scene, 'trace' | 'layout' | 'time' | 'realEnd'>): SpanMarks {
  const told = annotationMarks(scene);
  const all = [...told, ...spanMarks(scene, MOST - told.length)];
  all.sort((a, b) => a.lane - b.lane || a.time - b.time);
  const offsets = new Uint32Array(scene.layout.laneCount + 2);
  for (const { lane } of all) offsets[lane + 2]++;
  for (let i = 1; i < offsets.length; i++) offsets[i] += offsets[i - 1];
  return { all, offsets };
}

const known = new WeakMap<object, SpanMarks>();

/** The marks of a scene, found when they are first asked for. */
export function spanMarksOf(scene: Pick<Scene, 'trace' | 'layout' | 'time' | 'realEnd'>): SpanMarks {
  let marks = known.get(scene);
  if (marks === undefined) {
    marks = sorted(scene);
    known.set(scene, marks);
  }
  return marks;
}

/** At most so many marks under the pointer are told. */
const MOST_TOLD = 4;

/** What the marks within `reach` of a time in a lane (or with `NONE` on the axis) say. */
export function marksNear({ all, offsets }: SpanMarks, lane: number, time: number, reach: number): string[] {
  const texts: string[] = [];
  let more = 0;
  for (let i = offsets[lane + 1]; i < offsets[lane + 2]; i++) {
    if (Math.abs(all[i].time - time) > reach) continue;
    if (texts.length < MOST_TOLD) texts.push(all[i].text);
    else more++;
  }
  if (more > 0) texts.push(`and ${more} more`);
  return texts;
}

/** How far from the middle of a mark one may point and still mean it, in CSS pixels. */
export const MARK_REACH = METRICS.labelPadding;
