import { formatDuration } from '@flowprof/flame';
import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';

/** Where something ran; null for what its source does not tell. */
export interface Place {
  readonly taskQueue: string | null;
  /** The worker that took it, by the identity that it gave itself. */
  readonly worker: string | null;
  /** What was deployed there. */
  readonly buildId: string | null;
}

/** What of the metadata of a node is shown in words of its own, and not again as metadata. */
export const TOLD: ReadonlySet<string> = new Set(['task_queue', 'worker', 'identity', 'build_id', 'retry']);

function textAt(metadata: JsonObject | undefined, key: string): string | null {
  const value = metadata?.[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Where a span ran, as its own metadata tell it, or those of its node. */
export function placeOf(own: JsonObject | undefined, node: JsonObject | undefined): Place {
  const first = (...keys: readonly string[]) => {
    for (const metadata of [own, node]) {
      for (const key of keys) {
        const text = textAt(metadata, key);
        if (text !== null) return text;
      }
    }
    return null;
  };
  return { taskQueue: first('task_queue'), worker: first('worker', 'identity'), buildId: first('build_id') };
}

function numberAt(retry: JsonObject, key: string): number | null {
  const value = retry[key];
  return typeof value === 'number' ? value : null;
}

const inWords = (ms: number) => formatDuration(ms * 1000);

/** How long is waited between attempts: `after 1 s, then 2× as long each, 100 s at most`. */
function waitsOf(retry: JsonObject): string | null {
  const initial = numberAt(retry, 'initial_interval_ms');
  if (initial === null) return null;
  const factor = numberAt(retry, 'backoff_coefficient') ?? 1;
  if (factor <= 1) return `every ${inWords(initial)}`;
  const most = numberAt(retry, 'maximum_interval_ms');
  const atMost = most === null ? '' : `, ${inWords(most)} at most`;
  return `after ${inWords(initial)}, each time ${factor}× as long${atMost}`;
}

/** A retry policy in a line; null where none is told, as other engines than Temporal do not. */
export function policyWords(retry: JsonValue | undefined): string | null {
  if (!isJsonObject(retry)) return null;
  const policy = textAt(retry, 'policy');
  if (policy === null) return null;
  if (policy === 'none') return 'none: nothing is tried again';
  const most = numberAt(retry, 'max_attempts');
  const attempts = most === null ? 'without limit' : most === 1 ? 'a single attempt' : `up to ${most} attempts`;
  const waits = most === 1 ? null : waitsOf(retry);
  const whose = policy === 'server default' ? 'server default: ' : '';
  return `${whose}${attempts}${waits === null ? '' : `, ${waits}`}`;
}
