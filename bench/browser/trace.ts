/** Of Chrome's trace: what is needed to know how long the main thread of a page was busy. */
interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** How long the thread itself worked, without the time in which others had the processor. */
  readonly tdur?: number;
}

const TASK = 'ThreadControllerImpl::RunTask';

function isEvent(value: unknown): value is TraceEvent {
  return typeof value === 'object' && value !== null && 'name' in value && 'ts' in value && 'ph' in value;
}

/** The events of a recording of Chrome. */
export function eventsOf(recording: Buffer): readonly TraceEvent[] {
  const read: unknown = JSON.parse(recording.toString('utf8'));
  const listed = typeof read === 'object' && read !== null && 'traceEvents' in read ? read.traceEvents : null;
  if (!Array.isArray(listed)) throw new Error('the browser gave no trace');
  return listed.filter(isEvent);
}

/** For each pair of marks the milliseconds that the page's main thread worked between them, whatever it did. */
export function busyBetween(events: readonly TraceEvent[], kind: string): number[] {
  const marks = events.filter(({ name }) => name === `${kind}-begin` || name === `${kind}-end`);
  marks.sort((a, b) => a.ts - b.ts);
  const [first] = marks;
  if (first === undefined) return [];
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name === TASK && ph === 'X' && pid === first.pid && tid === first.tid,
  );
  tasks.sort((a, b) => a.ts - b.ts);
  const busy: number[] = [];
  let task = 0;
  for (let i = 0; i + 1 < marks.length; i += 2) {
    const from = marks[i]?.ts ?? 0;
    const to = marks[i + 1]?.ts ?? 0;
    let sum = 0;
    while (task < tasks.length && endOf(tasks[task]) <= from) task++;
    for (let at = task; at < tasks.length; at++) {
      const one = tasks[at];
      if (one === undefined || one.ts >= to) break;
      const inside = Math.min(to, endOf(one)) - Math.max(from, one.ts);
      sum += inside === one.dur ? (one.tdur ?? inside) : Math.max(0, inside);
    }
    busy.push(sum / 1000);
  }
  return busy;
}

function endOf(task: TraceEvent | undefined): number {
  return (task?.ts ?? 0) + (task?.dur ?? 0);
}
