import type { Warning } from './trace.ts';

/** Every repair that reading a trace can make, by its code, with what it means. */
export const WARNING_CODES = {
  end_before_start: 'A span ended before it started; its duration is taken as 0.',
  unclosed_span: 'A span has a start and no end; it was closed where its parent or the trace ends.',
  unopened_span: 'An end has no start that matches; it was left out.',
  mismatched_end: 'An end names another span than the one that is open; the open one was closed.',
  missing_parent: 'A span names a parent that is not in the trace; it stands at the top.',
  parent_cycle: 'Spans are their own ancestors; the cycle was cut.',
  duplicate_span: 'A span id occurs more than once; the last record counts.',
  outside_parent: 'A span starts before its parent or ends after it.',
  unknown_node: 'A record names a node that was not declared; it was added.',
  unknown_dependency: 'A node depends on one that is not in the trace; the dependency was left out.',
  dependency_cycle: 'Nodes depend on each other in a circle; the dependency that closes it was left out.',
  duplicate_task: 'Tasks have the same id; the later ones got a number behind it.',
  missing_attempts: 'Earlier tries of a task are not in the file; the last one keeps its number.',
  missing_records: 'The file says that there is more than it holds; what is there was read.',
  missing_start: 'A record has an end and no start; it was taken to have no length.',
  missing_end: 'A record is said to have ended and has no end; it was closed at the last time that is known of it.',
  negative_wait: 'A task started before it was submitted; its wait is taken as 0.',
  contradicting_attempt:
    'A worker reported an attempt otherwise than the history of the run has it; what the history says counts.',
  unmatched_attempt: 'A worker reported an attempt at something that the history of the run does not have.',
  superseded_attempt: 'An attempt has no end although a later one has begun; it was closed there.',
  clock_skew: 'The clock of another machine differs: its spans were moved into the span that called them.',
  assumed_start:
    'A start is missing; it was taken from what is known: a first event, the parent, end and duration, or the dependencies.',
  missing_tasks: 'The file tells of the execution and not of its tasks.',
  missing_zone: 'Times have no time zone; they were taken as UTC.',
  outside_execution: 'A task ran outside of the time that the source states for the execution, which was widened.',
  unreadable_value: 'A value is not what its column holds; it was left out.',
  missing_time: 'A record has no usable time; it was left out.',
  guessed_time: 'A record has no usable time; it was given that of the record before it.',
  duplicate_event: 'Two records have the same id and differ; the first counts.',
  unknown_event: 'A record is of a kind that is not known here; it is kept as a mark under its name.',
  overlapping_spans: 'Spans of one thread overlap without one containing the other; they stand side by side.',
  unbound_link: 'An arrow has no span at one of its ends; it was left out.',
  missing_duration: 'A complete event has no duration; its processor time, or else 0, was taken.',
  unsupported_event: 'A record is of a kind that a flame chart has no place for; it was left out.',
  invalid_json: 'The file is not quite JSON; numbers that JSON lacks became null, control characters were escaped.',
  invalid_line: 'A line of the file could not be read; it was left out.',
  left_out: 'There is more inside than has room here; it was left out.',
  truncated_file: 'The file ends in the middle; what came before was read.',
  sampled_times: 'Times were rounded to whole microseconds.',
  too_many_spans: 'An execution came with more spans than are kept; those beyond the limit were refused.',
  sink_failed: 'The sink refused a batch of events while the execution ran; it was not delivered.',
} as const;

export type WarningCode = keyof typeof WARNING_CODES;

/** Whether a warning, which may come from a file, is one of the table. */
export function isWarningCode(code: string): code is WarningCode {
  return Object.hasOwn(WARNING_CODES, code);
}

/** Counts warnings while a trace is read. */
export class WarningCounter {
  readonly #byCode = new Map<string, { count: number; example: string }>();

  /** Counts more cases, one by default; the example of the first is kept. */
  add(code: WarningCode, example: string, count = 1): void {
    const known = this.#byCode.get(code);
    if (known) known.count += count;
    else this.#byCode.set(code, { count, example });
  }

  /** The counts so far, in the order in which the codes first occurred. */
  list(): Warning[] {
    return [...this.#byCode].map(([code, { count, example }]) => ({ code, count, example }));
  }
}
