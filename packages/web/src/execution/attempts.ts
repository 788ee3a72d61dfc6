import { KIND, NONE, spanNameAt, statusOf, type JsonObject, type Status, type Trace } from '@flowprof/model';
import { durationOf, errorText } from './spanValues.ts';

/** Who tells of an attempt: the worker itself, exactly; somebody who looked now and then; the history, for the last. */
type AttemptSource = 'worker' | 'sample' | 'history' | null;

/** An attempt of a node. Microseconds. */
export interface Attempt {
  readonly row: number;
  readonly name: string;
  /** From 1; null where it is not numbered. */
  readonly number: number | null;
  readonly status: Status;
  readonly start: number;
  readonly duration: number;
  readonly error: string | null;
  /** Null where its source has but one way to tell. */
  readonly source: AttemptSource;
  /** Whether its times are an estimate. */
  readonly isEstimated: boolean;
  /** Null where it is not told. */
  readonly worker: string | null;
  /** The wait since the attempt before, by the retry policy. */
  readonly backoff: number;
  /** The wait for a worker. */
  readonly queue: number;
  /** Attempts before it, since the one before in the list, of which nothing else is told. */
  readonly untold: number;
}

const SOURCES = ['worker', 'sample', 'history'] as const;

/** A stretch between attempts. */
interface Gap {
  readonly kind: 'backoff' | 'queue';
  readonly start: number;
  readonly duration: number;
  readonly untold: number;
}

const GAPS: ReadonlyMap<string, Gap['kind']> = new Map([
  ['retry_backoff', 'backoff'],
  ['retry_window', 'backoff'],
  ['queue_wait', 'queue'],
]);

function numberAt(metadata: JsonObject | undefined, key: string): number | null {
  const value = metadata?.[key];
  return typeof value === 'number' ? value : null;
}

/** The waits of a node that lie in none of its attempts. */
function gapsOf({ spans }: Trace, node: number, now: number): readonly Gap[] {
  const gaps: Gap[] = [];
  for (let at = 0; at < spans.length; at++) {
    if (spans.node[at] !== node || spans.kind[at] !== KIND.phase) continue;
    const kind = GAPS.get(spanNameAt(spans, at));
    const parent = spans.parent[at] ?? NONE;
    if (kind === undefined || spans.kind[parent] === KIND.attempt) continue;
    const untold = numberAt(spans.metadata.get(at), 'attempts_before') ?? 0;
    gaps.push({ kind, start: spans.start[at] ?? 0, duration: durationOf(spans, at, now), untold });
  }
  return gaps;
}

function sumOf(gaps: readonly Gap[], kind: Gap['kind']): number {
  return gaps.reduce((sum, gap) => (gap.kind === kind ? sum + gap.duration : sum), 0);
}

function sourceOf(metadata: JsonObject | undefined): AttemptSource {
  const source = metadata?.['source'];
  return SOURCES.find((known) => known === source) ?? null;
}

/**
 * The attempts of the node that a span belongs to, in the order of time, each with the waits before it. Empty where there
 * was but one, the first. O(spans).
 * @param now up to where what still runs counts, in microseconds from the execution's start
 */
export function attemptsOf(trace: Trace, row: number, now: number): readonly Attempt[] {
  const { spans } = trace;
  const node = spans.node[row] ?? NONE;
  if (node === NONE) return [];
  const rows: number[] = [];
  for (let at = 0; at < spans.length; at++)
    if (spans.kind[at] === KIND.attempt && spans.node[at] === node) rows.push(at);
  const startOf = (at: number) => spans.start[at] ?? 0;
  rows.sort((a, b) => startOf(a) - startOf(b));
  const gaps = gapsOf(trace, node, now);
  const attempts = rows.map((at, i): Attempt => {
    const metadata = spans.metadata.get(at);
    const start = startOf(at);
    const after = i === 0 ? Number.NEGATIVE_INFINITY : startOf(rows[i - 1] ?? NONE);
    const before = gaps.filter((gap) => gap.start > after && gap.start <= start);
    const worker = metadata?.['worker'];
    return {
      row: at,
      name: spanNameAt(spans, at),
      number: numberAt(metadata, 'attempt'),
      status: statusOf(spans.status[at] ?? 0),
      start,
      duration: durationOf(spans, at, now),
      error: errorText(metadata?.['error']),
      source: sourceOf(metadata),
      isEstimated: metadata?.['estimated'] === true,
      worker: typeof worker === 'string' ? worker : null,
      backoff: sumOf(before, 'backoff'),
      queue: sumOf(before, 'queue'),
      untold: before.reduce((sum, gap) => sum + gap.untold, 0),
    };
  });
  const [only] = attempts;
  const isPlain = attempts.length < 2 && (only === undefined || ((only.number ?? 1) <= 1 && only.untold === 0));
  return isPlain ? [] : attempts;
}

/** What an attempt's times are worth, in words; null where there is nothing to say. */
export function worthOf({ source, isEstimated }: Pick<Attempt, 'source' | 'isEstimated'>): string | null {
  if (isEstimated) return 'estimated';
  switch (source) {
    case 'worker':
      return 'told by the worker';
    case 'sample':
      return 'seen by looking now and then';
    case 'history':
    case null:
      return null;
    default:
      return source satisfies never;
  }
}
