/** From the events of one run to its trace. Pure: no clock, no network; the same events always give the same trace. */
import type { Trace } from '../../trace/trace.ts';
import { drawRun } from './draw-run.ts';
import type { HistoryEvent } from './events.ts';
import type { HistoryInfo } from './execution.ts';

export type { HistoryInfo } from './execution.ts';

export interface TraceOptions {
  /** Names a run that has no name of its own. */
  readonly fileName?: string;
}

/** The lower bounds of events that the server can take back: those of a workflow task under way. */
const NOT_DURABLE = new Set(['WorkflowTaskScheduled', 'WorkflowTaskStarted']);

/** The history of one run, as far as it is known: pages come in any order, any number of times. */
export class TemporalHistory {
  #info: HistoryInfo = {};
  readonly #events = new Map<number, HistoryEvent>();
  #conflicts = 0;
  #firstConflict = '';

  constructor(info: HistoryInfo = {}) {
    this.#info = info;
  }

  get info(): HistoryInfo {
    return this.#info;
  }

  /** How many events there are. */
  get length(): number {
    return this.#events.size;
  }

  /** Adds to what is known from elsewhere than the events; what is not told stays as it was. */
  describe(info: HistoryInfo): void {
    const told = Object.entries(info).filter(([, value]) => value !== null && value !== undefined);
    this.#info = { ...this.#info, ...Object.fromEntries(told) };
  }

  /** Whether another event of the same id is known, which is how pages of two runs differ. */
  conflictsWith(event: HistoryEvent): boolean {
    const known = this.#events.get(event.id);
    return known !== undefined && (known.type !== event.type || known.time !== event.time);
  }

  /** Takes events. One that came already changes nothing; of two that differ the one that came first counts. */
  add(events: Iterable<HistoryEvent>): void {
    for (const event of events) {
      if (!this.#events.has(event.id)) this.#events.set(event.id, event);
      else if (this.conflictsWith(event)) {
        this.#conflicts++;
        this.#firstConflict ||= `event ${event.id}: ${event.type}`;
      }
    }
  }

  /**
   * The id of the last event that stays: whoever goes on later asks for what comes after it. Events of a workflow task that
   * has not closed are not among them, because the server replaces them when it fails. 0 when there are none.
   */
  get checkpoint(): number {
    const events = this.#sorted();
    let last = events.length - 1;
    while (last >= 0 && NOT_DURABLE.has(events[last]?.type ?? '')) last--;
    return events[last]?.id ?? 0;
  }

  /** The trace of the events so far. */
  trace({ fileName }: TraceOptions = {}): Trace {
    const trace = drawRun(this, {});
    if (trace.execution.name !== '' || fileName === undefined) return trace;
    return { ...trace, execution: { ...trace.execution, name: fileName } };
  }

  /** How many events had the id of another and were not the same, and the first of them. */
  get conflicts(): { readonly count: number; readonly example: string } {
    return { count: this.#conflicts, example: this.#firstConflict };
  }

  /** In the order of their ids. */
  get events(): readonly HistoryEvent[] {
    return this.#sorted();
  }

  #sorted(): HistoryEvent[] {
    const events = [...this.#events.values()];
    const isSorted = events.every((event, i) => i === 0 || (events[i - 1]?.id ?? 0) < event.id);
    return isSorted ? events : events.sort((a, b) => a.id - b.id);
  }
}
