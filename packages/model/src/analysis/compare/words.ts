import type { Cause } from '../../trace/phases.ts';
import type { WaitReason } from '../wait-reasons.ts';
import type { Presence } from './align.ts';

/** A number to three digits without zeros at the end: `1.5`, `12`, `123`. */
function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Microseconds in words, without a sign. */
export function timeText(time: number): string {
  const us = Math.abs(time);
  if (us < 1000) return `${us} µs`;
  if (us < 999_500) return `${threeDigits(us / 1000)} ms`;
  if (us < 59_950_000) return `${threeDigits(us / 1_000_000)} s`;
  const seconds = Math.round(us / 1_000_000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The same with its sign. */
export function signedTime(time: number): string {
  return `${time < 0 ? '−' : '+'}${timeText(time)}`;
}

/** What is said of a node by cause: where it took more, and where it took less. */
const PHRASES: Readonly<Record<Cause, readonly [more: string, less: string]>> = {
  work: ['worked longer', 'worked less'],
  queue: ['was queued longer', 'was queued less'],
  rate_limit: ['waited longer for a rate limit', 'waited less for a rate limit'],
  retry_backoff: ['waited longer between attempts', 'waited less between attempts'],
  failed_attempts: ['lost more to failed attempts', 'lost less to failed attempts'],
  sleep: ['slept longer', 'slept less'],
  callback: ['waited longer until its end was noted', 'waited less until its end was noted'],
  engine: ['took the engine longer', 'took the engine less'],
  unaccounted: ['had more time that nothing explains', 'had less time that nothing explains'],
};

/** The same of time that belongs to no node. */
const BETWEEN: Readonly<Record<Cause, string>> = {
  work: 'work of no node',
  queue: 'queueing between nodes',
  rate_limit: 'rate limits between nodes',
  retry_backoff: 'waits between attempts',
  failed_attempts: 'failed attempts',
  sleep: 'sleep between nodes',
  callback: 'callbacks between nodes',
  engine: 'the engine between nodes',
  unaccounted: 'time between nodes that nothing explains',
};

/** What a wait was for, as it stands after the phrase; empty where the source does not tell. */
function reasonText(reason: WaitReason | null): string {
  if (reason === null) return '';
  const name = reason.name === null ? '' : ` ${quoted(reason.name)}`;
  switch (reason.kind) {
    case 'concurrency':
      return ' for a place of the run';
    case 'type':
      return ` for a place of the type${name}`;
    case 'pool':
      return ` for the pool${name}`;
    case 'task_queue':
      return ` for a worker of the task queue${name}`;
    case 'rate_limit':
      return name;
    case 'loop':
      return ` for its turn in${name}`;
    case 'backpressure':
      return " for whoever takes the run's events";
    case 'dependency':
    case 'dispatch':
      return ' for the engine to start it';
    default:
      return ` (${reason.kind}${name})`;
  }
}

/** A name as it stands in a sentence. */
export function quoted(name: string): string {
  return name === '' ? 'what has no name' : `"${name}"`;
}

/** What a node did more or less of. */
export function causePhrase(cause: Cause, difference: number, reason: WaitReason | null): string {
  if (difference === 0) return 'took as long';
  return `${PHRASES[cause][difference < 0 ? 1 : 0]}${reasonText(reason)}`;
}

export function betweenPhrase(cause: Cause): string {
  return BETWEEN[cause];
}

/** What is said of a node that ran in one of the executions only. */
export function presencePhrase(presence: Presence): string | null {
  switch (presence) {
    case 'new':
      return 'is new';
    case 'removed':
      return 'is gone';
    case 'not_run_before':
      return 'did not run before';
    case 'not_run_after':
      return 'did not run';
    case 'both':
      return null;
    default:
      return presence satisfies never;
  }
}

/** Some names in a sentence: the first two, and how many more there are. */
function someNames(names: readonly string[]): string {
  const [first = '', second, ...more] = names.map(quoted);
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${more.length} more`;
}

/**
 * What is said of a path that goes another way.
 * @param told whose nodes the other parts are about; see `ShiftPart`
 */
export function shiftPhrase(left: readonly string[], came: readonly string[], told: 'left' | 'came'): string {
  if (came.length === 0) return `the critical path no longer goes through ${someNames(left)}, which held it before`;
  if (left.length === 0) return `the critical path now goes through ${someNames(came)}, which ran beside it before`;
  const [now, then] = [someNames(came), someNames(left)];
  return told === 'came'
    ? `the critical path went through ${then} before, beside which ${now} had that much slack`
    : `the critical path now goes through ${now}, beside which ${then} has that much slack`;
}
