import { isJsonObject, type JsonObject } from '../../json.ts';
import { numberOf } from './fields.ts';

/** The processes under which the recorder of PyTorch (Kineto) draws its own windows of recording. */
const KINETO_PIDS = new Set(['Spans', 'Traces']);

/**
 * Whether a slice is drawn by the recorder and is no work of what was recorded. Such slices stand for others, or for
 * the recording itself, so counting them would count time twice, or time in which nothing happened:
 * - PyTorch: `Trace` slices of the processes `Spans` and `Traces` are the recorder's windows; `gpu_user_annotation` is an
 *   annotation of the processor, drawn again from the first to the last kernel that it launched; `overhead`
 *   of process -1 is the tracer's own time;
 * - Clang and LLVM (`-ftime-trace`): `Total <name>` is the sum of all slices of a name, drawn from time 0 on a thread of
 *   its own, with the count and the mean.
 */
export function isOfRecorder(event: JsonObject, category: string): boolean {
  switch (category) {
    case 'Trace':
      return typeof event['pid'] === 'string' && KINETO_PIDS.has(event['pid']);
    case 'gpu_user_annotation':
      return true;
    case 'overhead':
      return numberOf(event['pid']) === -1;
    case '':
      return isTotal(event);
    default:
      return false;
  }
}

function isTotal({ name, args }: JsonObject): boolean {
  if (typeof name !== 'string' || !name.startsWith('Total ') || !isJsonObject(args)) return false;
  return !Number.isNaN(numberOf(args['count'])) && !Number.isNaN(numberOf(args['avg ms']));
}
