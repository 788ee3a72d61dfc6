import { asMicros, msFromMicros } from '../../units.ts';
import type { Analysis } from '../analyse.ts';
import type { DifferencePart, NodePart } from './attribution.ts';
import type { Names } from './names.ts';
import { causePhrase, presencePhrase, quoted, signedTime, timeText } from './words.ts';

/** How the second execution did against the first; `unknown` where nothing ran in one of them. */
export type Verdict = 'slower' | 'faster' | 'same' | 'unknown';

/** Something that explains a part of the difference: all parts of one node, or one that is of no node. */
export interface Finding {
  readonly kind: DifferencePart['kind'];
  readonly id: string | null;
  readonly name: string | null;
  readonly difference_ms: number;
  /** In words, without the time. */
  readonly text: string;
}

/** Differences of less than this part of the longer makespan are noise. */
const TOLERANCE_SHARE = 0.01;
/** So are those of less than this, in microseconds, however short the executions. */
const LEAST_TOLERANCE = 100;
const MOST_FINDINGS = 10;
const TOLD_IN_SUMMARY = 3;
/** A cause is told beside the largest of a node from this part of its difference on. */
const TELLING_SHARE = 0.1;

/** How large a difference is told; microseconds. The same whichever execution is the first. */
export function toleranceOf(before: number, after: number): number {
  return Math.max(LEAST_TOLERANCE, Math.round(Math.max(before, after) * TOLERANCE_SHARE));
}

function differenceOf({ before, after }: Pick<DifferencePart, 'before' | 'after'>): number {
  return after - before;
}

function sumOf(parts: readonly DifferencePart[]): number {
  return parts.reduce((sum, part) => sum + differenceOf(part), 0);
}

function phraseOf(part: NodePart): string {
  return causePhrase(part.cause, differenceOf(part), part.reason);
}

/** What a node's parts say together: the largest cause first, with their times where there are several. */
function nodeText(parts: readonly NodePart[], names: Names): string {
  const [first] = parts;
  const name = quoted(names.nameOf(first.pair));
  const presence = presencePhrase(names.presenceOf(first.pair));
  if (presence !== null) return `${name} ${presence}`;
  const total = parts.reduce((sum, part) => sum + Math.abs(differenceOf(part)), 0);
  const telling = parts.filter((part, i) => i === 0 || Math.abs(differenceOf(part)) >= total * TELLING_SHARE);
  if (telling.length === 1) return `${name} ${phraseOf(first)}`;
  const phrases = telling.map((part) => `${phraseOf(part)} (${signedTime(differenceOf(part))})`);
  return `${name} ${phrases.slice(0, -1).join(', ')} and ${phrases.at(-1)}`;
}

/** What explains most of a difference, the largest first. Parts of less than the tolerance are no findings. */
export function findingsOf(parts: readonly DifferencePart[], names: Names, tolerance: number): Finding[] {
  const byNode = new Map<number, NodePart[]>();
  const others: DifferencePart[] = [];
  for (const part of parts) {
    if (part.kind !== 'node') others.push(part);
    else if (byNode.get(part.pair)?.push(part) === undefined) byNode.set(part.pair, [part]);
  }
  const found = [
    ...[...byNode.values()].map((own) => ({ of: own, difference: sumOf(own), text: () => nodeText(own, names) })),
    ...others.map((part) => ({ of: [part], difference: differenceOf(part), text: () => names.textOf(part) })),
  ];
  return found
    .filter(({ difference }) => Math.abs(difference) >= tolerance)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || b.difference - a.difference)
    .slice(0, MOST_FINDINGS)
    .map(({ of: [part], difference, text }) => ({
      kind: part.kind,
      id: part.kind === 'node' ? names.idOf(part.pair) : null,
      name: part.kind === 'node' ? names.nameOf(part.pair) : null,
      difference_ms: msFromMicros(asMicros(difference)),
      text: text(),
    }));
}

/** Whether the second execution was slower than the first, by more than the tolerance. */
export function verdictOf(before: Analysis, after: Analysis, tolerance: number): Verdict {
  if (before.measures === null || after.measures === null) return 'unknown';
  const difference = after.measures.makespan - before.measures.makespan;
  if (Math.abs(difference) < tolerance) return 'same';
  return difference > 0 ? 'slower' : 'faster';
}

/** The first findings, and what all else comes to. */
function explanation(findings: readonly Finding[], difference: number, tolerance: number): string {
  const told = findings.slice(0, TOLD_IN_SUMMARY);
  const micros = told.map(({ difference_ms: ms }) => Math.round(ms * 1000));
  const rest = difference - micros.reduce((sum, time) => sum + time, 0);
  const texts = told.map(({ text }, i) => `${signedTime(micros[i])}: ${text}`);
  if (Math.abs(rest) >= tolerance) texts.push(`${signedTime(rest)}: everything else`);
  return texts.join('; ');
}

function percentText(difference: number, before: number): string {
  if (before === 0) return '';
  const percent = (difference / before) * 100;
  const digits = Math.abs(percent) >= 10 ? 0 : 1;
  return `, ${difference < 0 ? '−' : '+'}${Math.abs(percent).toFixed(digits)}%`;
}

/** How the executions ended, where that differs. */
function statusText(before: Analysis, after: Analysis): string {
  const [a, b] = [before.graph.trace.execution.status, after.graph.trace.execution.status];
  return a === b ? '' : ` It is ${b}; the one before was ${a}.`;
}

/** The comparison in one or two sentences. */
export function summarise(before: Analysis, after: Analysis, findings: readonly Finding[], tolerance: number): string {
  const status = statusText(before, after);
  const [a, b] = [before.measures?.makespan ?? null, after.measures?.makespan ?? null];
  if (a === null && b === null) return `Nothing ran in either execution.${status}`;
  if (a === null) return `Nothing ran in the execution before; this one took ${timeText(b ?? 0)}.${status}`;
  if (b === null) return `Nothing ran; the execution before took ${timeText(a)}.${status}`;
  const difference = b - a;
  const why = explanation(findings, difference, tolerance);
  const shares = percentText(difference, a);
  if (Math.abs(difference) < tolerance) {
    const even = why === '' ? '.' : `, because what changed evens out: ${why}.`;
    return `It took about as long: ${timeText(b)} against ${timeText(a)}${even}${status}`;
  }
  const how = difference > 0 ? 'longer' : 'less';
  const took = `It took ${timeText(difference)} ${how} (${timeText(b)} against ${timeText(a)}${shares})`;
  return `${took}${why === '' ? '' : `: ${why}`}.${status}`;
}
