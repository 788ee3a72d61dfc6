import { isWaitPhase, KIND, NONE, OPEN, spanNameAt, waitReasonOf, type Trace, type WaitReason } from '@flowprof/model';
import { words } from '../format/value.ts';

/** A wait of a span. */
export interface Wait {
  /** `queue wait`, `rate limit wait`, ... */
  readonly name: string;
  /** What for, in words; null where that is not known. */
  readonly cause: string | null;
  /** Microseconds. */
  readonly duration: number;
}

function atOnce(limit: number | null): string {
  return limit === null ? '' : `, ${limit} at once`;
}

/** What was waited for, in words. */
export function reasonInWords({ kind, name, limit }: WaitReason): string {
  const called = name === null ? '' : ` ${name}`;
  switch (kind) {
    case 'concurrency':
      return limit === null ? 'limit of the run' : `limit of the run: ${limit} at once`;
    case 'type':
      return `limit of${called} nodes${atOnce(limit)}`;
    case 'pool':
      return `pool${called}${atOnce(limit)}`;
    case 'task_queue':
      return `a worker of the task queue${called}`;
    case 'rate_limit':
      return `rate limit${called}${limit === null ? '' : `, ${limit} a second`}`;
    case 'dependency':
      return name === null ? 'a dependency' : `ready when ${name} had ended`;
    case 'dispatch':
      return 'the engine was busy';
    case 'backpressure':
      return 'what takes the events was behind';
    case 'interrupted':
      return 'nobody ran the execution';
    default:
      return `${words(kind)}${called}`;
  }
}

function waitAt({ spans }: Trace, row: number, now: number): Wait | null {
  const name = spanNameAt(spans, row);
  const reason = waitReasonOf(spans, row);
  if (!isWaitPhase(name) && reason === null) return null;
  const start = spans.start[row] ?? 0;
  const duration = spans.duration[row] ?? 0;
  return {
    name: words(name),
    cause: reason && reasonInWords(reason),
    duration: duration === OPEN ? Math.max(0, now - start) : duration,
  };
}

/** The waits of a span: of itself, or of what it directly consists of, the longest first. */
export function waitsIn(trace: Trace, row: number, now: number): Wait[] {
  const { spans } = trace;
  const own = waitAt(trace, row, now);
  if (own) return [own];
  const found: Wait[] = [];
  const isNode = spans.kind[row] === KIND.node;
  for (let at = 0; at < spans.length; at++) {
    const parent = spans.parent[at] ?? NONE;
    if (parent !== row || spans.kind[at] === KIND.node || (isNode && spans.node[at] !== spans.node[row])) continue;
    const wait = waitAt(trace, at, now);
    if (wait && wait.duration > 0) found.push(wait);
  }
  return found.sort((a, b) => b.duration - a.duration);
}
